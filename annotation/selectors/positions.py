"""Whether what is shown first is preferred: all judgments of a campaign, read once as a stream.

Reading them costs as much as there are, so `position_rows` is a part of what is counted
(`annotation.selectors.counting`), in the request only for small campaigns.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from annotation.design.positions import (
    FirstShown,
    MeanRank,
    first_shown,
    mean_ranks,
    mid_ranks,
)
from annotation.enums import IMPORTED
from annotation.models import Campaign, Judgment
from annotation.selectors.small_groups import least_people
from annotation.task_types import task_type_of

JUDGMENTS_AT_ONCE = 2000
# A group: criterion, stratum, number of responses shown.
GroupKey = tuple[str, str, int]
ALL = ""


@dataclass(frozen=True)
class PositionGroup:
    """One criterion in one stratum, or in all: `stratum` is empty then.

    Where too few annotators are in it, both results are empty.
    """

    criterion: str
    stratum: str
    responses: int
    is_suppressed: bool
    first_shown: FirstShown | None = None
    mean_ranks: list[MeanRank] = field(default_factory=list)

    @property
    def people_told(self) -> int:
        """How many annotators what is told here is of; 0 where nothing is."""
        told = [self.first_shown, *self.mean_ranks]
        return max((one.annotators for one in told if one), default=0)


@dataclass
class Tally:
    """What has been read of a group, by annotator."""

    # (answers that prefer the first shown, decided answers), or rankings given.
    counts: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    # Sums of ranks by place.
    ranks: dict[int, list[float]] = field(default_factory=dict)

    @property
    def people(self) -> list[int]:
        """Those whose answers count here."""
        return [annotator for annotator, (_first, given) in self.counts.items() if given]


def position_rows(campaign: Campaign) -> list[dict[str, Any]]:
    """Every criterion × stratum with answers, in the campaign's order, and all strata together.

    Groups of fewer annotators than the campaign's smallest are there without what was found.

    As plain dicts that JSON can keep; `position_groups` makes groups of them.
    """
    tallies: dict[GroupKey, Tally] = defaultdict(Tally)
    for row in judgments_read(campaign):
        count(row, tallies)
    least = least_people(campaign)
    add_totals(tallies, least)
    strata = [*campaign.strata.values_list("key", flat=True), ALL]
    criteria = campaign.criterion_keys
    ordered = sorted(
        tallies,
        key=lambda group: (place(criteria, group[0]), place(strata, group[1]), group[2]),
    )
    return [asdict(group_of(key, tallies[key], least)) for key in ordered]


def position_groups(rows: Sequence[dict[str, Any]], least: int) -> list[PositionGroup]:
    """What `position_rows` found, also after it was kept as JSON.

    Where the smallest group was raised to `least` since, what is too small by now is left out, and
    so are all strata together where those left out of them could be found by subtraction.
    """
    groups = [
        PositionGroup(
            **{
                **row,
                "first_shown": row["first_shown"] and FirstShown(**row["first_shown"]),
                "mean_ranks": [MeanRank(**rank) for rank in row["mean_ranks"]],
            }
        )
        for row in rows
    ]
    shown = Counter[tuple[str, int]]()
    for one in groups:
        if one.stratum != ALL and one.people_told >= least:
            shown[one.criterion, one.responses] += one.people_told

    def is_too_small(one: PositionGroup) -> bool:
        left_out = one.people_told - shown[one.criterion, one.responses]
        gives_away = one.stratum == ALL and 0 < left_out < least
        return not one.is_suppressed and (one.people_told < least or gives_away)

    return [
        replace(one, is_suppressed=True, first_shown=None, mean_ranks=[])
        if is_too_small(one)
        else one
        for one in groups
    ]


def judgments_read(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    """Judgments that stand, one query; a repeat shows the same person the same item again."""
    return (
        Judgment.objects.filter(
            campaign=campaign,
            is_repeat=False,
            superseded_by__isnull=True,
            erased_at=None,
            item__check_answers__isnull=True,
        )
        # Their orders were none of this design's, or are not known.
        .exclude(strategy=IMPORTED)
        .order_by()
        .values_list("stratum__key", "annotator_id", "task_type", "presented_order", "answers")
        .iterator(chunk_size=JUDGMENTS_AT_ONCE)
    )


def count(row: tuple[Any, ...], tallies: dict[GroupKey, Tally]) -> None:
    stratum, annotator, task_key, order, answers = row
    task_type = task_type_of(task_key)
    for criterion, answer in answers.items():
        tally = tallies[criterion, stratum, len(order)]
        ranked = {
            one.response_id: one.rank for one in task_type.rankings(answer, response_ids=order)
        }
        if ranked:
            sums = tally.ranks.setdefault(annotator, [0.0] * len(order))
            for number, rank in enumerate(mid_ranks([ranked[one] for one in order])):
                sums[number] += rank
            tally.counts[annotator][1] += 1
        elif len(order) == 2:
            # Taken in the order shown, a negative preference is one for what was shown first.
            for comparison in task_type.comparisons(answer, response_ids=order):
                if comparison.preference:
                    tally.counts[annotator][0] += comparison.preference < 0
                    tally.counts[annotator][1] += 1


def add_totals(tallies: dict[GroupKey, Tally], least: int) -> None:
    """All strata together, unless what is not shown of them could be found by subtraction."""
    parts: dict[tuple[str, int], list[Tally]] = defaultdict(list)
    for (criterion, _stratum, responses), tally in tallies.items():
        parts[criterion, responses].append(tally)
    for (criterion, responses), strata in parts.items():
        numbers = [len(tally.people) for tally in strata]
        hidden = sum(number for number in numbers if number < least)
        if len(strata) > 1 and not 0 < hidden < least:
            total = tallies[criterion, ALL, responses] = Tally()
            for tally in strata:
                # A person has one stratum a campaign, so nothing is overwritten.
                total.counts.update(tally.counts)
                total.ranks.update(tally.ranks)


def group_of(key: GroupKey, tally: Tally, least: int) -> PositionGroup:
    people = tally.people
    if len(people) < least:
        return PositionGroup(*key, is_suppressed=True)
    if tally.ranks:
        sums = np.array([tally.ranks[one] for one in people])
        given = np.array([tally.counts[one][1] for one in people], dtype=np.float64)
        return PositionGroup(*key, is_suppressed=False, mean_ranks=mean_ranks(sums, given))
    return PositionGroup(*key, is_suppressed=False, first_shown=first_shown(tally.counts))


def place(known: list[str], key: str) -> int:
    """Where a key stands in the campaign; what it no longer has comes last."""
    return known.index(key) if key in known else len(known)
