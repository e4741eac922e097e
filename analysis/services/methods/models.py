"""Models beside people: how often people of each stratum gave the answer that a model gave.

The one view that reads models' answers. They never enter another: what they say is held against
what people said and counts among it nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.arrays import Judged
from analysis.arrays.answered import Answered, answered_by_models
from analysis.estimators.beside import agreement_with
from analysis.estimators.data import Ratings
from analysis.estimators.results import Estimate
from analysis.services.methods.agreement import estimate_row
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.tables import EVERYBODY, Row, Table, table, withheld_row
from analysis.services.withholding import sum_is_withheld, withheld

METHOD = (
    "mean probability that a person gave the model's answer, strength aside; beside it, that two "
    "people gave the same"
)
SOURCE = "observed agreement, Fleiss (1971); people drawn anew, Efron and Tibshirani (1993)"
WITH_MODEL, AMONG_PEOPLE = "with_model", "among_people"
# People are held against a model over so many items at most, drawn by the seed.
MOST_ITEMS = 2000
LEAST_DRAWS = 20
# Ratings on fine scales are compared in so many equal parts of what was given.
STEPS = 10
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Said:
    """Who gave which answer to what: numbers of units that are equal for people and models."""

    unit: Numbers
    item: Numbers
    who: npt.NDArray[np.int32]
    stratum: npt.NDArray[np.int32]
    answer: Numbers

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Said":
        return Said(
            self.unit[chosen],
            self.item[chosen],
            self.who[chosen],
            self.stratum[chosen],
            self.answer[chosen],
        )


def models_beside_people(work: Work) -> Found:
    """For each criterion a table of models by stratum; nothing where no model has answered."""
    criteria = work.judged.criteria
    answered = answered_by_models(work.campaign, work.extent.as_of)
    found: Found = {key: [] for key in criteria}
    for code, key in enumerate(criteria):
        if answered is not None and key in answered.given.criteria:
            found[key] = list(model_tables(work, answered, code))
    return found


def model_tables(work: Work, answered: Answered, criterion: int) -> Iterator[Table]:
    key = work.judged.criteria[criterion]
    people, models = said_by(work.judged, answered.given, key)
    held = [against(work, people, models, code, key) for code in range(len(answered.machines))]
    strata = work.judged.strata
    counts = np.array([people_in(one[0], len(strata)) for one in held]).T
    if not counts.sum():
        return
    hidden = withheld(counts, work.least) | (work.hidden_strata[:, None] & (counts > 0))
    rows: list[Row] = []
    for code, machine in enumerate(answered.machines):
        rows += machine_rows(work, machine.name, held[code], counts[:, code], hidden[:, code])
        work.alive()
    yield table(
        "models",
        rows,
        measure="share",
        method=METHOD,
        source=SOURCE,
        parameters=parameters_of(
            work,
            model_judgments=answered.given.judgments,
            model_digest=answered.given.digest,
            most_items=MOST_ITEMS,
            replicates=max(LEAST_DRAWS, work.bootstraps),
            seed=work.seed,
        ),
    )


def machine_rows(
    work: Work,
    name: str,
    held: tuple[Said, npt.NDArray[np.float64]],
    counts: Numbers,
    hidden: npt.NDArray[np.bool_],
) -> Iterator[Row]:
    """A model beside each stratum, then beside everybody who judged the same."""
    people, told = held
    for code, key in enumerate(work.judged.strata):
        own = people.where(people.stratum == code)
        if counts[code]:
            yield from stratum_rows(work, name, key, None if hidden[code] else own, told)
    if len(work.judged.strata) > 1 and counts.sum():
        tells = sum_is_withheld(counts, hidden, work.least)
        yield from stratum_rows(work, name, EVERYBODY, None if tells else people, told)


def stratum_rows(
    work: Work, name: str, stratum: str, people: Said | None, told: npt.NDArray[np.float64]
) -> Iterator[Row]:
    """Two figures, or without `people` what is left of them."""
    quantities = (WITH_MODEL, AMONG_PEOPLE)
    groups = [{"model": name, "stratum": stratum, "quantity": one} for one in quantities]
    if people is None:
        yield from (withheld_row(group) for group in groups)
        return
    raters, rater = np.unique(people.who, return_inverse=True)
    ratings = Ratings(
        unit=people.unit,
        rater=rater,
        value=people.answer.astype(np.float64),
        n_units=len(told),
        n_raters=len(raters),
    )
    draws = max(LEAST_DRAWS, work.bootstraps)
    found: tuple[Estimate, ...] = agreement_with(ratings, told, replicates=draws, seed=work.seed)
    for group, one in zip(groups, found, strict=True):
        if np.isfinite(one.estimate):
            yield estimate_row(group, one)


def against(
    work: Work, people: Said, models: Said, machine: int, key: str
) -> tuple[Said, npt.NDArray[np.float64]]:
    """People's answers to what the machine answered too, units numbered anew, and its own.

    Of the second each row is a unit and sums to 1 over the answers.
    """
    own = models.where(models.who == machine)
    items = np.intersect1d(own.item, people.item)
    if len(items) > MOST_ITEMS:
        chance = work.chance("models", key)
        items = np.sort(chance.choice(items, MOST_ITEMS, replace=False))
    own = own.where(np.isin(own.item, items))
    units, unit = np.unique(own.unit, return_inverse=True)
    answers = int(max(people.answer.max(initial=0), own.answer.max(initial=0))) + 1
    told = np.zeros((len(units), answers))
    np.add.at(told, (unit, own.answer), 1.0)
    told /= np.maximum(told.sum(axis=1, keepdims=True), 1.0)
    same = people.where(np.isin(people.unit, units))
    numbered = Said(
        np.searchsorted(units, same.unit), same.item, same.who, same.stratum, same.answer
    )
    return numbered, told


def people_in(said: Said, strata: int) -> Numbers:
    """People of each stratum who answered anything."""
    first = np.unique(said.who, return_index=True)[1]
    return np.bincount(said.stratum[first], minlength=strata).astype(np.int64)


def said_by(people: Judged, models: Judged, key: str) -> tuple[Said, Said]:
    """What both said of a criterion, in the same numbers.

    Pair by pair, the better one, a tie, both bad or "it depends"; ratings of single responses in
    steps of what was given; values each as seen or not.
    """
    both = (people, models)
    codes = [list(one.criteria).index(key) for one in both]
    pairs = [pairs_said(one, code) for one, code in zip(both, codes, strict=True)]
    if all(len(one.unit) for one in pairs):
        return pairs[0], pairs[1]
    if people.task_type == "values":
        values = [value for value in people.values if value in models.values]
        return values_said(people, codes[0], values), values_said(models, codes[1], values)
    edges = steps_over(people, models, codes)
    return ratings_said(people, codes[0], edges), ratings_said(models, codes[1], edges)


def pairs_said(judged: Judged, criterion: int) -> Said:
    found = judged.comparisons.where(judged.comparisons.criterion == criterion)
    item = judged.items[found.item]
    better = np.sign(found.preference).astype(np.int64) + 1
    answer = np.where(found.outcome == 0, better, found.outcome + 1)
    # A tie is one answer, however it was said.
    answer = np.where(found.outcome == 1, 1, answer)
    unit = (item * 64 + found.a) * 64 + found.b
    return Said(unit, item, found.annotator, found.stratum, answer)


def ratings_said(judged: Judged, criterion: int, edges: npt.NDArray[np.float64]) -> Said:
    found = judged.ratings.where(judged.ratings.criterion == criterion)
    item = judged.items[found.item]
    answer = np.searchsorted(edges, found.rating, side="right").astype(np.int64)
    return Said(item * 64 + found.response, item, found.annotator, found.stratum, answer)


def steps_over(people: Judged, models: Judged, codes: list[int]) -> npt.NDArray[np.float64]:
    """Where one step of the ratings ends and the next begins: between any two that were given, or
    in equal parts where there are many."""
    given = np.concatenate(
        [
            one.ratings.rating[one.ratings.criterion == code]
            for one, code in zip((people, models), codes, strict=True)
        ]
    )
    values = np.unique(given)
    if len(values) <= STEPS + 1:
        return (values[1:] + values[:-1]) / 2
    return np.linspace(values[0], values[-1], STEPS + 1)[1:-1]


def values_said(judged: Judged, criterion: int, values: list[str]) -> Said:
    """Of each judgment and each of the values whether it was seen."""
    found = judged.valued.where(judged.valued.criterion == criterion)
    judgments, first = np.unique(found.judgment, return_index=True)
    places: dict[str, Any] = {value: place for place, value in enumerate(values)}
    place = np.array([places.get(value, -1) for value in judged.values] + [-1], np.int64)
    seen = np.zeros((len(judgments), len(values)), np.int64)
    rows, columns = np.searchsorted(judgments, found.judgment), place[found.value]
    seen[rows[columns >= 0], columns[columns >= 0]] = 1
    item = np.repeat(judged.items[found.item[first]], len(values))
    return Said(
        item * len(values) + np.tile(np.arange(len(values)), len(judgments)),
        item,
        np.repeat(found.annotator[first], len(values)),
        np.repeat(found.stratum[first], len(values)),
        seen.reshape(-1),
    )
