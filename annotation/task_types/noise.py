"""Random noise of synthetic people's answers."""

import math
import random


def uniform(chance: random.Random) -> float:
    """Strictly between 0 and 1, so that logarithms of it and of its rest are finite."""
    return min(max(chance.random(), 1e-9), 1 - 1e-9)


def gumbel(chance: random.Random) -> float:
    """Standard Gumbel: whoever sorts utilities with it added draws from Plackett–Luce."""
    return -math.log(-math.log(uniform(chance)))


def logistic(chance: random.Random) -> float:
    """Standard logistic: the difference of two standard Gumbel draws."""
    drawn = uniform(chance)
    return math.log(drawn / (1 - drawn))


def share(value: float) -> float:
    """A real number as a share between 0 and 1: the distribution function of `logistic`."""
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, value))))
