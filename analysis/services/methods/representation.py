"""Who judged, beside whom they should speak for, and what weighting to these makes of answers."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.selectors.people import single_answers
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.methods.weighting import Chosen, weighted_tables, weights_of
from analysis.services.tables import Row, Table, row, table, withheld_row
from analysis.services.withholding import withheld
from annotation.design.positions import wilson

PEOPLE_METHOD = "share of annotators who told, Wilson interval, beside the share of the population"
WILSON_SOURCE = "Wilson (1927)"


def representation(work: Work) -> Found:
    """For each criterion: people beside the population, weights, and answers weighted by them."""
    chosen = single_answers(work.campaign, work.judged)
    tables = [people_table(work, chosen)]
    weights, shared = weights_of(work, chosen)
    return {
        key: [*tables, *shared, *weighted_tables(work, code, weights)]
        for code, key in enumerate(work.judged.criteria)
    }


def people_table(work: Work, chosen: Chosen) -> Table:
    margins = work.population.margins if work.population else []
    reference = {one["question"]: one["shares"] for one in margins}
    rows = [
        one
        for question in work.campaign.questionnaire.questions.all()
        for one in share_rows(
            work,
            question.key,
            question.option_keys,
            chosen.get(question.key, {}),
            reference.get(question.key, {}),
        )
    ]
    name = work.population.name if work.population else None
    return table(
        "people",
        rows,
        measure="share",
        method=PEOPLE_METHOD,
        source=WILSON_SOURCE,
        parameters=parameters_of(work, population=name),
    )


def share_rows(
    work: Work,
    question: str,
    options: Sequence[str],
    chosen: Mapping[int, str],
    reference: Mapping[str, float],
) -> Iterator[Row]:
    """Options of one question; too small ones, and what would give them away, are withheld."""
    said = list(chosen.values())
    counts = np.array([said.count(option) for option in options], np.int64)
    hidden = withheld(counts, work.least)
    total = int(counts.sum())
    for option, count, is_hidden in zip(options, counts.tolist(), hidden.tolist(), strict=True):
        group = {"question": question, "option": option}
        if is_hidden or total < work.least:
            yield withheld_row(group)
            continue
        share = count / total
        lower, upper = wilson(count, total)
        more = gaps(share, reference.get(option, 0.0)) if reference else {}
        yield row(
            group, estimate=share, lower=lower, upper=upper, n=total, annotators=count, **more
        )


def gaps(share: float, expected: float) -> dict[str, float]:
    return {
        "population": float(f"{expected:.12g}"),
        "gap": float(f"{share - expected:.12g}"),
    }
