"""What answers say, worked out once for all judgments of a block that say the same.

A saying is a text of answers about responses of the same ids. The task type tells what it says;
arrays then repeat that for every judgment with the saying.
"""

import json
from collections.abc import Iterator, Sequence
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


def parts_of(
    task_type: TaskType, text: str, response_ids: Sequence[str], book: Codebook
) -> dict[str, list[Part]]:
    """The parts of one saying by kind, responses by their places in the item."""
    places = {one: number for number, one in enumerate(response_ids)}
    found: dict[str, list[Part]] = {kind: [] for kind in WIDTHS}
    for key, answer in json.loads(text).items():
        criterion = book.criterion(key)
        found["comparisons"] += (
            (
                criterion,
                places[one.response_a],
                places[one.response_b],
                one.preference or 0,
                OUTCOME_CODES[one.outcome],
            )
            for one in task_type.comparisons(answer, response_ids=response_ids)
        )
        found["places"] += (
            (criterion, places[one.response_id], one.rank)
            for one in task_type.rankings(answer, response_ids=response_ids)
        )
        found["ratings"] += (
            (criterion, places[one.response_id], one.rating)
            for one in task_type.ratings(answer, response_ids=response_ids)
        )
        found["valued"] += value_parts(task_type, criterion, answer, book)
    return found


def value_parts(
    task_type: TaskType, criterion: int, answer: dict[str, object], book: Codebook
) -> Iterator[Part]:
    seen = task_type.seen_values(answer)
    if seen is None:
        return
    parts = [(criterion, book.value(one.key), one.strength) for one in seen]
    yield from parts or [(criterion, -1, 0)]


def repeated(
    sayings: Sequence[Sequence[Part]], saying_of_row: npt.NDArray[np.int64], width: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The row that each part belongs to, and the parts of all rows, `width` columns wide."""
    counts = np.array([len(one) for one in sayings], np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
    flat = np.array([part for one in sayings for part in one], np.float64).reshape(-1, width)
    lengths = counts[saying_of_row]
    rows = np.repeat(np.arange(len(saying_of_row)), lengths)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return rows, flat[np.repeat(starts[saying_of_row], lengths) + within]
