"""How much the answers of strata on an item still vary, and whom to ask more by it."""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

# A fifth of an answer's worth, spread over the categories: with more of it, few answers that agree
# would look nearly as uncertain as few that do not.
PRIOR_COUNT = 0.2
# A part of every round is drawn evenly, so that no cell's chance is ever nought.
EVEN_PART = 0.1
# How much faster than a difference's variance the weight grows: what is widest comes first, but by
# chance. Weights as the width itself would spread a round nearly evenly.
STEEPNESS = 8


def difference_scores(
    variances: npt.NDArray[np.float64], answers: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """How much is won for the widest group differences by one more answer in each cell.

    `variances` of one answer and `answers`, how many a cell has or will have: both questions ×
    strata; where a stratum is not asked, `answers` is infinite. The variance of a mean is
    u = σ²/n, of a difference between strata the sum of theirs. A cell's widest difference is with
    the stratum of the largest u; one more answer lessens it by σ²/(n(n + 1)) = u/(n + 1), the
    step that Neyman's (1934) allocation takes. The score is that part of it, times its
    `STEEPNESS`-th power. In a campaign of one stratum the mean stands for the difference.
    """
    of_means = variances / answers
    widest = of_means.copy()
    if of_means.shape[1] > 1:
        second, largest = np.sort(of_means, axis=1)[:, -2:].T
        is_largest = np.arange(of_means.shape[1]) == of_means.argmax(axis=1)[:, None]
        widest += np.where(is_largest, second[:, None], largest[:, None])
    with np.errstate(invalid="ignore"):
        part = np.where(of_means > 0, of_means / (answers + 1) / widest, 0.0)
    scores: npt.NDArray[np.float64] = widest**STEEPNESS * part
    return scores


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


def inclusion_probabilities(scores: Mapping[int, float], wanted: float) -> dict[int, float]:
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
    """Cells drawn with exactly these probabilities, as many as they sum up to (Madow 1949).

    What is drawn depends on the order in which cells are given, and on nothing else of them.
    """
    order = list(probabilities)
    chance.shuffle(order)
    start = chance.random()
    drawn, upto = [], 0.0
    for cell in order:
        before, upto = upto, upto + probabilities[cell]
        if math.floor(upto + start) > math.floor(before + start):
            drawn.append(cell)
    return drawn
