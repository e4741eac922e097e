"""Repeats: the same item asked again of the same person."""

from analysis.arrays import Extent
from annotation.enums import Flag
from annotation.models import Campaign, JudgmentFlag


def repeats_of(campaign: Campaign, extent: Extent) -> list[tuple[str, int, int]]:
    """Stratum, person and whether it was answered alike, for each repeat that stands then."""
    flags = (
        JudgmentFlag.objects.filter(
            judgment__campaign=campaign,
            judgment__pk__lte=extent.highest,
            judgment__erased_at=None,
            judgment__stratum__isnull=False,
            judgment__assignment__seat__withdrawn_at=None,
            flag__in=(Flag.REPEAT_SAME, Flag.REPEAT_OTHER),
        )
        .exclude(judgment__superseded_by__pk__lte=extent.highest)
        .order_by("judgment")
        .values_list("judgment__stratum__key", "judgment__annotator", "flag")
    )
    return [(stratum, person, int(flag == Flag.REPEAT_SAME)) for stratum, person, flag in flags]
