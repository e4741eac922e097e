"""How exact a difference between two strata will be known, before anybody has judged.

The model. Person p of stratum g on item i has the latent answer

    μ_g + u_i + v_p + e,   u ~ N(0, σ_i²),  v ~ N(0, σ_p²),  e ~ N(0, 1),

a crossed random-effects (probit) model: Agresti (2013), "Categorical data analysis", ch. 13;
Westfall, Kenny and Judd (2014) for designs where people and items are both sampled. Strata judge
the same items. `share`: the answer prefers the second response where the latent answer is above
0. `grade`: the answer is the latent one times `noise_sd`, in grades.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from annotation.design.quantiles import NORMAL, Z95, joint_excess

SHARE = "share"
GRADE = "grade"
MEASURES = (SHARE, GRADE)


@dataclass(frozen=True)
class Assumptions:
    """What is supposed of answers. Spreads are multiples of the noise of a single answer.

    `base` is the share of the first stratum of a pair (not used for grades), `difference` what
    the second differs by, `noise_sd` the noise of one answer in grades (not used for shares).
    """

    measure: str = SHARE
    base: float = 0.5
    difference: float = 0.1
    item_sd: float = 0.7
    person_sd: float = 0.4
    noise_sd: float = 1.0

    @property
    def latent_variance(self) -> float:
        return 1 + self.item_sd**2 + self.person_sd**2

    def level(self, is_second: bool) -> float:
        """The mean of the measure in the first or second stratum of a pair."""
        base = self.base if self.measure == SHARE else 0.0
        return base + self.difference if is_second else base

    def shift(self, is_second: bool) -> float:
        """μ_g. Marginally P(prefer) = Φ(μ / √(1 + σ_i² + σ_p²)), which is solved for μ."""
        if self.measure == GRADE:
            return self.level(is_second) / self.noise_sd
        return NORMAL.inv_cdf(self.level(is_second)) * sqrt(self.latent_variance)


@dataclass(frozen=True)
class Group:
    """A stratum in a design: judgments on each item by block, and how many people share the work.

    Blocks are items that want the same of all strata; `sizes` says everywhere how many each has.
    """

    key: str
    targets: tuple[int, ...]
    people: int

    def judgments(self, sizes: Sequence[int]) -> int:
        return sum(size * target for size, target in zip(sizes, self.targets, strict=True))

    def loads(self, sizes: Sequence[int]) -> npt.NDArray[np.int64]:
        """Judgments of each person: even, to within one."""
        each, more = divmod(self.judgments(sizes), self.people)
        return each + (np.arange(self.people) < more).astype(np.int64)

    def pieces(self, sizes: Sequence[int]) -> npt.NDArray[np.int64]:
        """The items of the first person, then of the second, and so on.

        Judgments are dealt out in turn, those of one item after those of another, so that nobody
        has an item twice where there are as many people as an item wants judgments.
        """
        wanted = np.repeat(np.array(self.targets), sizes)
        dealt = np.repeat(np.arange(len(wanted)), wanted)
        return dealt[np.argsort(np.arange(len(dealt)) % self.people, kind="stable")]

    def same_person_pairs(self, sizes: Sequence[int]) -> int:
        """Ordered pairs of judgments by one person: Σ m(m − 1), loads being even."""
        each, more = divmod(self.judgments(sizes), self.people)
        return more * (each + 1) * each + (self.people - more) * each * (each - 1)

    def same_item_pairs(self, sizes: Sequence[int]) -> int:
        """Ordered pairs of judgments on one item: Σ k(k − 1)."""
        return sum(n * k * (k - 1) for n, k in zip(sizes, self.targets, strict=True))

    def common_pairs(self, other: "Group", sizes: Sequence[int]) -> int:
        """Pairs of judgments on one item by the two strata: Σ k·k′."""
        return sum(
            n * k * more for n, k, more in zip(sizes, self.targets, other.targets, strict=True)
        )


def single_variance(assumptions: Assumptions, is_second: bool) -> float:
    """The variance of one judgment: p(1 − p), or the sum of the three variances in grades."""
    if assumptions.measure == GRADE:
        return assumptions.noise_sd**2 * assumptions.latent_variance
    share = assumptions.level(is_second)
    return share * (1 - share)


def shared_covariance(assumptions: Assumptions, sd: float, levels: Sequence[bool]) -> float:
    """The covariance of two judgments that share a person, or an item, with spread `sd`.

    Shares: Φ₂(z, z′; σ²/(1 + σ_i² + σ_p²)) − Φ(z)Φ(z′). Grades: noise² σ².
    """
    if assumptions.measure == GRADE:
        return (assumptions.noise_sd * sd) ** 2
    first, second = (NORMAL.inv_cdf(assumptions.level(level)) for level in levels)
    return joint_excess(first, second, sd**2 / assumptions.latent_variance)


def mean_variance(
    assumptions: Assumptions, group: Group, *, sizes: Sequence[int], is_second: bool = False
) -> float:
    """The sampling variance of a stratum's mean over its N judgments.

    [N·V + Σ_p m_p(m_p − 1)·C_person + Σ_i k_i(k_i − 1)·C_item] / N²: the variances of all
    judgments and the covariances of all pairs that share a person or an item.
    """
    judgments = group.judgments(sizes)
    levels = (is_second, is_second)
    by_person = shared_covariance(assumptions, assumptions.person_sd, levels)
    by_item = shared_covariance(assumptions, assumptions.item_sd, levels)
    same_person = group.same_person_pairs(sizes)
    same_item = group.same_item_pairs(sizes)
    total = judgments * single_variance(assumptions, is_second)
    return (total + same_person * by_person + same_item * by_item) / judgments**2


def difference_error(
    assumptions: Assumptions, first: Group, second: Group, *, sizes: Sequence[int]
) -> float:
    """The standard error of the difference: √(V_1 + V_2 − 2·C_item·Σ_i k_i·k′_i/(N·N′)).

    Where both strata judge an item, what it has in common largely cancels.
    """
    shared = first.common_pairs(second, sizes) / first.judgments(sizes) / second.judgments(sizes)
    common = shared_covariance(assumptions, assumptions.item_sd, (False, True)) * shared
    variance = (
        mean_variance(assumptions, first, sizes=sizes)
        + mean_variance(assumptions, second, sizes=sizes, is_second=True)
        - 2 * common
    )
    return sqrt(max(variance, 0.0))


def normal_power(difference: float, error: float) -> float:
    """P(|z| > 1.96) for z ~ N(difference/error, 1): the two-sided power of a Wald test at 5 %."""
    if error == 0:
        return 1.0 if difference else 0.0
    ratio = abs(difference) / error
    return NORMAL.cdf(ratio - Z95) + NORMAL.cdf(-ratio - Z95)


def spread_of_means(assumptions: Assumptions, sd: float) -> float:
    """What a latent spread means: the standard deviation of people's (or items') own means."""
    return sqrt(max(shared_covariance(assumptions, sd, (False, False)), 0.0))
