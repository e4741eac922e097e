"""Judgments of which the truth is known."""

import numpy as np

from analysis.estimators.data import Comparisons


def outcomes(chance, difference, nu):
    """Davidson's outcomes for differences b − a: +1, 0 or −1."""
    for_b, for_a = np.exp(difference / 2), np.exp(-difference / 2)
    drawn = chance.random(difference.shape) * (for_a + nu + for_b)
    return np.where(drawn < for_b, 1, np.where(drawn < for_b + nu, 0, -1))


def comparisons(chance, utility, n, annotators, *, nu=0.0, copies=1, order=0.0, groups=None):
    """n judgments, each given `copies` times by the same person; `utility` may be by group.

    `order`: what being shown first, as a is, adds to a's utility.
    """
    utility = np.atleast_2d(utility)
    systems = utility.shape[1]
    person = np.arange(n) % annotators
    group = np.zeros(annotators, dtype=int) if groups is None else groups
    a = chance.integers(0, systems, n)
    b = (a + chance.integers(1, systems, n)) % systems
    own = utility[group[person]]
    rows = np.arange(n)
    outcome = outcomes(chance, own[rows, b] - own[rows, a] - order, nu)
    repeat = lambda column: np.repeat(column, copies)  # noqa: E731
    return Comparisons(
        annotator=repeat(person),
        item=repeat(rows),
        a=repeat(a),
        b=repeat(b),
        outcome=repeat(outcome),
        n_systems=systems,
        n_annotators=annotators,
        n_groups=len(utility) if groups is not None else 0,
        group=repeat(group[person]) if groups is not None else None,
        first=np.full(n * copies, -1),
    )
