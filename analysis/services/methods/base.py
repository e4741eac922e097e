"""What every method is given, and how groups are counted, shown and withheld."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.arrays import Extent, Judged
from analysis.models import Population
from analysis.services.tables import EVERYBODY, Table
from analysis.services.withholding import sum_is_withheld, withheld
from annotation.design.positions import effective_number, wilson
from annotation.models import Campaign

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
LEAST_DRAWS = 20
# By criterion, the tables of a view.
Found = dict[str, list[Table]]


@dataclass(frozen=True)
class Work:
    """A run's work: what was judged, and by which parameters it is worked out.

    `population` is whom people should speak for, where that is told; `alive` is to be called now
    and then and may raise to stop. `found` are views that others of the run build on.
    """

    campaign: Campaign
    extent: Extent
    judged: Judged
    least: int
    seed: int
    bootstraps: int
    population: Population | None = None
    alive: Callable[[], None] = field(default=lambda: None)
    found: dict[str, Found] = field(default_factory=dict)

    def once(self, view: str, make: Callable[[], Found]) -> Found:
        """A view's tables, worked out the first time that a view needs them."""
        if view not in self.found:
            self.found[view] = make()
        return self.found[view]

    @cached_property
    def hidden_strata(self) -> npt.NDArray[np.bool_]:
        """Strata that no view shows, told from everybody who judged.

        A view that sees fewer of their answers must not show what another one hides: what one
        tells of a stratum could be taken from what the other tells of all.
        """
        strata = self.judged.stratum_of
        return withheld(np.bincount(strata, minlength=len(self.judged.strata)), self.least)

    def hides(self, annotators: npt.NDArray[np.integer[Any]]) -> bool:
        """Whether figures about these people of all strata together would give a group away."""
        strata = self.judged.stratum_of[np.unique(annotators)]
        people = np.bincount(strata, minlength=len(self.judged.strata))
        hidden = withheld(people, self.least) | (self.hidden_strata & (people > 0))
        return sum_is_withheld(people, hidden, self.least)

    @property
    def draws(self) -> int:
        """Draws of people for intervals: as many as were asked for, and enough for an interval."""
        return max(LEAST_DRAWS, self.bootstraps)

    def chance(self, *names: str) -> np.random.Generator:
        """Random draws of their own for each table, the same for the same seed."""
        words = [int.from_bytes(name.encode()[:8].ljust(8, b"\0"), "little") for name in names]
        return np.random.default_rng([self.seed, *words])


@dataclass(frozen=True)
class Group:
    """Rows of one group by person: `counts[p, c]` answers of category c; `stratum` may be all."""

    names: Mapping[str, str]
    annotators: Codes
    counts: Floats
    is_withheld: bool


def grouped(
    stratum: Codes,
    other: Codes,
    annotator: Codes,
    category: Codes,
    *,
    strata: Sequence[str],
    others: Sequence[Mapping[str, str]],
    categories: int,
    least: int,
    always: npt.NDArray[np.bool_],
) -> Iterator[Group]:
    """Groups stratum × other, then all strata together for each other, without empty ones.

    Those of too few people, and those that would give them away, are marked, and strata that are
    `always` withheld.
    """
    tallies: dict[tuple[int, int], tuple[Codes, Floats]] = {}
    people = np.zeros((len(strata), len(others)), np.int64)
    for (one, part), found in tallied(stratum, other, annotator, category, categories).items():
        tallies[one, part] = found
        people[one, part] = len(found[0])
    hidden = withheld(people, least) | (always[:, None] & (people > 0))
    for part, names in enumerate(others):
        for one, key in enumerate(strata):
            if (one, part) in tallies:
                yield Group({"stratum": key, **names}, *tallies[one, part], bool(hidden[one, part]))
        parts = [tallies[one, part] for one in range(len(strata)) if (one, part) in tallies]
        if len(strata) > 1 and parts:
            yield Group(
                {"stratum": EVERYBODY, **names},
                np.concatenate([one for one, _counts in parts]),
                np.concatenate([counts for _one, counts in parts]),
                sum_is_withheld(people[:, part], hidden[:, part], least),
            )


def tallied(
    stratum: Codes, other: Codes, annotator: Codes, category: Codes, categories: int
) -> dict[tuple[int, int], tuple[Codes, Floats]]:
    """For each stratum and other, the people and how often each gave each category."""
    if not len(stratum):
        return {}
    width = int(annotator.max()) + 1
    depth = int(other.max()) + 1
    cells = (stratum.astype(np.int64) * depth + other) * width + annotator
    found, inverse = np.unique(cells, return_inverse=True)
    counts = np.bincount(
        inverse * categories + category, minlength=len(found) * categories
    ).reshape(-1, categories)
    groups, people = np.divmod(found, width)
    edges = np.flatnonzero(np.diff(groups, prepend=-1))
    tallies = {}
    for start, end in zip(edges, [*edges[1:], len(found)], strict=True):
        one, part = divmod(int(groups[start]), depth)
        rows = slice(start, end)
        tallies[one, part] = (people[rows].astype(np.int32), counts[rows].astype(np.float64))
    return tallies


def share_interval(successes: Floats, totals: Floats) -> tuple[float, float, float]:
    """A share with Wilson's interval for as many answers as independent ones would tell the same.

    `successes` and `totals` are by person; see `annotation.design.positions.effective_number`.
    """
    total = float(totals.sum())
    share = float(successes.sum()) / total
    effective = effective_number(successes, totals)
    return share, *wilson(share * effective, effective)


def parameters_of(work: Work, **more: Any) -> dict[str, Any]:
    imported = work.judged.imported
    marked = {"imported_judgments": imported} if imported else {}
    return {"least_annotators": work.least, "confidence": 0.95, **marked, **more}
