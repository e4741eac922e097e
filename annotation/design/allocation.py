"""How many judgments of an item each stratum gives: an overlap shared out, and drawn per item."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import floor

# As planning does: sums of parts that are whole shall be whole.
DECIMALS = 6


@dataclass(frozen=True)
class Block:
    """Items alike in what they want: how many, and judgments of each by stratum."""

    items: int
    targets: tuple[int, ...]


def shared_out(overlap: float, shares: Sequence[float]) -> list[float]:
    """An overlap in proportion to the shares, or equally where none is above nought."""
    if not any(shares):
        shares = [1.0] * len(shares)
    total = sum(shares)
    return [overlap * share / total for share in shares]


def blocks_of(items: int, wanted: Sequence[float]) -> list[Block]:
    """Items by what each wants of the strata, where these want `wanted` on average.

    Planning draws one uniform u for each item and cuts the running totals of what is wanted at
    the whole numbers shifted by u: systematic sampling with unequal probabilities (Madow 1949).
    What an item wants changes with u at the fractional parts of the totals only, so items fall
    into as many blocks at most as there are strata, and one more; a block's size is its part of
    the unit interval, rounded so that blocks add up to `items`.
    """
    upto = [0.0, *(round(total, DECIMALS) for total in accumulate(wanted))]
    cuts = sorted({0.0, 1.0, *(-total % 1 for total in upto)})
    blocks = []
    for low, high in pairwise(cuts):
        size = round(items * high) - round(items * low)
        middle = (low + high) / 2
        places = [floor(total + middle) for total in upto]
        if size:
            targets = tuple(after - before for before, after in pairwise(places))
            blocks.append(Block(size, targets))
    return blocks
