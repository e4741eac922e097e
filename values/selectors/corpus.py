"""The texts of a corpus, batch by batch, with what they weigh on each side."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotation.content import plain_text
from annotation.models import Campaign, Item, Response
from annotation.task_types import task_type_of
from values.enums import Sides
from values.selectors.labels import counting_judgments

BATCH_ITEMS = 500
CHOSEN, REJECTED = "chosen", "rejected"
# The slice of all people; others are strata by their keys.
EVERYBODY = ""
Weight = tuple[float, float]
Weights = Mapping[str, Weight]


@dataclass(frozen=True)
class CorpusText:
    """A response: `weights` are (chosen, rejected) by slice, each of them from 0 to 1."""

    item: int
    item_id: str
    response_id: str
    text: str
    weights: Weights


@dataclass(frozen=True)
class Batch:
    """Some hundred items of a corpus, up to `last_item`, and their texts that weigh anything."""

    items: int
    last_item: int
    texts: list[CorpusText]


def side_of(metadata: Mapping[str, Any]) -> str:
    """Which side an imported response was on, "" where nothing says so."""
    side = metadata.get("side")
    return side if side in (CHOSEN, REJECTED) else ""


def has_sides(campaign: Campaign) -> bool:
    """Whether the file that items came from told what was chosen."""
    responses = Response.objects.filter(item__campaign=campaign)
    return responses.filter(metadata__side__in=[CHOSEN, REJECTED]).exists()


def sides_known(campaign: Campaign) -> list[Sides]:
    """How it is known here what was chosen; who labels values chooses between nothing."""
    by_people = task_type_of(campaign.task_type).most_responses > 1
    found = [Sides.METADATA] if has_sides(campaign) else []
    return [*found, Sides.JUDGMENTS] if by_people else found


def items_up_to(campaign: Campaign, last: int) -> int:
    return Item.objects.filter(campaign=campaign, pk__lte=last, check_answers__isnull=True).count()


def people_by_stratum(campaign: Campaign, until: int) -> Counter[str]:
    """How many people judged, by the key of their stratum."""
    judgments = counting_judgments(campaign, until).order_by()
    pairs = judgments.values_list("stratum__key", "annotator").distinct()
    return Counter(stratum or "" for stratum, _annotator in pairs)


def corpus_batches(
    campaign: Campaign, sides: str, *, criterion: str, last_item: int, until: int, after: int = 0
) -> Iterator[Batch]:
    """All texts of the corpus in the order of items, some hundred items at a time.

    Three queries a batch at most. Texts that weigh nothing for anybody are left out.
    """
    while True:
        items = Item.objects.filter(campaign=campaign, pk__gt=after, pk__lte=last_item)
        ids = dict(
            items.filter(check_answers__isnull=True)
            .order_by("pk")
            .values_list("pk", "external_id")[:BATCH_ITEMS]
        )
        if not ids:
            return
        responses = responses_of(ids)
        weights = (
            weights_by_judgments(campaign, responses, criterion, until)
            if sides == Sides.JUDGMENTS
            else weights_by_side(responses)
        )
        texts = [
            CorpusText(item, external_id, one.external_id, plain_text(one.content), weights[one.pk])
            for item, external_id in ids.items()
            for one in responses[item]
            if one.pk in weights
        ]
        after = max(ids)
        yield Batch(len(ids), after, texts)


def responses_of(items: Iterable[int]) -> dict[int, list[Response]]:
    found: dict[int, list[Response]] = defaultdict(list)
    rows = Response.objects.filter(item__in=list(items)).order_by("item", "position")
    for one in rows.only("item", "external_id", "content", "metadata"):
        found[one.item_id].append(one)
    return found


def weights_by_side(responses: Mapping[int, Sequence[Response]]) -> Mapping[int, Weights]:
    """All of a response on the side that its file says."""
    sides = {one.pk: side_of(one.metadata) for rows in responses.values() for one in rows}
    return {
        pk: {EVERYBODY: (float(side == CHOSEN), float(side == REJECTED))}
        for pk, side in sides.items()
        if side
    }


def weights_by_judgments(
    campaign: Campaign, responses: Mapping[int, Sequence[Response]], criterion: str, until: int
) -> Mapping[int, Weights]:
    """Response → slice → the shares of the item's preferences that were for and against it.

    Each person's preferences between pairs of responses count alike; ties count for nobody. An
    item's shares add up to one on each side, so that every item weighs the same.
    """
    task_type = task_type_of(campaign.task_type)
    won: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    lost: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    rows = counting_judgments(campaign, until).filter(item__in=list(responses)).order_by("pk")
    for item, stratum, answer in rows.values_list("item", "stratum__key", f"answers__{criterion}"):
        if answer is None:
            continue
        ids = [one.external_id for one in responses[item]]
        for one in task_type.comparisons(answer, response_ids=ids):
            if not one.preference:
                continue
            pair = (one.response_a, one.response_b)
            winner, loser = pair if one.preference < 0 else pair[::-1]
            for slice_ in {EVERYBODY, stratum or EVERYBODY}:
                won[item, slice_][winner] += 1
                lost[item, slice_][loser] += 1
    found: dict[int, dict[str, Weight]] = defaultdict(dict)
    for (item, slice_), wins in won.items():
        whole = wins.total()
        for response in responses[item]:
            better, worse = (kind[item, slice_][response.external_id] for kind in (won, lost))
            if better or worse:
                found[response.pk][slice_] = (better / whole, worse / whole)
    return found
