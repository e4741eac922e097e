"""What the adaptive strategy saves, against known truth: the same allotting, many times over.

Synthetic people of two strata answer items whose true preferences are known. The answers of every
cell are drawn beforehand, and both designs read them from the front: balanced takes the same
number in every cell, adaptive what its rounds allot, by the functions that an installation uses.
How far off a design is, is found by repetition: its error is that of the plain means of answers,
and no interval or variance that a design reports of itself goes into it.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotation.design.variances import expected_variances
from annotation.services.adapting import ANSWER_KINDS, GRADES, PART_OF_A_ROUND
from annotation.simulation.utilities import (
    PERSON_SPREAD,
    Weights,
    group_weights,
    person_weights,
)
from annotation.task_types.pairwise import CLEAR_BEYOND, TIE_WITHIN, Pairwise
from annotation.uncertainty import (
    difference_scores,
    entropy,
    inclusion_probabilities,
    systematic_draw,
)
from bench.adaptive_figure import Panel, draw
from bench.figures import table

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

STRATA = ("north", "south")
ITEMS = 200
# The plan that is measured: every cell gets the floor, no cell more than the most.
FLOOR = 6
MOST = 40
# Judgments a cell, on average, at which both designs are compared.
AVERAGES = (8, 10, 12, 14, 16, 18, 20)
QUANTILE = 0.9
VALUES = np.array(GRADES)
SPREAD_OF_A_GAP = 0.3


@dataclass(frozen=True)
class Population:
    """Items, as differences of traits (items × traits), and what each stratum values."""

    name: str
    traits: Sequence[str]
    differences: Floats
    weights: Sequence[Weights]

    @property
    def leanings(self) -> Floats:
        """Utility of the second response over the first: items × strata."""
        by_stratum = [[one.by_trait[name] for name in self.traits] for one in self.weights]
        return self.differences @ np.array(by_stratum).T

    def shares(self) -> Floats:
        """True shares of grades over all people of a stratum: items × strata × grades.

        The person's part of a leaning is normal, so it is integrated by Gauss–Hermite quadrature.
        """
        nodes, weights = np.polynomial.hermite_e.hermegauss(31)
        own = PERSON_SPREAD * np.linalg.norm(self.differences, axis=1)
        leanings = self.leanings[..., None] + own[:, None, None] * nodes
        cuts = np.array([-CLEAR_BEYOND, -TIE_WITHIN, TIE_WITHIN, CLEAR_BEYOND])
        below = 1 / (1 + np.exp(leanings[..., None] - cuts))
        upto = np.einsum("isnc,n->isc", below, weights / weights.sum())
        edges = np.concatenate(
            [np.zeros((*upto.shape[:2], 1)), upto, np.ones_like(upto[..., :1])], 2
        )
        return np.diff(edges, axis=2)

    @property
    def means(self) -> Floats:
        return self.shares() @ VALUES

    @property
    def spreads(self) -> Floats:
        """Standard deviation of one answer: items × strata."""
        return np.sqrt(self.shares() @ VALUES**2 - self.means**2)


def drawn_population(seed: int) -> Population:
    """Items without declared traits, weights as `manage.py simulate --seed` draws them."""
    traits = [f"t{number}" for number in range(1, 6)]
    chance = np.random.default_rng(seed)
    differences = chance.uniform(-1, 1, (2, ITEMS, len(traits)))
    weights = [group_weights(stratum, traits, seed) for stratum in STRATA]
    return Population(
        f"as simulate draws, seed {seed}", traits, np.diff(differences, axis=0)[0], weights
    )


def agreed_population(seed: int = 1, contested: float = 0.25) -> Population:
    """Three items in four have a response that most people of both strata prefer."""
    chance = np.random.default_rng(seed)
    gap = chance.uniform(2.5, 6.0, ITEMS) * chance.choice([-1, 1], ITEMS)
    is_contested = chance.random(ITEMS) < contested
    quality = np.where(is_contested, chance.normal(0, SPREAD_OF_A_GAP, ITEMS), gap)
    return of_quality_and_values("mostly agreed", quality, np.ones(ITEMS), seed)


def mixed_population(seed: int = 1) -> Population:
    """From items that nearly everybody agrees on to evenly divided ones, without a gap between.

    Differences in quality have heavy tails (Student's t of 3 degrees of freedom, times 2.5), and
    items touch on values more or less (gamma of shape ½, mean ¾).
    """
    chance = np.random.default_rng(seed)
    quality = 2.5 * chance.standard_t(3, ITEMS)
    return of_quality_and_values("of all kinds", quality, chance.gamma(0.5, 1.5, ITEMS), seed)


def of_quality_and_values(name: str, quality: Floats, touch: Floats, seed: int) -> Population:
    """Quality weighs 1 for everybody; two values that items touch on, what each stratum drew."""
    chance = np.random.default_rng([seed, 1])
    values = np.diff(chance.uniform(-1, 1, (2, ITEMS, 2)), axis=0)[0] * touch[:, None]
    traits = ["quality", "openness", "tradition"]
    weights = [
        Weights({**group_weights(stratum, traits, seed).by_trait, "quality": 1.0})
        for stratum in STRATA
    ]
    return Population(name, traits, np.column_stack([quality, values]), weights)


def divided_population(seed: int = 1) -> Population:
    """Responses hardly differ in what people value: every item divides everybody."""
    drawn = drawn_population(seed)
    weights = [
        Weights({name: weight / 4 for name, weight in one.by_trait.items()})
        for one in drawn.weights
    ]
    return Population("all divided", drawn.traits, drawn.differences, weights)


def populations() -> list[Population]:
    return [agreed_population(), mixed_population(), drawn_population(1), divided_population()]


def answers(population: Population, replication: int) -> Counts:
    """Places in `GRADES`: items × strata × `MOST`, each column another person's."""
    given = np.empty((ITEMS, len(STRATA), MOST), dtype=np.int64)
    task_type = Pairwise()
    places = {grade: place for place, grade in enumerate(GRADES)}
    for stratum, group in enumerate(population.weights):
        for person in range(MOST):
            # As if everybody had come anew: no two replications share a person.
            number = (replication * len(STRATA) + stratum) * MOST + person
            own = person_weights(group, number, replication)
            leanings = population.differences @ [own.by_trait[name] for name in population.traits]
            chance = random.Random(f"{population.name}:{number}")
            for item, leaning in enumerate(leanings.tolist()):
                answer = task_type.simulate_answer({"a": 0.0, "b": leaning}, chance)
                (one,) = task_type.comparisons(answer, response_ids=("a", "b"))
                assert one.preference is not None
                given[item, stratum, person] = places[one.preference / 2]
    # Who is first at one item is not first at the next.
    order = np.random.default_rng(replication).permuted(
        np.tile(np.arange(MOST), (ITEMS, 1)), axis=1
    )
    return np.take_along_axis(given, order[:, None, :], axis=2)


def counts_upto(given: Counts, taken: Counts) -> Counts:
    """How often each grade is among the first `taken` answers of each cell."""
    counted = np.arange(MOST) < taken[..., None]
    return np.stack([((given == place) & counted).sum(axis=2) for place in range(len(GRADES))], 2)


def adaptively(given: Counts, chance: random.Random, measure: str) -> dict[int, Counts]:
    """How many answers each cell has by the time that the average is one of `AVERAGES`."""
    taken = np.full(given.shape[:2], FLOOR)
    found: dict[int, Counts] = {}
    for average in AVERAGES:
        while (left := average * taken.size - int(taken.sum())) > 0:
            open_cells = np.flatnonzero(taken.ravel() < MOST)
            scores = scores_of(counts_upto(given, taken), taken, measure).ravel()[open_cells]
            wanted = min(left, max(1.0, PART_OF_A_ROUND * len(open_cells)))
            by_cell = dict(zip(open_cells.tolist(), scores.tolist(), strict=True))
            drawn = systematic_draw(inclusion_probabilities(by_cell, wanted), chance)[:left]
            taken.flat[drawn] += 1
        found[average] = taken.copy()
    return found


def scores_of(counts: Counts, taken: Counts, measure: str) -> Floats:
    if measure == "width":
        return difference_scores(expected_variances(counts, GRADES), taken.astype(np.float64))
    flat = counts.reshape(-1, len(GRADES))
    kinds = [[str(place) for place, n in enumerate(row) for _ in range(n)] for row in flat.tolist()]
    return np.array([entropy(one, ANSWER_KINDS) for one in kinds]).reshape(taken.shape)


@dataclass(frozen=True)
class Precision:
    """How well differences of the strata's mean preferences, on [−2, 2], are known.

    `held_by_most` is the standard error that nine in ten items' differences keep to, where an
    item's standard error is the root mean square of its errors over replications; `overall` is
    the root mean square of all errors; `worst_tenth` the error that one in ten is beyond;
    `bias` the root mean square of items' mean errors (with what chance leaves of it); `coverage`
    the share of intervals ± 1.96 standard errors, with variances as learned, that hold the truth.
    """

    average: float
    held_by_most: float
    overall: float
    worst_tenth: float
    bias: float
    coverage: float | None


CRITERIA = {
    "held_by_most": "SE that 9 in 10 differences keep to",
    "overall": "root mean square error of all",
    "worst_tenth": "error that 1 in 10 is beyond",
}


class Tally:
    """Errors of one design at one size, over replications."""

    def __init__(self, population: Population) -> None:
        self.truth = population.means[:, 1] - population.means[:, 0]
        self.errors: list[Floats] = []
        self.covered: list[float] = []

    def add(self, counts: Counts, *, with_intervals: bool = True) -> None:
        taken = counts.sum(axis=2)
        means = counts @ VALUES / taken
        errors = means[:, 1] - means[:, 0] - self.truth
        self.errors.append(errors)
        if with_intervals:
            width = 1.96 * np.sqrt((expected_variances(counts, GRADES) / taken).sum(axis=1))
            self.covered.append(float((np.abs(errors) <= width).mean()))

    def precision(self, average: float) -> Precision:
        errors = np.array(self.errors)
        by_item = np.sqrt((errors**2).mean(axis=0))
        return Precision(
            average=average,
            held_by_most=float(np.quantile(by_item, QUANTILE)),
            overall=float(np.sqrt((errors**2).mean())),
            worst_tenth=float(np.quantile(np.abs(errors), QUANTILE)),
            bias=float(np.sqrt((errors.mean(axis=0) ** 2).mean())),
            coverage=float(np.mean(self.covered)) if self.covered else None,
        )


@dataclass(frozen=True)
class Comparison:
    """One population under the designs: balanced at every whole average, adaptive at some."""

    population: Population
    balanced: list[Precision]
    adaptive: dict[str, list[Precision]]

    def judgments_needed(self, criterion: str, value: float) -> float:
        """Judgments a cell that the balanced design needs for this value.

        Between whole numbers of judgments the logarithm of the value is linear in theirs.
        """
        averages = [math.log(one.average) for one in self.balanced]
        values = [-math.log(getattr(one, criterion)) for one in self.balanced]
        return math.exp(float(np.interp(-math.log(value), values, averages)))

    def saving(self, criterion: str, found: Precision) -> float:
        """The part of the balanced design's judgments that the adaptive one does without."""
        return 1 - found.average / self.judgments_needed(criterion, getattr(found, criterion))


def compare(population: Population, replications: int, measures: Sequence[str]) -> Comparison:
    balanced = {number: Tally(population) for number in range(FLOOR, MOST + 1)}
    adaptive = {one: {number: Tally(population) for number in AVERAGES} for one in measures}
    for replication in range(replications):
        given = answers(population, replication)
        for number, tally in balanced.items():
            counts = counts_upto(given, np.full(given.shape[:2], number))
            tally.add(counts, with_intervals=number in AVERAGES)
        for measure, tallies in adaptive.items():
            chance = random.Random(f"{population.name}:{replication}")
            for number, taken in adaptively(given, chance, measure).items():
                tallies[number].add(counts_upto(given, taken))
    return Comparison(
        population,
        [tally.precision(number) for number, tally in balanced.items()],
        {
            measure: [tally.precision(number) for number, tally in tallies.items()]
            for measure, tallies in adaptive.items()
        },
    )


HEAD = ["", "judgments a cell", "SE held by 9 in 10", "all (RMS)", "1 in 10 beyond", "coverage"]
LABELS = {"width": "adaptive, by width", "entropy": "adaptive, by entropy"}


def measure_adaptive(
    replications: int, figure: Path | None
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A title, a table and the data of each population; draws the figure at the end, if wanted."""
    found = []
    for population in populations():
        found.append(compare(population, replications, list(LABELS)))
        yield f"Adaptive: {population.name}", table_of(found[-1]), as_data(found[-1])
    if figure is not None:
        figure.write_text(draw(panels(found)), encoding="utf-8")


def table_of(found: Comparison) -> str:
    """What balanced comes to, and which part of its judgments adaptive does without for as much."""
    rows = []
    for one in found.balanced:
        if one.average in AVERAGES:
            values = [f"{getattr(one, criterion):.3f}" for criterion in CRITERIA]
            rows.append(["balanced", f"{one.average:g}", *values, f"{one.coverage:.3f}"])
    for measure, precisions in found.adaptive.items():
        for one in precisions:
            saved = [f"{-found.saving(criterion, one):+.0%}" for criterion in CRITERIA]
            rows.append([LABELS[measure], f"{one.average:g}", *saved, f"{one.coverage:.3f}"])
    return table(HEAD, rows)


def as_data(found: Comparison) -> dict[str, Any]:
    spreads = np.quantile(found.population.spreads, [0.1, 0.5, 0.9])
    return {
        "spread of one answer at 10, 50 and 90 %": spreads.round(3).tolist(),
        "balanced": [asdict(one) for one in found.balanced],
        "adaptive": {
            measure: [
                asdict(one) | {"saving": {name: found.saving(name, one) for name in CRITERIA}}
                for one in precisions
            ]
            for measure, precisions in found.adaptive.items()
        },
    }


def panels(found: Sequence[Comparison]) -> list[Panel]:
    """The plan by width in every population."""
    return [
        Panel(
            one.population.name,
            [(two.average, two.held_by_most) for two in one.balanced],
            [(two.average, two.held_by_most) for two in one.adaptive["width"]],
            one.saving("held_by_most", one.adaptive["width"][-1]),
        )
        for one in found
    ]
