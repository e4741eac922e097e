"""How much the answers of a stratum on an item still vary, and whom to ask more by it."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence

# A cell of few answers knows little of its own spread: it borrows from a weak prior, two answers'
# worth of a preference that is uniform on [−1, 1] (variance 1/3).
PRIOR_ANSWERS = 2
PRIOR_VARIANCE = 1 / 3
# A fifth of an answer's worth, spread over the categories: with more of it, few answers that agree
# would look nearly as uncertain as few that do not.
PRIOR_COUNT = 0.2
# A part of every round is drawn evenly, so that no cell's chance is ever nought.
EVEN_PART = 0.2


def interval_width(preferences: Sequence[float]) -> float:
    """Width of a 95 % interval of the mean preference, preferences in [−1, 1].

    2 · 1.96 · sqrt(s² / n) with s² = (ν₀σ₀² + Σ(x − x̄)²) / (ν₀ + n), ν₀ = 2, σ₀² = 1/3: the
    posterior mean of a normal model's variance under a scaled inverse-χ² prior, but for its
    constant (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).
    """
    n = len(preferences)
    if n == 0:
        return 2 * 1.96 * math.sqrt(PRIOR_VARIANCE)
    mean = sum(preferences) / n
    squares = sum((one - mean) ** 2 for one in preferences)
    variance = (PRIOR_ANSWERS * PRIOR_VARIANCE + squares) / (PRIOR_ANSWERS + n)
    return 2 * 1.96 * math.sqrt(variance / n)


def entropy(categories: Sequence[str], kinds: int) -> float:
    """Shannon entropy in bits of the posterior mean over `kinds` categories.

    p_k = (c_k + α/K) / (n + α) with α = 0.2: a weak symmetric Dirichlet prior.
    """
    counts = Counter(categories)
    total = len(categories) + PRIOR_COUNT
    shares = [(counted + PRIOR_COUNT / kinds) / total for counted in counts.values()]
    rest = kinds - len(counts)
    shares += [PRIOR_COUNT / kinds / total] * rest
    return -sum(share * math.log2(share) for share in shares if share > 0)


def inclusion_probabilities(scores: Mapping[int, float], wanted: int) -> dict[int, float]:
    """The probability of each cell to be among `wanted`, in proportion to its score, at most 1.

    Where in-proportion would pass 1 it is 1, and what is over goes to the others in proportion
    (Särndal, Swensson & Wretman 1992, section 3.6.2).
    """
    if wanted >= len(scores):
        return dict.fromkeys(scores, 1.0)
    total = sum(scores.values())
    even = 1 / len(scores)
    weights = {
        cell: EVEN_PART * even + (1 - EVEN_PART) * (score / total if total else even)
        for cell, score in scores.items()
    }
    certain: set[int] = set()
    while True:
        rest = sum(weight for cell, weight in weights.items() if cell not in certain)
        scale = (wanted - len(certain)) / rest
        over = {c for c, weight in weights.items() if c not in certain and weight * scale >= 1}
        if not over:
            break
        certain |= over
    return {cell: 1.0 if cell in certain else weights[cell] * scale for cell in weights}


def systematic_draw(probabilities: Mapping[int, float], chance: random.Random) -> list[int]:
    """Cells drawn with exactly these probabilities, as many as they sum up to (Madow 1949)."""
    order = sorted(probabilities)
    chance.shuffle(order)
    start = chance.random()
    drawn, upto = [], 0.0
    for cell in order:
        before, upto = upto, upto + probabilities[cell]
        if math.floor(upto + start) > math.floor(before + start):
            drawn.append(cell)
    return drawn
