"""What a campaign's judgments say, as columns of codes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
GRADED, TIE, BOTH_BAD, DEPENDS = "graded", "tie", "both_bad", "depends"
OUTCOMES = (GRADED, TIE, BOTH_BAD, DEPENDS)


@dataclass(frozen=True)
class Given:
    """One row for each part of an answer; columns are codes into the lists of `Judged`.

    `judgment` numbers the judgments that were read, so that parts of one belong together;
    `stratum` is the stratum in which the person judged, `first` the place in its item of the
    response that was shown first, -1 where that is not known.
    """

    judgment: Codes
    criterion: Codes
    item: Codes
    annotator: Codes
    stratum: Codes
    first: Codes

    def __len__(self) -> int:
        return len(self.judgment)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """The same with only these rows."""
        parts = {one.name: getattr(self, one.name)[chosen] for one in fields(self)}
        return replace(self, **parts)


@dataclass(frozen=True)
class JudgedComparisons(Given):
    """Pairs of responses of one item.

    `a` and `b` are the places of the responses in their item, `system_a` and `system_b` what made
    them, -1 where that is not known. `preference` is from -2 (a clearly) to 2 (b clearly) where
    `outcome`, a code into `OUTCOMES`, is graded, else 0.
    """

    a: Codes
    b: Codes
    system_a: Codes
    system_b: Codes
    preference: Codes
    outcome: Codes


@dataclass(frozen=True)
class JudgedPlaces(Given):
    """Places of responses in rankings, 1 the best; equal places are ties."""

    response: Codes
    system: Codes
    rank: Codes


@dataclass(frozen=True)
class JudgedRatings(Given):
    """Numbers on the criterion's scale."""

    response: Codes
    system: Codes
    rating: npt.NDArray[np.float64]


@dataclass(frozen=True)
class JudgedValues(Given):
    """Values seen in a text, with a strength from 1; a judgment that sees none has value -1."""

    value: Codes
    strength: Codes


@dataclass(frozen=True)
class Judged:
    """All final judgments of a campaign up to a point, repeats and check items left out.

    `items` and `annotators` are row numbers of the database, `item_ids` the ids of the item file,
    `stratum_of` the stratum of each annotator. Of `judgments`, `imported` were given
    elsewhere. `digest` is the SHA-256 of the numbers of all
    judgments read, in order: equal digests mean equal judgments, since they never change.
    """

    task_type: str
    criteria: Sequence[str]
    strata: Sequence[str]
    systems: Sequence[str]
    values: Sequence[str]
    items: npt.NDArray[np.int64]
    item_ids: Sequence[str]
    annotators: npt.NDArray[np.int64]
    stratum_of: Codes
    judgments: int
    imported: int
    digest: str
    comparisons: JudgedComparisons
    places: JudgedPlaces
    ratings: JudgedRatings
    valued: JudgedValues
