"""About how large a snapshot will be: rows counted, bytes as measured on earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils import timezone

from annotation.enums import JobState
from annotation.models import Campaign
from annotation.selectors.counting import counts_of
from exports.enums import SnapshotFormat
from exports.models import Snapshot, SnapshotFile

# All tables' bytes for each judgment, where nothing has been measured here yet: pairwise with two
# criteria and short texts.
TYPICAL_BYTES = {
    SnapshotFormat.PARQUET: 190,
    SnapshotFormat.JSONL: 150,
    SnapshotFormat.CSV: 150,
}


@dataclass(frozen=True)
class Estimate:
    """`measured_on` is the snapshot whose bytes a judgment were taken, None for a typical one."""

    judgments: int
    items: int
    bytes: int
    measured_on: int | None


def estimate_of(campaigns: Sequence[Campaign], format: str) -> Estimate | None:
    """None where a large campaign has not been counted yet."""
    now = timezone.now()
    counted = [counts_of(campaign, now=now) for campaign in campaigns]
    known = [one for one in counted if one is not None]
    if len(known) < len(counted):
        return None
    judgments = sum(one.judgments for one in known)
    per_judgment, measured_on = bytes_per_judgment(campaigns[0], format)
    return Estimate(
        judgments=judgments,
        items=sum(one.items for one in known),
        bytes=round(judgments * per_judgment),
        measured_on=measured_on,
    )


def bytes_per_judgment(campaign: Campaign, format: str) -> tuple[float, int | None]:
    """Bytes of a whole snapshot for each judgment in it, from the newest one of this format."""
    newest = (
        Snapshot.objects.filter(campaign=campaign, format=format, state=JobState.DONE)
        .order_by("-pk")
        .first()
    )
    if newest is not None:
        sums = SnapshotFile.objects.filter(snapshot=newest).aggregate(
            bytes=Sum("bytes"), judgments=Sum("rows", filter=Q(table="judgments"))
        )
        if sums["judgments"]:
            return sums["bytes"] / sums["judgments"], newest.pk
    return TYPICAL_BYTES.get(SnapshotFormat(format), max(TYPICAL_BYTES.values())), None
