"""Small cells: counts of so few people that telling them would tell of one."""

from collections.abc import Mapping

SMALL = "small"


def without_small(counts: Mapping[str, int], least: int, *, adds_up: bool) -> dict[str, int | None]:
    """The counts of people, None for those above 0 and below `least`.

    Where the counts add up to a number that is told elsewhere, one hidden cell could be worked
    out from the others; the smallest of these is then hidden too.
    """
    shown: dict[str, int | None] = {
        key: None if 0 < number < least else number for key, number in counts.items()
    }
    hidden = [key for key, number in shown.items() if number is None]
    others = sorted((number, key) for key, number in shown.items() if number)
    if adds_up and len(hidden) == 1 and others:
        shown[others[0][1]] = None
    return shown


def number_text(number: int | None) -> str:
    """A count for a table of the card."""
    return SMALL if number is None else f"{number:,}"


def small_words(least: int) -> str:
    """What `small` stands for, where it may occur."""
    if least < 2:
        return ""
    return (
        f"“{SMALL}” stands for fewer than {least} people, and for one more cell where the "
        "number could be worked out from the others."
    )
