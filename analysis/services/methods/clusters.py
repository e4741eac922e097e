"""Kinds of people by what they prefer, and how little or much of that is who they are.

Nobody is told to be of a kind: what is shown are kinds, their sizes, and how they go with answers
that people gave about themselves, wherever enough people are in a cell of such a table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.estimators.belonging import Belonging, belonging
from analysis.estimators.clusters import (
    FOLDS,
    MOST,
    Choice,
    Clusters,
    Judgments,
    Stability,
    clusters,
    number_of_clusters,
    stability,
)
from analysis.estimators.data import UnfitData
from analysis.selectors.people import single_answers
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.methods.ordering import rankings_of
from analysis.services.methods.systems import comparisons_of, decided
from analysis.services.tables import Row, Table, rounded, row, table, withheld_row
from analysis.services.withholding import withheld
from annotation.design.positions import wilson

Labels = npt.NDArray[np.int64]
# With fewer people there is nothing to hold kinds against.
LEAST_PEOPLE = 10
HELD_OUT_METHOD = "log-likelihood of people left out of the fit, smallest number within one error"
HELD_OUT_SOURCE = "Smyth (2000); Hastie, Tibshirani and Friedman (2009), 7.10"
STABILITY_METHOD = "adjusted Rand index, median over refits"
STABILITY_SOURCE = "Hubert and Arabie (1985)"
KINDS_SOURCE = "Croon (1989); Busse, Orbanz and Buhmann (2007); Dempster, Laird and Rubin (1977)"
BELONGING_SOURCE = "Theil (1970), less what chance explains; Cramér's V after Bergsma (2013)"
SHARE_METHOD = "share of a kind's people who gave the answer, Wilson interval"
STRATUM = "stratum"


@dataclass(frozen=True)
class Told:
    """What people said of themselves: for each person the number of an option, -1 for none."""

    question: str
    options: Sequence[str]
    answer: Labels


def kinds_of_people(work: Work) -> Found:
    """For each criterion: how many kinds, how steady, what they prefer, and who is of them."""
    told = [strata_of(work), *answers_of_people(work)]
    return {
        key: list(cluster_tables(work, code, told)) for code, key in enumerate(work.judged.criteria)
    }


def cluster_tables(work: Work, criterion: int, told: Sequence[Told]) -> Iterator[Table]:
    """Nothing for few people; where all of them together are withheld, that."""
    given = judgments_of(work, criterion)
    people = 0 if given is None else len(np.unique(given.annotator))
    if given is None or people < max(LEAST_PEOPLE, work.least):
        return
    if work.hides(given.annotator):
        yield sizes_table(work, [withheld_row({"kind": ""})], "")
        return
    most = min(MOST, people // work.least)
    try:
        choice = number_of_clusters(given, most=most, seed=work.seed)
        work.alive()
        found = clusters(given, choice.number, seed=work.seed)
        work.alive()
        steady = steadiness(work, given, choice.number, people)
    except UnfitData:
        return
    yield numbers_table(work, choice, found)
    if steady is not None:
        yield stability_table(work, steady, found)
    yield from tables_of_kinds(work, found, told)


def judgments_of(work: Work, criterion: int) -> Judgments | None:
    """Rankings where people ranked, else preferences between two systems; None for neither."""
    if len(work.judged.systems) < 2:
        return None
    ranked = rankings_of(work, criterion)
    if ranked is not None:
        return ranked
    found = decided(work.judged.comparisons, criterion)
    return comparisons_of(work, found) if len(found) else None


def steadiness(work: Work, given: Judgments, number: int, people: int) -> Stability | None:
    """None where there is one kind, or halves of the people would be fewer than kinds."""
    if number < 2 or people < 2 * number:
        return None
    return stability(given, number, seed=work.seed)


def numbers_table(work: Work, choice: Choice, found: Clusters) -> Table:
    rows = [
        row(
            {"kinds": str(number)},
            estimate=choice.held_out[number - 1],
            lower=None,
            upper=None,
            n=found.n,
            annotators=found.n_annotators,
            behind=rounded(choice.behind[number - 1]),
            error=rounded(choice.error[number - 1]),
        )
        for number in range(1, len(choice.held_out) + 1)
    ]
    return table(
        "numbers-of-kinds",
        rows,
        measure="likelihood",
        method=HELD_OUT_METHOD,
        source=HELD_OUT_SOURCE,
        parameters=parameters_of(work, chosen=choice.number, folds=FOLDS, seed=work.seed),
    )


def stability_table(work: Work, steady: Stability, found: Clusters) -> Table:
    rows = [
        row(
            {"quantity": name},
            estimate=float(np.median(values)),
            lower=None,
            upper=None,
            n=found.n,
            annotators=found.n_annotators,
            least=rounded(min(values)),
            most=rounded(max(values)),
        )
        for name, values in (("restarts", steady.restarts), ("halves", steady.halves))
    ]
    return table(
        "steadiness",
        rows,
        measure="agreement",
        method=STABILITY_METHOD,
        source=STABILITY_SOURCE,
        parameters=parameters_of(
            work, restarts=len(steady.restarts), halves=len(steady.halves), seed=work.seed
        ),
    )


def tables_of_kinds(work: Work, found: Clusters, told: Sequence[Told]) -> Iterator[Table]:
    label = np.asarray(found.label, np.int64)
    sizes = np.bincount(label[label >= 0], minlength=len(found.share))
    hidden = withheld(sizes, work.least) | (sizes < work.least)
    rows = [
        withheld_row({"kind": kind_name(kind)})
        if hidden[kind]
        else row(
            {"kind": kind_name(kind)},
            estimate=float(found.share[kind]),
            lower=None,
            upper=None,
            n=found.n,
            annotators=int(size),
        )
        for kind, size in enumerate(sizes.tolist())
    ]
    yield sizes_table(work, rows, found.method)
    yield preferences_table(work, found, sizes, hidden)
    if len(sizes) < 2:
        return
    known = [one for one in told if len(np.unique(one.answer[(label >= 0) & (one.answer >= 0)]))]
    yield belonging_table(work, label, known)
    yield answers_table(work, label, hidden, known)


def kind_name(kind: int) -> str:
    """Kinds are numbered, largest first: a name would say more of them than is known."""
    return str(kind + 1)


def sizes_table(work: Work, rows: Sequence[Row], method: str) -> Table:
    return table(
        "kinds",
        rows,
        measure="share",
        method=method,
        source=KINDS_SOURCE,
        parameters=parameters_of(work, seed=work.seed),
    )


def preferences_table(
    work: Work, found: Clusters, sizes: Labels, hidden: npt.NDArray[np.bool_]
) -> Table:
    """Each kind's utilities, best first; they come from all people, by how far they are of it."""
    rows: list[Row] = []
    for kind, utility in enumerate(found.utility):
        if hidden[kind]:
            rows.append(withheld_row({"kind": kind_name(kind), "system": ""}))
            continue
        rows += [
            row(
                {"kind": kind_name(kind), "system": work.judged.systems[system]},
                estimate=float(utility[system]),
                lower=None,
                upper=None,
                n=found.n,
                annotators=int(sizes[kind]),
            )
            for system in np.argsort(-utility, kind="stable").tolist()
            if not np.isnan(utility[system])
        ]
    return table(
        "preferences-of-kinds",
        rows,
        measure="score",
        method=found.method,
        source=KINDS_SOURCE,
        parameters=parameters_of(work, seed=work.seed),
    )


def belonging_table(work: Work, label: Labels, told: Sequence[Told]) -> Table:
    """What each question explains of the kinds, and what it does not."""
    rows: list[Row] = []
    for one in told:
        work.alive()
        answer, n = told_by_enough(work, label, one)
        if n < work.least or work.hides(np.flatnonzero(answer >= 0)):
            rows.append(withheld_row({"question": one.question}))
        else:
            found = belonging(label, answer, seed=work.seed)
            rows.append(belonging_row(one.question, found))
    return table(
        "explained",
        rows,
        measure="share",
        method="Theil's U less chance; p by permuting people; Cramér's V",
        source=BELONGING_SOURCE,
        parameters=parameters_of(work, seed=work.seed),
    )


def told_by_enough(work: Work, label: Labels, told: Told) -> tuple[Labels, int]:
    """Answers of people of a kind, without those that are too few to be shown; and how many."""
    answer = np.where(label >= 0, told.answer, -1)
    hidden = hidden_options(work, told)
    answer = np.where((answer >= 0) & hidden[answer], -1, answer)
    return answer, int((answer >= 0).sum())


def hidden_options(work: Work, told: Told) -> npt.NDArray[np.bool_]:
    """Answers that no view shows, told from everybody who judged."""
    given = told.answer[told.answer >= 0]
    return withheld(np.bincount(given, minlength=len(told.options)), work.least)


def belonging_row(question: str, found: Belonging) -> Row:
    return row(
        {"question": question},
        estimate=found.explained,
        lower=None,
        upper=None,
        n=found.n,
        annotators=found.n,
        unexplained=rounded(found.unexplained),
        v=rounded(found.v),
        p=rounded(found.p),
    )


def answers_table(
    work: Work, label: Labels, hidden_kinds: npt.NDArray[np.bool_], told: Sequence[Told]
) -> Table:
    rows: list[Row] = []
    for one in told:
        both = (label >= 0) & (one.answer >= 0)
        shape = (len(hidden_kinds), len(one.options))
        counts = np.bincount(
            label[both] * shape[1] + one.answer[both], minlength=shape[0] * shape[1]
        ).reshape(shape)
        also = hidden_kinds[:, None] | hidden_options(work, one)[None, :]
        hidden = withheld(counts, work.least, also)
        for kind in range(shape[0]):
            rows += answer_rows(work, kind, one, counts[kind], hidden[kind])
    return table(
        "people-of-kinds",
        rows,
        measure="share",
        method=SHARE_METHOD,
        source="Wilson (1927)",
        parameters=parameters_of(work),
    )


def answer_rows(
    work: Work, kind: int, told: Told, counts: Labels, hidden: npt.NDArray[np.bool_]
) -> Iterator[Row]:
    """One kind's answers to a question; those that nobody of it gave are not there."""
    total = int(counts.sum())
    for option in np.flatnonzero(counts).tolist():
        group = {
            "kind": kind_name(kind),
            "question": told.question,
            "option": told.options[option],
        }
        if hidden[option] or total < work.least:
            yield withheld_row(group)
            continue
        count = int(counts[option])
        lower, upper = wilson(count, total)
        yield row(
            group, estimate=count / total, lower=lower, upper=upper, n=total, annotators=count
        )


def strata_of(work: Work) -> Told:
    return Told(STRATUM, list(work.judged.strata), work.judged.stratum_of.astype(np.int64))


def answers_of_people(work: Work) -> Iterator[Told]:
    """Each question of one answer, as far as people agreed to its release."""
    chosen = single_answers(work.campaign, work.judged)
    for question in work.campaign.questionnaire.questions.all():
        given = chosen.get(question.key, {})
        if given:
            options = question.option_keys
            yield Told(question.key, options, numbered(work, options, given))


def numbered(work: Work, options: Sequence[str], given: Mapping[int, str]) -> Labels:
    answer = np.full(len(work.judged.annotators), -1, np.int64)
    for place, option in given.items():
        if option in options:
            answer[place] = options.index(option)
    return answer
