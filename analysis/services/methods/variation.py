"""Where answers vary: by item, stratum and person; over which items; by what is shown first."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.estimators.bradley_terry import scores
from analysis.estimators.data import Ratings, UnfitData
from analysis.estimators.entropy import ItemEntropies, item_entropies, mean_variety
from analysis.estimators.variance import METHOD, PARTS, decompose
from analysis.services.methods.agreement import MOST_ITEMS, estimate_row, ratings_of
from analysis.services.methods.answers import Answers, about, answers_of
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.methods.systems import PENALTY, comparisons_of, decided
from analysis.services.tables import Row, Table, rounded, row, table, withheld_row
from analysis.services.withholding import sum_is_withheld, withheld

PARTS_SOURCE = "Koch (1967); Cronbach, Gleser, Nanda and Rajaratnam (1972)"
ENTROPY_SOURCE = "Shannon (1948); Miller (1955); Simpson (1949)"
ORDER_SOURCE = "Davidson and Beaver (1977)"
# So many items are told of, those over which people are most divided; all are worked out.
MOST_LISTED = 100
# Answers are few steps in every task type but sliders, of which entropies would say little.
MOST_VALUES = 12
LEAST_ANSWERS = 2
Floats = npt.NDArray[np.float64]


def variation(work: Work) -> Found:
    """For each criterion: parts of variance, items by entropy, and the effect of the order."""
    found: Found = {}
    for code, key in enumerate(work.judged.criteria):
        answers = answers_of(work.judged, code)
        found[key] = []
        if answers is not None:
            found[key] += [*part_tables(work, answers), *entropy_tables(work, answers)]
        work.alive()
        found[key] += order_tables(work, code)
    return found


def part_tables(work: Work, answers: Answers) -> Iterator[Table]:
    """The parts of variance over strata that may be shown, each with its share of all.

    Parts of groups would tell of a stratum that is kept back, so those are left out.
    """
    strata = len(work.judged.strata)
    people = answers.people(strata)
    hidden = withheld(people, work.least) | (work.hidden_strata & (people > 0))
    shown = [code for code in range(strata) if people[code] and not hidden[code]]
    if not shown:
        yield parts_table(work, [withheld_row({"part": ""})], 0)
        return
    given = answers.of_strata(shown).drawn(MOST_ITEMS, work.chance("variation"))
    given = given.renumbered(shown)
    try:
        found = decompose(ratings_of(given, len(shown)), replicates=work.draws, seed=work.seed)
    except UnfitData:
        return
    shares = found.shares()
    rows = [
        estimate_row({"part": name}, getattr(found, name), share=rounded(shares[name]))
        for name in PARTS
        if not np.isnan(getattr(found, name).estimate)
    ]
    yield parts_table(work, rows, given.n_units)


def parts_table(work: Work, rows: list[Row], units: int) -> Table:
    return table(
        "parts",
        rows,
        measure="variance",
        method=METHOD,
        source=PARTS_SOURCE,
        parameters=parameters_of(work, items=units, replicates=work.draws, seed=work.seed),
    )


def entropy_tables(work: Work, answers: Answers) -> Iterator[Table]:
    """How likely two people differ, and the items over which people are most divided."""
    values, number = np.unique(answers.value, return_inverse=True)
    if not 1 < len(values) <= MOST_VALUES:
        return
    given = ratings_of(answers)
    coded = Ratings(
        given.unit, given.rater, number.astype(np.float64), given.n_units, given.n_raters
    )
    yield from variety_tables(work, answers)
    work.alive()
    found = item_entropies(coded, len(values), seed=work.seed)
    told = units_told(work, answers)
    entropy = found.corrected.estimate
    known = np.flatnonzero(told & ~np.isnan(entropy))
    order = known[np.lexsort((known, -entropy[known]))]
    rows = [entropy_row(work, answers, unit, found) for unit in order[:MOST_LISTED].tolist()]
    yield table(
        "divided",
        rows,
        measure="entropy",
        method=found.corrected.method,
        source=ENTROPY_SOURCE,
        parameters=parameters_of(
            work, values=len(values), items=len(known), listed=MOST_LISTED, seed=work.seed
        ),
    )


def variety_tables(work: Work, answers: Answers) -> Iterator[Table]:
    group = {"quantity": "variety"}
    given = answers.drawn(MOST_ITEMS, work.chance("variety"))
    if work.hides(answers.annotator):
        rows = [withheld_row(group)]
    else:
        try:
            variety = mean_variety(ratings_of(given), replicates=work.draws, seed=work.seed)
        except UnfitData:
            return
        rows = [estimate_row(group, variety)]
    yield table(
        "variety",
        rows,
        measure="share",
        method="mean probability that two people differ over an item",
        source="Simpson (1949)",
        parameters=parameters_of(work, items=given.n_units, replicates=work.draws, seed=work.seed),
    )


def units_told(work: Work, answers: Answers) -> npt.NDArray[np.bool_]:
    """Units of which everybody's answers together may be shown, by how many of each stratum."""
    strata = len(work.judged.strata)
    pairs = np.unique(answers.unit.astype(np.int64) * len(answers.stratum_of) + answers.annotator)
    unit, annotator = np.divmod(pairs, len(answers.stratum_of))
    counts = np.bincount(
        unit * strata + answers.stratum_of[annotator], minlength=answers.n_units * strata
    ).reshape(-1, strata)
    # Many items have the same numbers of people, and these tell all that matters.
    different, of_unit = np.unique(counts, axis=0, return_inverse=True)
    may = np.array([may_be_summed(work, line) for line in different], bool)
    return may[of_unit.reshape(-1)]


def may_be_summed(work: Work, people: npt.NDArray[np.int64]) -> bool:
    hidden = withheld(people, work.least) | (work.hidden_strata & (people > 0))
    return int(people.sum()) >= LEAST_ANSWERS and not sum_is_withheld(people, hidden, work.least)


def entropy_row(work: Work, answers: Answers, unit: int, found: ItemEntropies) -> Row:
    bits = np.log(2)
    one = found.corrected
    return row(
        {
            "item": work.judged.item_ids[answers.item[unit]],
            "about": about(work.judged, answers, unit),
        },
        estimate=float(one.estimate[unit] / bits),
        lower=float(one.lower[unit] / bits),
        upper=float(one.upper[unit] / bits),
        n=int(one.n[unit]),
        annotators=int(one.n_annotators[unit]),
        variety=rounded(found.variety[unit]),
    )


def order_tables(work: Work, criterion: int) -> Iterator[Table]:
    """What being shown first adds to a system's utility, where one of a pair was shown first."""
    found = decided(work.judged.comparisons, criterion)
    found = found.where((found.first == found.a) | (found.first == found.b))
    if not len(found) or len(work.judged.systems) < 2:
        return
    rows = [withheld_row({"quantity": "order"})]
    options = {"penalty": PENALTY, "replicates": work.draws, "seed": work.seed}
    if not work.hides(found.annotator):
        try:
            given = comparisons_of(work, found)
            effect = scores(
                given,
                penalty=PENALTY,
                order_effect=True,
                replicates=work.draws,
                seed=work.seed,
            ).order
        except UnfitData:
            return
        rows = [] if effect is None else [estimate_row({"quantity": "order"}, effect)]
    yield table(
        "order",
        rows,
        measure="score",
        method="Bradley–Terry with Davidson's ties and an effect of being shown first",
        source=ORDER_SOURCE,
        parameters=parameters_of(work, **options),
    )
