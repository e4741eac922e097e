"""Weights that make people count as a population would, and answers counted by them."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.estimators.data import UnfitData
from analysis.estimators.raking import Margin, Raked, rake
from analysis.services.methods.base import Work, parameters_of, share_interval, tallied
from analysis.services.methods.distribution import GRADES, grade_of
from analysis.services.tables import EVERYBODY, Row, Table, row, table, withheld_row
from analysis.services.withholding import sum_is_withheld, withheld

WEIGHTING_METHOD = "raking to all margins at once, weights trimmed"
WEIGHTED_METHOD = "share of answers weighted by person, Wilson interval with the effective number"
RAKING_SOURCE = "Deming and Stephan (1940); Battaglia et al. (2004); Kish (1965)"
WILSON_SOURCE = "Wilson (1927)"
# Bounds of weights as multiples of their mean.
LEAST_WEIGHT, MOST_WEIGHT = 0.2, 5.0
Chosen = Mapping[str, Mapping[int, str]]
Weights = npt.NDArray[np.float64]


def weights_of(work: Work, chosen: Chosen) -> tuple[Weights | None, list[Table]]:
    """Weights of all people, and what they come to; nothing where there is nobody to weight to."""
    raked = raked_to(work, chosen)
    return (None, []) if raked is None else (raked.weights, [weighting_table(work, raked)])


def raked_to(work: Work, chosen: Chosen) -> Raked | None:
    """Weights of all people; None without a population, or where nothing of it can be weighted to.

    Who has not told an answer keeps their weight in its turn. Answers of the population that
    nobody gave cannot be weighted to: the others' shares are taken among themselves.
    """
    people = len(work.judged.annotators)
    if work.population is None or people < work.least:
        return None
    margins = [
        margin
        for one in work.population.margins
        if (margin := margin_of(one, chosen.get(one["question"], {}), people)) is not None
    ]
    try:
        return rake(margins, least=LEAST_WEIGHT, most=MOST_WEIGHT) if margins else None
    except UnfitData:
        return None


def margin_of(stated: Mapping[str, Any], chosen: Mapping[int, str], people: int) -> Margin | None:
    """A margin over the answers that somebody gave; None where fewer than two were given."""
    given = set(chosen.values())
    options = [key for key, share in stated["shares"].items() if share > 0 and key in given]
    if len(options) < 2:
        return None
    category = np.full(people, -1, np.int64)
    for place, option in chosen.items():
        if option in options:
            category[place] = options.index(option)
    shares = np.array([stated["shares"][key] for key in options])
    return Margin(stated["question"], category, shares / shares.sum())


def weighting_table(work: Work, raked: Raked) -> Table:
    people = len(raked.weights)
    figures = {
        "people": float(people),
        "effective": raked.n_eff,
        "largest": float(raked.weights.max()),
    }
    rows = [
        row({"quantity": key}, estimate=value, lower=None, upper=None, n=people, annotators=people)
        for key, value in figures.items()
    ]
    return table(
        "weighting",
        rows,
        measure="number",
        method=WEIGHTING_METHOD,
        source=RAKING_SOURCE,
        parameters=weighting_parameters(work),
    )


def weighting_parameters(work: Work) -> dict[str, Any]:
    assert work.population is not None  # noqa: S101 - for the type checker
    return parameters_of(
        work, population=work.population.name, least_weight=LEAST_WEIGHT, most_weight=MOST_WEIGHT
    )


def weighted_tables(work: Work, criterion: int, weights: Weights | None) -> Iterator[Table]:
    """Grades of everybody, weighted beside unweighted; nothing without weights."""
    found = work.judged.comparisons
    found = found.where(found.criterion == criterion)
    if weights is None or not len(found):
        return
    nobody = np.zeros_like(found.stratum)
    people = np.bincount(
        found.stratum[np.unique(found.annotator, return_index=True)[1]],
        minlength=len(work.judged.strata),
    )
    hidden = withheld(people, work.least) | (work.hidden_strata & (people > 0))
    hides = sum_is_withheld(people, hidden, work.least)
    tallies = tallied(nobody, nobody, found.annotator, grade_of(found), len(GRADES))
    annotators, counts = tallies[0, 0]
    rows = [withheld_row({"stratum": EVERYBODY, "answer": ""})] if hides else []
    if not hides:
        rows = list(weighted_rows(counts, weights[annotators]))
    yield table(
        "weighted",
        rows,
        measure="share",
        method=WEIGHTED_METHOD,
        source=f"{RAKING_SOURCE}; {WILSON_SOURCE}",
        parameters=weighting_parameters(work),
    )


def weighted_rows(
    counts: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> Iterator[Row]:
    totals = counts.sum(axis=1)
    for code, answer in enumerate(GRADES):
        share, lower, upper = share_interval(counts[:, code] * weights, totals * weights)
        yield row(
            {"stratum": EVERYBODY, "answer": answer},
            estimate=share,
            lower=lower,
            upper=upper,
            n=int(totals.sum()),
            annotators=len(totals),
            unweighted=float(f"{counts[:, code].sum() / totals.sum():.12g}"),
        )
