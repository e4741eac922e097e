"""What answers say, worked out once for all judgments of a block that say the same.

A saying is a text of answers about responses of the same ids. The task type tells what it says;
arrays then repeat that for every judgment with the saying.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.arrays.judged import OUTCOMES
from annotation.task_types import TaskType

Part = tuple[float, ...]
OUTCOME_CODES = {name: code for code, name in enumerate(OUTCOMES)}
# Columns of each kind's parts, the criterion first.
WIDTHS = {"comparisons": 5, "places": 3, "ratings": 3, "valued": 3}


@dataclass
class Codebook:
    """Codes of criteria and values in the campaign's order; what it no longer has comes after."""

    criteria: list[str]
    values: list[str]
    _criteria: dict[str, int] = field(init=False)
    _values: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._criteria = {key: code for code, key in enumerate(self.criteria)}
        self._values = {key: code for code, key in enumerate(self.values)}

    def criterion(self, key: str) -> int:
        return code_in(self.criteria, self._criteria, key)

    def value(self, key: str) -> int:
        return code_in(self.values, self._values, key)


def code_in(names: list[str], codes: dict[str, int], key: str) -> int:
    if key not in codes:
        codes[key] = len(names)
        names.append(key)
    return codes[key]


class Sayings:
    """What the sayings of a block come to: their parts in a row by kind, and where each ends."""

    def __init__(self, task_type: TaskType, book: Codebook) -> None:
        self._task_type, self._book = task_type, book
        self._comparisons: list[Part] = []
        self._places: list[Part] = []
        self._ratings: list[Part] = []
        self._valued: list[Part] = []
        self._ends: list[tuple[int, int, int, int]] = []

    def add(self, text: str, places: Mapping[str, int]) -> None:
        """A text of answers about responses, each at its place in the item.

        A million of these are read for large campaigns, so nothing is made that is not kept.
        """
        task_type, response_ids = self._task_type, list(places)
        for key, answer in json.loads(text).items():
            criterion = self._book.criterion(key)
            for pair in task_type.comparisons(answer, response_ids=response_ids):
                a, b = places[pair.response_a], places[pair.response_b]
                code = OUTCOME_CODES[pair.outcome]
                self._comparisons.append((criterion, a, b, pair.preference or 0, code))
            for ranked in task_type.rankings(answer, response_ids=response_ids):
                self._places.append((criterion, places[ranked.response_id], ranked.rank))
            for rated in task_type.ratings(answer, response_ids=response_ids):
                self._ratings.append((criterion, places[rated.response_id], rated.rating))
            seen = task_type.seen_values(answer)
            if seen is not None:
                values = [(criterion, self._book.value(one.key), one.strength) for one in seen]
                self._valued += values or [(criterion, -1, 0)]
        self._ends.append(
            (len(self._comparisons), len(self._places), len(self._ratings), len(self._valued))
        )

    def repeated(
        self, kind: str, saying_of_row: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The row that each part of a kind belongs to, and the parts of all rows."""
        parts: list[Part] = getattr(self, f"_{kind}")
        flat = np.array(parts, np.float64).reshape(-1, WIDTHS[kind])
        ends = np.array(self._ends, np.int64).reshape(-1, len(WIDTHS))[:, list(WIDTHS).index(kind)]
        counts = np.diff(ends, prepend=0)
        lengths = counts[saying_of_row]
        rows = np.repeat(np.arange(len(saying_of_row)), lengths)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return rows, flat[np.repeat((ends - counts)[saying_of_row], lengths) + within]
