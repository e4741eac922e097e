"""As if each item had one right answer: a view among others, and whose answers it calls wrong.

Where people may rightly differ it takes a minority's view for an error. So beside what it finds
stands how many answers of each stratum it would call wrong, and on how many items it departs from
what most people said.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analysis.estimators.data import Ratings
from analysis.estimators.dawid_skene import METHOD, DawidSkene, dawid_skene
from analysis.services.methods.answers import Answers, about, answers_of
from analysis.services.methods.base import (
    Found,
    Work,
    grouped,
    parameters_of,
    share_interval,
)
from analysis.services.methods.variation import MOST_VALUES, units_told
from analysis.services.tables import Row, Table, rounded, row, table, withheld_row

SOURCE = "Dawid and Skene (1979)"
WRONG_METHOD = "share of answers that are not the likeliest, Wilson interval, effective number"
# So many items are told of, those of which the model is least sure; all are worked out.
MOST_LISTED = 100
SMOOTHING = 0.01
PAIR_ANSWERS = ("first", "tie", "second")
SEEN_ANSWERS = ("unseen", "seen")
Codes = npt.NDArray[np.int32]


def single_truth(work: Work) -> Found:
    """For each criterion: answers the model calls wrong, by stratum, and the items it doubts."""
    return {key: list(truth_tables(work, code)) for code, key in enumerate(work.judged.criteria)}


def truth_tables(work: Work, criterion: int) -> Iterator[Table]:
    answers = answers_of(work.judged, criterion)
    if answers is None:
        return
    said, names = kinds_of_answers(answers)
    if not 1 < len(names) <= MOST_VALUES:
        return
    given = Ratings(
        answers.unit,
        answers.annotator,
        said.astype(np.float64),
        answers.n_units,
        len(answers.stratum_of),
    )
    found = dawid_skene(given, len(names), smoothing=SMOOTHING)
    work.alive()
    likeliest = np.nan_to_num(found.posterior, nan=-1.0).argmax(axis=1).astype(np.int32)
    yield wrong_table(work, answers, said, likeliest)
    yield items_table(work, answers, said, names, found, likeliest)


def kinds_of_answers(answers: Answers) -> tuple[Codes, list[str]]:
    """Answers as numbers of what they say: of pairs the direction alone, else the value."""
    if answers.scale == "ordinal":
        return (np.sign(answers.value) + 1).astype(np.int32), list(PAIR_ANSWERS)
    values, said = np.unique(answers.value, return_inverse=True)
    if answers.scale == "nominal":
        return answers.value.astype(np.int32), list(SEEN_ANSWERS)
    return said.astype(np.int32), [f"{one:g}" for one in values]


def wrong_table(work: Work, answers: Answers, said: Codes, likeliest: Codes) -> Table:
    groups = grouped(
        answers.stratum,
        np.zeros_like(answers.stratum),
        answers.annotator,
        (said != likeliest[answers.unit]).astype(np.int32),
        strata=work.judged.strata,
        others=[{}],
        categories=2,
        least=work.least,
        always=work.hidden_strata,
    )
    rows: list[Row] = []
    for group in groups:
        if group.is_withheld:
            rows.append(withheld_row(group.names))
            continue
        totals = group.counts.sum(axis=1)
        share, lower, upper = share_interval(group.counts[:, 1], totals)
        rows.append(
            row(
                group.names,
                estimate=share,
                lower=lower,
                upper=upper,
                n=int(totals.sum()),
                annotators=len(totals),
            )
        )
    return table(
        "called-wrong",
        rows,
        measure="share",
        method=f"{METHOD}; {WRONG_METHOD}",
        source=SOURCE,
        parameters=parameters_of(work, smoothing=SMOOTHING),
    )


def items_table(
    work: Work,
    answers: Answers,
    said: Codes,
    names: list[str],
    found: DawidSkene,
    likeliest: Codes,
) -> Table:
    """Items of which the model is least sure first, with how many people said what it says."""
    counts = np.bincount(
        answers.unit.astype(np.int64) * len(names) + said, minlength=answers.n_units * len(names)
    ).reshape(-1, len(names))
    sure = found.posterior[np.arange(answers.n_units), likeliest]
    told = np.flatnonzero(units_told(work, answers) & ~np.isnan(sure))
    order = told[np.lexsort((told, sure[told]))][:MOST_LISTED]
    against = int((counts[told, likeliest[told]] < counts[told].max(axis=1)).sum())
    rows = [
        row(
            {
                "item": work.judged.item_ids[answers.item[unit]],
                "about": about(work.judged, answers, unit),
                "answer": names[likeliest[unit]],
            },
            estimate=float(sure[unit]),
            lower=None,
            upper=None,
            n=int(counts[unit].sum()),
            annotators=int(counts[unit].sum()),
            said=rounded(counts[unit, likeliest[unit]] / counts[unit].sum()),
        )
        for unit in order.tolist()
    ]
    return table(
        "likeliest",
        rows,
        measure="share",
        method=METHOD,
        source=SOURCE,
        parameters=parameters_of(
            work,
            smoothing=SMOOTHING,
            rounds=found.rounds,
            items=len(told),
            listed=MOST_LISTED,
            against_most=against,
        ),
    )
