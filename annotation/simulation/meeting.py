"""What happens when a person meets an item: the same in both modes of simulating."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from annotation.asking import Asking
from annotation.enums import Wanted
from annotation.models import Campaign, Item, Response
from annotation.services.submissions import Submission
from annotation.simulation.utilities import Weights, traits_of
from annotation.task_types import task_type_of
from annotation.task_types.noise import logistic

# Judging times: log-normal, median e^9.6 ms ≈ 15 s.
LOG_MEDIAN_MS = 9.6
LOG_SPREAD_MS = 0.5
# Synthetic people have utilities, and nothing to say for them.
NO_REASON = "A synthetic answer, given for no reason."
# What a skip takes of simulated time.
SKIPPING_MS = 5000


class Outcome(StrEnum):
    """How a meeting ends."""

    JUDGED = "judged"
    SKIPPED = "skipped"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Sheet:
    """What decides about answers to an item: its responses, in the item's order, and traits."""

    item_id: int
    external_id: str
    content_hashes: dict[str, Any]
    traits: dict[str, dict[str, float]]

    @classmethod
    def of(cls, item: Item, responses: Sequence[Response]) -> "Sheet":
        ordered = sorted(responses, key=lambda response: response.position)
        return cls(
            item_id=item.pk,
            external_id=item.external_id,
            content_hashes=item.content_hashes,
            traits={
                response.external_id: traits_of(response.metadata, response.content_sha256)
                for response in ordered
            },
        )

    @property
    def response_ids(self) -> list[str]:
        return list(self.traits)

    def utilities(self, weights: Weights) -> dict[str, float]:
        return {name: weights.utility(traits) for name, traits in self.traits.items()}


def sheets_of(items: Sequence[int]) -> dict[int, Sheet]:
    """The sheets of many items, read without their texts."""
    traits: defaultdict[int, dict[str, dict[str, float]]] = defaultdict(dict)
    responses = Response.objects.filter(item__in=items).order_by("item", "position")
    fields = ("item_id", "external_id", "metadata", "content_sha256")
    for item_id, external_id, metadata, sha in responses.values_list(*fields):
        traits[item_id][external_id] = traits_of(metadata, sha)
    found = Item.objects.filter(pk__in=items).values_list("pk", "external_id", "content_hashes")
    return {pk: Sheet(pk, external_id, hashes, traits[pk]) for pk, external_id, hashes in found}


@dataclass(frozen=True)
class Meeting:
    """One meeting's end; `leaves` where the person is not seen again after it."""

    outcome: Outcome
    took_ms: int
    answer: Submission | None = None
    leaves: bool = False

    def submission(self, idempotency_key: str = "") -> Submission:
        assert self.answer is not None  # noqa: S101 - asked of those who judged
        return replace(self.answer, idempotency_key=idempotency_key)


def answered(campaign: Campaign, utilities: dict[str, float], chance: random.Random) -> Submission:
    """What a person of these utilities sends in."""
    task_type, asking = task_type_of(campaign.task_type), Asking.of(campaign.asking)
    submission = Submission(
        answers={
            one["key"]: task_type.simulate_answer(utilities, chance, asked=asking.asked(one))
            for one in campaign.criteria
        },
        active_ms=int(chance.lognormvariate(LOG_MEDIAN_MS, LOG_SPREAD_MS)),
        language="en",
    )
    return with_what_is_asked(submission, asking, utilities, chance)


def with_what_is_asked(
    submission: Submission, asking: Asking, utilities: dict[str, float], chance: random.Random
) -> Submission:
    """Confidence and acceptability where they are asked, a reason where it is required.

    A response is acceptable with the probability F(u + 1), F logistic: most of them are.
    """
    if asking.confidence != Wanted.OFF:
        submission = replace(submission, confidence=float(chance.randint(0, 100)))
    if asking.acceptable != Wanted.OFF:
        acceptable = {one: utility + 1 + logistic(chance) > 0 for one, utility in utilities.items()}
        submission = replace(submission, acceptable=acceptable)
    if asking.reason == Wanted.REQUIRED:
        submission = replace(submission, reason=NO_REASON.ljust(asking.reason_least, "."))
    return submission
