"""The order in which an item's responses are shown, balanced within each item × stratum."""

from collections.abc import Sequence


def presented_order(response_ids: Sequence[str], turn: int) -> list[str]:
    """The order for the `turn`-th showing: row `turn` of a balanced Latin square, cycled.

    Over one cycle (`cycle_length` showings) every response stands equally often at every
    position, and follows every other equally often. Construction: Williams (1949),
    "Experimental designs balanced for the estimation of residual effects of treatments";
    an odd number of responses takes the rows and their mirror images.
    """
    count = len(response_ids)
    row = turn % cycle_length(count)
    start = row % count
    indexes = [(start + step) % count for step in zigzag(count)]
    if row >= count:
        indexes.reverse()
    return [response_ids[index] for index in indexes]


def cycle_length(count: int) -> int:
    """Showings after which a balanced square of `count` responses repeats."""
    return count if count % 2 == 0 else 2 * count


def zigzag(count: int) -> list[int]:
    """0, 1, n−1, 2, n−2, …: the first row of Williams' square."""
    low, high = 1, count - 1
    row = [0]
    while low <= high:
        row.append(low)
        low += 1
        if low <= high:
            row.append(high)
            high -= 1
    return row
