"""Synthetic people at work, through the services that real people's answers go through."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from accounts.models import Annotator
from annotation.enums import NothingToServe
from annotation.errors import Conflict
from annotation.models import Assignment, Campaign, Response
from annotation.services.judging import submit_judgment
from annotation.services.leases import skip_assignment
from annotation.services.serving import item_of, next_assignment
from annotation.services.submissions import Submission
from annotation.simulation.population import Person, account, seat_people
from annotation.simulation.utilities import chance_for, group_weights, traits_of
from annotation.task_types import task_type_of

SKIPS = 0.02
# Judging times: log-normal, median e^9.6 ms ≈ 15 s.
LOG_MEDIAN_MS = 9.6
LOG_SPREAD_MS = 0.5
# Responses looked at to learn which traits a campaign's responses declare.
RESPONSES_SAMPLED = 1000


@dataclass
class SimulationReport:
    """What a simulation did, and the true weights it did it with."""

    people: int = 0
    judgments: int = 0
    skips: int = 0
    true_weights: dict[str, dict[str, float]] = field(default_factory=dict)


def simulate_campaign(
    campaign: Campaign,
    *,
    annotators: Sequence[Annotator],
    seed: int,
    most_each: int | None = None,
    on_progress: Callable[[int], None] = lambda judgments: None,
) -> SimulationReport:
    """Let annotators join and judge in turn until nothing is served, or each gave `most_each`.

    What a person answers on an item depends on nothing but `seed`, the person's number and the
    item. Raises `Conflict` where the campaign is not open.
    """
    if not campaign.is_open:
        raise Conflict("Only an open campaign can be answered; open it first.", code="not-open")
    traits = trait_names(campaign)
    people = seat_people(campaign, annotators, traits, seed)
    report = SimulationReport(people=len(people))
    for stratum in campaign.strata.all():
        weights = group_weights(stratum.key, traits, seed)
        report.true_weights[stratum.key] = dict(weights.by_trait)
    working = list(people)
    while working:
        working = [
            person
            for person in working
            if (most_each is None or judged(person) < most_each) and work(person, seed, report)
        ]
        on_progress(report.judgments)
    return report


def synthetic_annotators(campaign: Campaign, count: int, seed: int) -> list[Annotator]:
    """Accounts for `count` synthetic people of this campaign and seed, new or found again."""
    return [account(campaign, number, seed) for number in range(1, count + 1)]


def trait_names(campaign: Campaign) -> list[str]:
    responses = Response.objects.filter(item__campaign=campaign).order_by("pk")
    names: set[str] = set()
    for metadata, sha in responses.values_list("metadata", "content_sha256")[:RESPONSES_SAMPLED]:
        names.update(traits_of(metadata, sha))
    return sorted(names)


def judged(person: Person) -> int:
    person.seat.refresh_from_db(fields=["submitted"])
    return person.seat.submitted


def work(person: Person, seed: int, report: SimulationReport) -> bool:
    """One assignment of one person; tells whether there was one."""
    served = next_assignment(person.seat)
    if isinstance(served, NothingToServe):
        return False
    item, responses = item_of(served)
    chance = chance_for(seed, "answer", str(person.number), item.external_id, str(served.is_repeat))
    if chance.random() < SKIPS:
        skip_assignment(served, reason="")
        report.skips += 1
        return True
    utilities = {
        response.external_id: person.weights.utility(
            traits_of(response.metadata, response.content_sha256)
        )
        for response in sorted(responses, key=lambda response: response.position)
    }
    submit_judgment(served, submission(served, utilities, chance))
    report.judgments += 1
    return True


def submission(
    assignment: Assignment, utilities: dict[str, float], chance: random.Random
) -> Submission:
    task_type = task_type_of(assignment.campaign.task_type)
    return Submission(
        answers={
            key: task_type.simulate_answer(utilities, chance)
            for key in assignment.campaign.criterion_keys
        },
        active_ms=int(chance.lognormvariate(LOG_MEDIAN_MS, LOG_SPREAD_MS)),
        language="en",
        idempotency_key=f"simulated-{assignment.pk}",
    )
