"""What it costs to model judgments, beside libraries that fit the same model, on one core."""

import time
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from analysis.estimators.bradley_terry import fit_by_group, scores_by_group
from analysis.estimators.data import Comparisons
from bench.figures import Rate, median

Floats = npt.NDArray[np.float64]
# What it is, over how many comparisons, and how it is done.
Way = tuple[str, int, Callable[[], object]]

SYSTEMS = 20
STRATA = 6
PEOPLE = 3000
NU = 0.4
REPLICATES = 200
# choix goes through comparisons in Python, so it gets a part of them.
PART = 100_000
AGREED = 1e-4
# Libraries to compare with: there for developers, and not on every installation.
LIBRARIES = ("evalica", "choix")


def drawn(rows: int, *, ties: bool) -> Comparisons:
    """Comparisons by people of six strata whose utilities differ."""
    chance = np.random.default_rng(1)
    utility = chance.normal(0, 0.8, SYSTEMS) + chance.normal(0, 0.3, (STRATA, SYSTEMS))
    group = np.arange(PEOPLE) % STRATA
    person = chance.integers(0, PEOPLE, rows).astype(np.int32)
    a = chance.integers(0, SYSTEMS, rows).astype(np.int32)
    b = ((a + chance.integers(1, SYSTEMS, rows)) % SYSTEMS).astype(np.int32)
    half = (utility[group[person], b] - utility[group[person], a]) / 2
    for_b, nu = np.exp(half), NU if ties else 0.0
    point = chance.random(rows) * (for_b + nu + 1 / for_b)
    outcome = np.where(point < for_b, 1, np.where(point < for_b + nu, 0, -1)).astype(np.int8)
    strata = group[person].astype(np.int16)
    return Comparisons(person, person, a, b, outcome, SYSTEMS, PEOPLE, STRATA, group=strata)


def library(name: str) -> ModuleType | None:
    """A library to compare with, or None where it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        return None


def missing_libraries() -> list[str]:
    return [name for name in LIBRARIES if library(name) is None]


def measure_estimators(rows: int, rounds: int) -> dict[str, Rate]:
    """Bradley–Terry of every stratum: with ties, without, with bootstraps, and by other libraries.

    Medians of `rounds`, in turn, on one thread. Stops where results without ties differ. Libraries
    that are not installed are left out.
    """
    tied, decided = drawn(rows, ties=True), drawn(rows, ties=False)
    ways: dict[str, Way] = {
        "ties": ("strata, with ties", rows, lambda: fit_by_group(tied)),
        "fit": ("strata, without ties", rows, lambda: fit_by_group(decided)),
        "bootstraps": (
            f"strata, with ties and {REPLICATES} bootstraps",
            rows,
            lambda: scores_by_group(tied, replicates=REPLICATES),
        ),
        **by_others(decided),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    with threadpool_limits(1):
        for number in range(rounds + 1):
            for name, (_, _, way) in ways.items():
                begun = time.perf_counter()
                way()
                if number:
                    seconds[name].append(time.perf_counter() - begun)
    return {
        name: Rate(what, count, median(seconds[name])) for name, (what, count, _) in ways.items()
    }


def by_others(decided: Comparisons) -> dict[str, Way]:
    """The ways of the libraries that are installed, each checked against ours beforehand."""
    rows, part = len(decided), min(PART, len(decided))
    found: dict[str, Way] = {}
    if evalica := library("evalica"):
        by_evalica, check_evalica = with_evalica(evalica, decided)
        check_evalica(np.stack([one.utility for one in fit_by_group(decided)]))
        found["evalica"] = ("strata, without ties, evalica", rows, by_evalica)
    if choix := library("choix"):
        by_choix, check_choix = with_choix(choix, decided, part)
        check_choix()
        found["choix"] = ("without ties, choix", part, by_choix)
    return found


def with_evalica(
    evalica: ModuleType, given: Comparisons
) -> tuple[Callable[[], None], Callable[[Floats], None]]:
    """Every stratum by evalica, from lists made beforehand; and a check against our utilities."""
    assert given.group is not None
    lists = []
    for stratum in range(STRATA):
        rows = given.group == stratum
        winners = np.where(given.outcome[rows] > 0, evalica.Winner.Y, evalica.Winner.X).tolist()
        lists.append((given.a[rows].tolist(), given.b[rows].tolist(), winners))

    def fit() -> None:
        for one in lists:
            evalica.bradley_terry(*one)

    def check(ours: Floats) -> None:
        for stratum, one in enumerate(lists):
            found = evalica.bradley_terry(*one, tolerance=1e-12, limit=10_000).scores
            logs = np.log(found.sort_index().to_numpy())
            assert np.abs(logs - logs.mean() - ours[stratum]).max() < AGREED

    return fit, check


def with_choix(
    choix: ModuleType, given: Comparisons, rows: int
) -> tuple[Callable[[], None], Callable[[], None]]:
    """The first rows as one table by choix, from pairs made beforehand; and a check."""
    won = given.outcome[:rows] > 0
    a, b = given.a[:rows], given.b[:rows]
    pairs = list(zip(np.where(won, b, a).tolist(), np.where(won, a, b).tolist(), strict=True))
    nobody = np.zeros(rows, dtype=np.int16)
    part = Comparisons(nobody, nobody, a, b, given.outcome[:rows], SYSTEMS, 1, 1, group=nobody)

    def fit() -> None:
        choix.ilsr_pairwise(SYSTEMS, pairs)

    def check() -> None:
        found = choix.ilsr_pairwise(SYSTEMS, pairs)
        ours = fit_by_group(part)[0].utility
        assert np.abs(found - found.mean() - ours).max() < AGREED

    return fit, check
