"""Quality evidence by annotator: their own checks, repeats and times, never others' answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from annotation.enums import Flag
from annotation.models import Campaign, JudgmentFlag


@dataclass(frozen=True)
class Quality:
    """Counts of one person's flags in a campaign; a later revision's own flags replace earlier."""

    annotator_id: int
    pseudonym: str
    checks: int
    checks_passed: int
    repeats: int
    repeats_same: int
    too_fast: int

    @property
    def consistency(self) -> float | None:
        """The share of repeats that were answered as the first time; None without any."""
        return self.repeats_same / self.repeats if self.repeats else None


def quality_of(campaign: Campaign, *, annotator_ids: Sequence[int] | None = None) -> list[Quality]:
    """Everybody of whom something is noted, by pseudonym; or of some people. One query."""
    flags = JudgmentFlag.objects.filter(
        judgment__campaign=campaign, judgment__superseded_by__isnull=True
    )
    if annotator_ids is not None:
        flags = flags.filter(judgment__annotator__in=annotator_ids)
    of = {
        name: Count("pk", filter=Q(flag__in=kinds))
        for name, kinds in (
            ("checks", (Flag.CHECK_PASSED, Flag.CHECK_FAILED)),
            ("checks_passed", (Flag.CHECK_PASSED,)),
            ("repeats", (Flag.REPEAT_SAME, Flag.REPEAT_OTHER)),
            ("repeats_same", (Flag.REPEAT_SAME,)),
            ("too_fast", (Flag.TOO_FAST,)),
        )
    }
    rows = (
        flags.values("judgment__annotator", "judgment__annotator__pseudonym")
        .annotate(**of)
        .order_by("judgment__annotator__pseudonym")
    )
    return [
        Quality(
            row["judgment__annotator"],
            row["judgment__annotator__pseudonym"],
            *(row[name] for name in of),  # type: ignore[literal-required]
        )
        for row in rows
    ]


def own_quality(campaign: Campaign, annotator_id: int) -> Quality | None:
    """One person's own figures, for their own page; None where nothing is noted."""
    found = quality_of(campaign, annotator_ids=[annotator_id])
    return found[0] if found else None
