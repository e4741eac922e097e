"""Items on which strata part ways."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.special import entr

from analysis.services.methods.answers import Answers, answers_of
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.tables import Row, Table, row, table
from analysis.services.withholding import withheld

METHOD = "Jensen–Shannon divergence of strata's answers, strata counting alike, in bits"
SOURCE = "Lin (1991); p by shuffling people's strata; q after Benjamini and Hochberg (1995)"
# So many items are told of, those that part strata most; all are worked out.
MOST_LISTED = 100
SHUFFLES = 200
UNITS_BETWEEN_REPORTS = 2000
Floats = npt.NDArray[np.float64]


def disagreement(work: Work) -> Found:
    """For each criterion: items by how far strata's answers lie apart."""
    return work.once("disagreement", lambda: found_apart(work))


def found_apart(work: Work) -> Found:
    return {
        key: list(disagreement_tables(work, code)) for code, key in enumerate(work.judged.criteria)
    }


def disagreement_tables(work: Work, criterion: int) -> Iterator[Table]:
    answers = answers_of(work.judged, criterion)
    if answers is None or len(work.judged.strata) < 2:
        return
    chance = work.chance("disagreement", work.judged.criteria[criterion])
    found = [
        one
        for unit, rows in units_of(work, answers)
        if (one := parted(work, answers, unit, rows, chance)) is not None
    ]
    if found:
        # Not at the head: with scipy.stats every process would have 20 MB more, and start later.
        from scipy.stats import false_discovery_control

        for one, q in zip(found, false_discovery_control([one["p"] for one in found]), strict=True):
            one["q"] = float(q)
    found.sort(key=lambda one: (-one["estimate"], one["group"]["item"]))
    yield table(
        "items",
        found[:MOST_LISTED],
        measure="divergence",
        method=METHOD,
        source=SOURCE,
        parameters=parameters_of(
            work, shuffles=SHUFFLES, seed=work.seed, items=len(found), listed=MOST_LISTED
        ),
    )


def units_of(work: Work, answers: Answers) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """The rows of each unit; now and then it is seen whether the run was called off."""
    order = np.argsort(answers.unit, kind="stable")
    edges = np.flatnonzero(np.diff(answers.unit[order], prepend=-1))
    for number, (start, end) in enumerate(zip(edges, [*edges[1:], len(order)], strict=True)):
        if number % UNITS_BETWEEN_REPORTS == 0:
            work.alive()
        yield int(answers.unit[order[start]]), order[start:end]


def parted(
    work: Work,
    answers: Answers,
    unit: int,
    rows: npt.NDArray[np.intp],
    chance: np.random.Generator,
) -> Row | None:
    """How far strata lie apart on one unit; None where fewer than two of them may be shown."""
    stratum = answers.stratum[rows]
    people = np.bincount(stratum, minlength=len(work.judged.strata))
    hidden = withheld(people, work.least) | work.hidden_strata
    shown = np.flatnonzero((people > 0) & ~hidden)
    if len(shown) < 2:
        return None
    kept = np.isin(stratum, shown)
    place = np.searchsorted(shown, stratum[kept])
    values, said = np.unique(answers.value[rows][kept], return_inverse=True)
    shares = counted(place[None], said, len(shown), len(values))
    observed = float(divergence(shares)[0])
    again = chance.permuted(np.tile(place, (SHUFFLES, 1)), axis=1)
    shuffled = divergence(counted(again, said, len(shown), len(values)))
    p = float((np.sum(shuffled >= observed - 1e-12) + 1) / (SHUFFLES + 1))
    item = answers.item[unit]
    return row(
        {"item": work.judged.item_ids[item]},
        estimate=observed,
        lower=None,
        upper=None,
        n=len(said),
        annotators=len(said),
        expected=float(f"{shuffled.mean():.12g}"),
        p=p,
        means={
            work.judged.strata[code]: float(f"{share @ values / share.sum():.12g}")
            for code, share in zip(shown.tolist(), shares[0], strict=True)
        },
    )


def counted(
    stratum: npt.NDArray[np.intp], said: npt.NDArray[np.intp], strata: int, values: int
) -> Floats:
    """How often each stratum gave each value: B × strata × values, of B × people's strata."""
    size = strata * values
    cells = stratum * values + said + np.arange(len(stratum))[:, None] * size
    counts = np.bincount(cells.reshape(-1), minlength=len(stratum) * size)
    return counts.reshape(-1, strata, values).astype(np.float64)


def divergence(counts: Floats) -> Floats:
    """H(mean of strata's shares) − mean of H(strata's shares), in bits: 0 where all say the same.

    For each of B tables of counts. Lin (1991), "Divergence measures based on the Shannon entropy";
    at most log₂ of the strata.
    """
    shares = counts / counts.sum(axis=2, keepdims=True)
    of_mean, of_each = entr(shares.mean(axis=1)).sum(axis=1), entr(shares).sum(axis=2)
    return np.maximum((of_mean - of_each.mean(axis=1)) / np.log(2), 0.0)
