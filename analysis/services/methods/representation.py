"""Who judged, beside whom they should speak for."""

from collections.abc import Iterator, Mapping

import numpy as np

from analysis.selectors.people import single_answers
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.tables import Row, row, table, withheld_row
from analysis.services.withholding import withheld
from annotation.design.positions import wilson

METHOD = "share of annotators who told, Wilson interval, beside the share of the population"
SOURCE = "Wilson (1927)"
ALL_CRITERIA = ""


def representation(work: Work) -> Found:
    """For every single-choice question: shares of people by answer, gaps, and weights' effect."""
    told = single_answers(work.campaign, work.judged)
    margins = work.population.margins if work.population else []
    reference = {one["question"]: one["shares"] for one in margins}
    rows = [
        one
        for question in work.campaign.questionnaire.questions.all()
        for one in share_rows(
            work,
            question.key,
            question.option_keys,
            told.get(question.key, {}),
            reference.get(question.key, {}),
        )
    ]
    tables = [
        table(
            "people",
            rows,
            measure="share",
            method=METHOD,
            source=SOURCE,
            parameters=parameters_of(
                work, population=work.population.name if work.population else None
            ),
        )
    ]
    return {ALL_CRITERIA: tables}


def share_rows(
    work: Work,
    question: str,
    options: list[str],
    chosen: Mapping[int, str],
    reference: Mapping[str, float],
) -> Iterator[Row]:
    """Options of one question; too small ones, and what would give them away, are withheld."""
    counts = np.array(
        [sum(1 for one in chosen.values() if one == option) for option in options], np.int64
    )
    total = int(counts.sum())
    hidden = withheld(counts, work.least) if total else counts > 0
    for option, count, is_hidden in zip(options, counts.tolist(), hidden, strict=True):
        group = {"question": question, "option": option}
        if is_hidden or total < work.least:
            yield withheld_row(group)
            continue
        share = count / total
        lower, upper = wilson(count, total)
        expected = reference.get(option)
        more = {} if not reference else gaps(share, expected or 0.0)
        yield row(
            group, estimate=share, lower=lower, upper=upper, n=total, annotators=count, **more
        )


def gaps(share: float, expected: float) -> dict[str, float]:
    return {
        "population": float(f"{expected:.12g}"),
        "gap": float(f"{share - expected:.12g}"),
    }
