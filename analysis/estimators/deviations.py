"""Whether groups of people differ in what they prefer, before asking how."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.estimators.bootstrap import SEED, stratum_of_each
from analysis.estimators.data import NOBODY, Comparisons, Floats, Ints, UnfitData
from analysis.estimators.davidson import Point, maximise, require_ordering
from analysis.estimators.multiple import benjamini_hochberg
from analysis.estimators.pair_counts import Cells, count

PERMUTATIONS = 1000
METHOD = "score test of group deviations, by permuting people's groups"


@dataclass(frozen=True)
class GroupTests:
    """`p`, `q` for each group against the rest (G); `p_any` for any difference at all.

    `z`: how far each group's people score a system above (+) or below (−) what all of them do, in
    standard deviations of such sums by chance (G × K); `p_system`, `q_system` for each of these.
    q: Benjamini–Hochberg over groups, and over groups × systems. `people`: of each group (G).
    """

    p_any: float
    p: Floats
    q: Floats
    z: Floats
    p_system: Floats
    q_system: Floats
    people: Ints
    permutations: int
    method: str = METHOD


def group_tests(
    comparisons: Comparisons, *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> GroupTests:
    """Do people of a group prefer other systems than people of all groups together?

    At the common utilities each person has a score, the slope of their log-likelihood. Groups that
    are none have sums of scores U_g as any people drawn by chance, whatever a person's judgments
    have in common; T_g = U_gᵀ Σ⁻ U_g with Σ the scores' covariance times A_g(1 − A_g/A). Rao
    (1948), "Large sample tests", with people permuted rather than judgments. p counts the data in
    and is one-sided for T, two-sided for z. Groups without people have NaN. Errors as of
    `groups.shrunk_scores`.
    """
    counted = count(comparisons, by_group=True)
    totals = counted.totals().sum(axis=0)
    require_ordering(counted.cells, totals)
    source = counted.source
    strata = stratum_of_each(source.annotator, counted.group, source.n_annotators)
    members = np.flatnonzero(strata != NOBODY)
    groups = strata[members]
    sizes = np.bincount(groups, minlength=counted.n_groups)
    if (sizes > 0).sum() < 2:
        raise UnfitData("It takes comparisons by two groups.")
    overall = count(source)
    point = maximise(overall.cells, totals[None]).point
    scores = person_scores(overall.cells, overall.by_annotator()[members], point)
    scores -= scores.mean(axis=0)
    variance = scores.T @ scores / (len(members) - 1)
    scale = np.maximum(sizes * (1 - sizes / len(members)), 1e-9)
    inverse = np.linalg.pinv(variance, hermitian=True)
    deviation = np.sqrt(np.maximum(np.diag(variance), 1e-300))

    def measured(labels: Ints) -> tuple[Floats, Floats]:
        sums = np.stack([scores[labels == group].sum(axis=0) for group in range(len(sizes))])
        sums /= np.sqrt(scale)[:, None]
        return np.einsum("gk,kl,gl->g", sums, inverse, sums), sums / deviation

    chance = np.random.default_rng(seed)
    far, z = measured(groups)
    drawn = [measured(chance.permutation(groups)) for _ in range(permutations)]
    drawn_far = np.stack([one for one, _ in drawn])
    drawn_z = np.abs(np.stack([one for _, one in drawn]))
    met = (sizes > 0) & (sizes < len(members))
    p = np.where(met, _p(far, drawn_far), np.nan)
    p_system = np.where(met[:, None], _p(np.abs(z), drawn_z), np.nan)
    return GroupTests(
        float(_p(far.sum(), drawn_far.sum(axis=1))),
        p,
        benjamini_hochberg(p),
        np.where(met[:, None], z, np.nan),
        p_system,
        benjamini_hochberg(p_system),
        sizes,
        permutations,
    )


def person_scores(cells: Cells, sums: sparse.csr_array, point: Point) -> Floats:
    """Slope of each person's log-likelihood by each utility: people × systems.

    `sums`: people × (pairs · 3), how often they gave each outcome.
    """
    half = (point.utility[0, cells.i] - point.utility[0, cells.j]) / 2
    forth, back, nu = np.exp(half), np.exp(-half), float(point.nu[0])
    lean = (forth - back) / (forth + back + nu)
    by_outcome = np.stack([(1 - lean) / 2, -lean / 2, (-1 - lean) / 2], axis=1).reshape(-1)
    rows = np.arange(len(by_outcome))
    slope = sparse.csr_array(
        (
            np.concatenate([by_outcome, -by_outcome]),
            (np.tile(rows, 2), np.concatenate([cells.i.repeat(3), cells.j.repeat(3)])),
        ),
        shape=(len(rows), cells.n_systems),
    )
    return np.asarray((sums @ slope).toarray(), dtype=np.float64)


def _p(observed: Floats, drawn: Floats) -> Floats:
    slack = 1e-9 * np.maximum(np.abs(observed), 1)
    return np.asarray(((drawn >= observed - slack).sum(axis=0) + 1) / (len(drawn) + 1))
