"""How many judgments of an item each stratum gives."""

from collections.abc import Sequence

from annotation.design.allocation import shared_out
from annotation.specs import StratumSpec


def expected_by_stratum(strata: Sequence[StratumSpec], overlap: int | None) -> list[float]:
    """Judgments wanted per item from each stratum, on average over items.

    A stratum's own target where it has one. Otherwise the overlap is allocated: in proportion to
    the strata's shares where they have them, else equally. An allocation need not be whole:
    planning draws for each item which strata give the odd judgments (systematic sampling with
    unequal probabilities, Madow 1949), so that every item gets exactly the overlap and each
    stratum its part on average.
    """
    if overlap is None or any(stratum["target"] is not None for stratum in strata):
        return [float(stratum["target"] or 0) for stratum in strata]
    return shared_out(overlap, [stratum["share"] or 0.0 for stratum in strata])
