"""How far kinds of people by preference go with who they are, and how far they do not.

What a demographic does not explain is said as loudly as what it does: where a question explains a
tenth of the kinds, nine tenths of the variation are between people of the same answer.
"""

from dataclasses import dataclass

import numpy as np

from analysis.estimators.bootstrap import SEED
from analysis.estimators.data import Floats, Ints, UnfitData

PERMUTATIONS = 1000


@dataclass(frozen=True)
class Belonging:
    """`v`: Cramér's V with Bergsma's correction, 0 … 1. `explained`: the share of the kinds'
    entropy that the question accounts for, less what chance would, at least 0; `unexplained` = 1 −
    `explained`. `p`: by permuting people. `table`: kinds × answers, people. `n`: people of both."""

    v: float
    explained: float
    unexplained: float
    p: float
    table: Ints
    n: int
    permutations: int
    method: str = "Cramér's V (Bergsma) and Theil's U less chance, by permuting people"


def belonging(
    label: Ints,
    answer: Ints,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> Belonging:
    """Association of each person's kind (`label`) with an answer of theirs, −1 for none.

    Bergsma (2013), "A bias-correction for Cramér's V and Tschuprow's T"; U = I(kind; answer) /
    H(kind), Theil (1970), with the mean of U over permutations taken off as Û = (U − Ū)/(1 − Ū).
    p is the share of permutations with as much mutual information, the data counted in. Raises
    `UnfitData` where nobody has both; V and U are NaN where all are of one kind or answer.
    """
    both = (label >= 0) & (answer >= 0)
    if not both.any():
        raise UnfitData("Nobody has both a kind and an answer.")
    kind, said = label[both], answer[both]
    table = _table(kind, said)
    chance = np.random.default_rng(seed)
    share = _explained(table)
    drawn = np.array(
        [_explained(_table(kind, chance.permutation(said))) for _ in range(permutations)]
    )
    if np.isnan(share):
        return Belonging(np.nan, np.nan, np.nan, np.nan, table, len(kind), permutations)
    usual = float(drawn.mean())
    beyond = max(0.0, (share - usual) / (1 - usual)) if usual < 1 else np.nan
    p = float(((drawn >= share - 1e-12).sum() + 1) / (permutations + 1))
    return Belonging(cramers_v(table), beyond, 1 - beyond, p, table, len(kind), permutations)


def cramers_v(table: Ints | Floats) -> float:
    """√(φ̃² / (min(r̃, c̃) − 1)) with φ̃² = max(0, χ²/n − (r − 1)(c − 1)/(n − 1)),
    r̃ = r − (r − 1)²/(n − 1) and c̃ alike; empty rows and columns are left out. NaN for one row or
    column. Bergsma (2013)."""
    table = np.asarray(table, dtype=np.float64)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n, (rows, columns) = table.sum(), table.shape
    if min(rows, columns) < 2:
        return np.nan
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / n
    chi = float(((table - expected) ** 2 / expected).sum())
    square = max(0.0, chi / n - (rows - 1) * (columns - 1) / (n - 1))
    least = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1))
    return float(np.sqrt(square / (least - 1))) if least > 1 else np.nan


def _table(kind: Ints, said: Ints) -> Ints:
    shape = (int(kind.max()) + 1, int(said.max()) + 1)
    return np.bincount(kind * shape[1] + said, minlength=shape[0] * shape[1]).reshape(shape)


def _explained(table: Ints) -> float:
    """Theil's U: mutual information over the entropy of rows; NaN where one of them is constant."""
    shares = table / table.sum()
    rows, columns = _entropy(shares.sum(axis=1)), _entropy(shares.sum(axis=0))
    if rows == 0 or columns == 0:
        return np.nan
    return (rows + columns - _entropy(shares)) / rows


def _entropy(shares: Floats) -> float:
    given = shares[shares > 0]
    return max(0.0, float(-(given * np.log(given)).sum()))
