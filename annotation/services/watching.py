"""Looking after open campaigns: whether one is complete, or a stratum gets no judgments."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from annotation.enums import AssignmentStatus, CampaignStatus, NoticeEvent, Strategy
from annotation.models import Assignment, Campaign, Coverage, PlanningRun, Seat, Stratum, Watch
from annotation.models.job import ENDED
from annotation.services.campaigns import pause_campaign
from annotation.services.noticing import OWN_JOBS, tell, tell_failed_jobs


def watch_campaigns(now: datetime) -> int:
    """Look at every campaign that is open, or was when last looked at; returns what is new."""
    told = sum(tell_failed_jobs(model, kind, now) for model, kind in OWN_JOBS)
    told += end_due(now)
    Watch.objects.exclude(open_since=None).exclude(campaign__status=CampaignStatus.OPEN).update(
        open_since=None
    )
    for campaign in Campaign.objects.filter(status=CampaignStatus.OPEN).order_by("pk"):
        told += look_after(campaign, now)
    return told


def end_due(now: datetime) -> int:
    """Pause every open campaign whose end has come, and tell of it."""
    told = 0
    for campaign in Campaign.objects.filter(status=CampaignStatus.OPEN, ends_at__lte=now):
        ends_at = campaign.ends_at
        assert ends_at is not None  # noqa: S101 - found by it
        pause_campaign(campaign)
        about = ends_at.isoformat()
        told += tell(campaign, NoticeEvent.ENDED, about, {"ends_at": about}) is not None
    return told


def look_after(campaign: Campaign, now: datetime) -> int:
    """Tell what there is to be told of an open campaign; returns how much was new.

    The watch's row is locked: of two that look at once the second finds what the first has told.
    """
    with transaction.atomic():
        Watch.objects.get_or_create(campaign=campaign)
        watch = Watch.objects.select_for_update(no_key=True).get(campaign=campaign)
        watch.open_since = watch.open_since or now
        is_complete = everything_is_judged(campaign)
        told = 0
        if is_complete and not watch.is_complete:
            watch.completions += 1
            about = f"{watch.completions}"
            told += tell(campaign, NoticeEvent.COMPLETED, about, completion(campaign)) is not None
        watch.is_complete = is_complete
        watch.save(update_fields=["open_since", "is_complete", "completions"])
        if not is_complete:
            told += tell_stuck(campaign, watch, now)
    return told


def completion(campaign: Campaign) -> dict[str, int]:
    return {"items": campaign.planned_items}


def everything_is_judged(campaign: Campaign) -> bool:
    """Whether no cell has a place, nobody holds one, and nothing more is going to be wanted.

    By the index on open cells and that on running leases: nothing is counted.
    """
    if not campaign.planned_items or is_still_allotted(campaign):
        return False
    strata = list(campaign.strata.values_list("pk", flat=True))
    return not (
        PlanningRun.objects.filter(campaign=campaign).exclude(state__in=ENDED).exists()
        or Coverage.objects.filter(stratum__in=strata, taken__lt=F("target")).exists()
        or Assignment.objects.filter(
            campaign=campaign, status=AssignmentStatus.LEASED, coverage__isnull=False
        ).exists()
    )


def is_still_allotted(campaign: Campaign) -> bool:
    adaptive = campaign.strategy == Strategy.ADAPTIVE
    return adaptive and campaign.adaptive_granted < campaign.adaptive_budget


def tell_stuck(campaign: Campaign, watch: Watch, now: datetime) -> int:
    """Tell of each stratum that wants judgments and got none for the campaign's hours.

    Counted from the last judgment, or from when the campaign was found open if that is later. A
    stratum is told of once until it gets another judgment.
    """
    opened = watch.open_since or now
    told = 0
    for stratum, last in wanting(campaign):
        since = max(last or opened, opened)
        if now - since >= timedelta(hours=watch.stuck_hours):
            body = {
                "stratum": stratum.key,
                "since": since.isoformat(),
                "hours": watch.stuck_hours,
            }
            about = f"{stratum.key}:{since.isoformat()}"
            told += tell(campaign, NoticeEvent.STUCK, about, body) is not None
    return told


def wanting(campaign: Campaign) -> list[tuple[Stratum, datetime | None]]:
    """Strata with open places, each with when somebody of it judged last."""
    places = Coverage.objects.filter(stratum=OuterRef("pk"), taken__lt=F("target"))
    strata = list(campaign.strata.filter(Exists(places)))
    last = dict(
        Seat.objects.filter(stratum__in=strata)
        .order_by()
        .values_list("stratum_id")
        .annotate(last=Max("last_submitted_at"))
    )
    return [(one, last.get(one.pk)) for one in strata]
