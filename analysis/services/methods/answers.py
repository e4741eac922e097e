"""Answers as one number for each person and thing that was judged: what agreement is about."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.arrays import Judged, JudgedComparisons
from analysis.arrays.judged import BOTH_BAD, DEPENDS, OUTCOMES

Codes = npt.NDArray[np.int32]
Scale = Literal["nominal", "ordinal", "interval"]
# More responses than any item has.
PLACES = 64


@dataclass(frozen=True)
class Answers:
    """What each person said of each unit, as a number on a scale.

    A unit is a pair of responses of an item, a response that is rated, or a value that may be
    seen in a text; `item` is the item each unit is of, `part` what of it, as `about` reads it.
    `stratum_of` is each annotator's stratum,
    -1 for those who said nothing.
    """

    unit: Codes
    annotator: Codes
    value: npt.NDArray[np.float64]
    item: Codes
    part: Codes
    stratum_of: Codes
    scale: Scale

    @property
    def n_units(self) -> int:
        return len(self.item)

    @property
    def stratum(self) -> Codes:
        return self.stratum_of[self.annotator]

    def people(self, strata: int) -> npt.NDArray[np.int64]:
        """People of each stratum who said anything."""
        said = np.unique(self.annotator)
        return np.bincount(self.stratum_of[said], minlength=strata)

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Answers":
        return replace(
            self,
            unit=self.unit[chosen],
            annotator=self.annotator[chosen],
            value=self.value[chosen],
        )

    def of_strata(self, codes: list[int]) -> "Answers":
        return self.where(np.isin(self.stratum, codes))

    def renumbered(self, codes: list[int]) -> "Answers":
        """Strata numbered by their place in `codes`; everybody else has none."""
        place = np.full(max([*self.stratum_of.tolist(), *codes], default=0) + 2, -1, np.int32)
        place[codes] = np.arange(len(codes))
        return replace(self, stratum_of=place[self.stratum_of])

    def drawn(self, most: int, chance: np.random.Generator) -> "Answers":
        """Of at most so many items, drawn at random; units are numbered anew."""
        items = np.unique(self.item[np.unique(self.unit)])
        if len(items) > most:
            items = np.sort(chance.choice(items, most, replace=False))
        kept = np.flatnonzero(np.isin(self.item, items))
        number = np.full(self.n_units, -1, np.int32)
        number[kept] = np.arange(len(kept))
        found = self.where(number[self.unit] >= 0)
        return replace(found, unit=number[found.unit], item=self.item[kept], part=self.part[kept])


def answers_of(judged: Judged, criterion: int) -> Answers | None:
    """The answers to a criterion, None where there are none.

    Ratings as they are, on an interval scale; values each as seen or not; all else pair by pair,
    from one clearly better over a tie to the other, on an ordinal scale: both bad counts with
    ties, and "it depends" says nothing of a direction.
    """
    if judged.task_type == "rating":
        found = judged.ratings.where(judged.ratings.criterion == criterion)
        keys = found.item.astype(np.int64) * PLACES + found.response
        return numbered(
            judged, keys, found.annotator, found.stratum, found.rating, PLACES, "interval"
        )
    if judged.task_type == "values":
        return value_answers(judged, criterion)
    pairs = judged.comparisons
    pairs = pairs.where((pairs.criterion == criterion) & (pairs.outcome != OUTCOMES.index(DEPENDS)))
    keys = (pairs.item.astype(np.int64) * PLACES + pairs.a) * PLACES + pairs.b
    value = grades(pairs)
    return numbered(judged, keys, pairs.annotator, pairs.stratum, value, PLACES**2, "ordinal")


def about(judged: Judged, answers: Answers, unit: int) -> str:
    """What a unit is of its item: a value's key, or places of responses in the item, from 1."""
    part = int(answers.part[unit])
    if answers.scale == "nominal":
        return judged.values[part]
    if answers.scale == "interval":
        return str(part + 1)
    one, other = divmod(part, PLACES)
    return f"{one + 1} – {other + 1}"


def grades(pairs: JudgedComparisons) -> npt.NDArray[np.float64]:
    assert BOTH_BAD in OUTCOMES  # noqa: S101 - has preference 0, as ties have
    return pairs.preference.astype(np.float64)


def value_answers(judged: Judged, criterion: int) -> Answers | None:
    """Whether each person saw each value in each text: 1 or 0."""
    found = judged.valued.where(judged.valued.criterion == criterion)
    if not len(found):
        return None
    judgments, first = np.unique(found.judgment, return_index=True)
    size = len(judged.values)
    seen = np.zeros((len(judgments), size))
    named = found.value >= 0
    rows = np.searchsorted(judgments, found.judgment[named])
    seen[rows, found.value[named]] = 1
    keys = found.item[first].astype(np.int64)[:, None] * size + np.arange(size)
    return numbered(
        judged,
        keys.reshape(-1),
        np.repeat(found.annotator[first], size),
        np.repeat(found.stratum[first], size),
        seen.reshape(-1),
        size,
        "nominal",
    )


def numbered(
    judged: Judged,
    keys: npt.NDArray[np.int64],
    annotator: Codes,
    stratum: Codes,
    value: npt.NDArray[np.float64],
    in_item: int,
    scale: Scale,
) -> Answers | None:
    if not len(keys):
        return None
    units, unit = np.unique(keys, return_inverse=True)
    stratum_of = np.full(len(judged.annotators), -1, np.int32)
    stratum_of[annotator] = stratum
    return Answers(
        unit=unit.astype(np.int32),
        annotator=annotator,
        value=value,
        item=(units // in_item).astype(np.int32),
        part=(units % in_item).astype(np.int32),
        stratum_of=stratum_of,
        scale=scale,
    )
