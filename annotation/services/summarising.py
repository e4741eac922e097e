"""Counting large campaigns in a worker, so that their pages need not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotation.enums import CampaignStatus
from annotation.models import (
    Campaign,
    Erasure,
    Item,
    ItemImport,
    Judgment,
    JudgmentImport,
    PlanningRun,
    Seat,
    Summary,
)
from annotation.models.job import ENDED
from annotation.selectors.counting import (
    LIVE_CELLS,
    LIVE_JUDGMENTS,
    PARTS,
    is_large,
    newest_summary,
    sums,
)
from annotation.services.jobs import report_progress

LEAST_PAUSE = timedelta(seconds=60)
# Counting takes a twentieth of one worker at most, however large a campaign is.
PAUSES_FOR_EACH = 20
# Of an open campaign's figures some move with the clock alone: what came within a day, say.
OLDEST_WHILE_OPEN = timedelta(hours=1)


def summarise(job: Summary) -> None:
    """The work of a summary: count every part, keep it, and remove what it replaces."""
    campaign = job.campaign
    now = timezone.now()
    body = {}
    for number, (name, count) in enumerate(PARTS.items()):
        body[name] = count(campaign, now)
        report_progress(job, number + 1, len(PARTS))
    totals = sums(body["cells"]).values()
    job.body, job.counted_at = body, now
    job.items = Item.objects.filter(campaign=campaign).count()
    job.judgments = Judgment.objects.filter(campaign=campaign, erased_at=None).count()
    job.wanted = sum(total["wanted"] for total in totals)
    job.submitted = sum(total["submitted"] for total in totals)
    job.save(update_fields=["body", "counted_at", "items", "judgments", "wanted", "submitted"])
    before = newest_summary(campaign)
    if before:  # stays until this job has ended, so that there is always one to be read
        Summary.objects.filter(campaign=campaign, state__in=ENDED, pk__lt=before.pk).delete()


def request_due_summaries() -> list[Summary]:
    """A job for every large campaign whose figures are out of date and none is counting."""
    due = [Summary(campaign=campaign) for campaign in due_campaigns(timezone.now())]
    # Another beat may have asked meanwhile; one count under way a campaign is enough.
    Summary.objects.bulk_create(due, ignore_conflicts=True)
    under_way = Summary.objects.exclude(state__in=ENDED)
    return list(under_way.filter(campaign__in=[one.campaign_id for one in due]))


def due_campaigns(now: datetime) -> Iterator[Campaign]:
    """Large campaigns that have changed since they were counted, long enough ago."""
    last: dict[int, Summary] = {}
    for summary in ended_summaries().defer("body").order_by("pk"):
        last[summary.campaign_id] = summary
    under_way = Summary.objects.filter(campaign=OuterRef("pk")).exclude(state__in=ENDED)
    for campaign in perhaps_large().filter(~Exists(under_way)):
        before = last.get(campaign.pk)
        if (before is None or is_due(campaign, before, now)) and is_large(campaign):
            yield campaign


def ended_summaries() -> QuerySet[Any, Summary]:
    """With whether they hold all that is counted today: an older version may have counted less."""
    whole = ExpressionWrapper(Q(body__has_keys=list(PARTS)), BooleanField())
    return Summary.objects.filter(state__in=ENDED).annotate(is_whole=whole)


def perhaps_large() -> QuerySet[Any, Campaign]:
    """Campaigns that may be too large, told generously from what is counted already."""
    given = (
        Seat.objects.filter(campaign=OuterRef("pk"))
        .order_by()
        .values("campaign")
        .annotate(given=Sum("submitted"))
    )
    unplanned = Item.objects.filter(campaign=OuterRef("pk"), check_answers__isnull=True)
    return Campaign.objects.annotate(
        cell_count=F("planned_items") * Count("strata"),
        given=Coalesce(Subquery(given.values("given")), 0),
    ).filter(
        Q(cell_count__gt=LIVE_CELLS // 2)
        | Q(given__gt=LIVE_JUDGMENTS // 2)
        | (Q(planned_items=0) & Exists(unplanned))
    )


def is_due(campaign: Campaign, before: Summary, now: datetime) -> bool:
    """Whether the campaign may have other figures than its last count, and a pause has passed."""
    began, ended = before.started_at or before.created_at, before.finished_at or now
    if now - ended < max(LEAST_PAUSE, PAUSES_FOR_EACH * (ended - began)):
        return False
    if before.counted_at is None or not before.is_whole:  # type: ignore[attr-defined]
        return True  # it failed, or pages ask for more by now
    if campaign.status == CampaignStatus.OPEN and now - before.counted_at > OLDEST_WHILE_OPEN:
        return True
    return has_changed(campaign, before.counted_at)


def has_changed(campaign: Campaign, since: datetime) -> bool:
    """Whether judgments, items or targets have come since; each by the newest row."""
    newest = Judgment.objects.filter(campaign=campaign).order_by("-pk")
    judged = newest.values_list("submitted_at", flat=True).first()
    if judged and judged > since:
        return True
    ended = Q(campaign=campaign, finished_at__gt=since)
    return (
        PlanningRun.objects.filter(ended).exists()
        or ItemImport.objects.filter(ended).exists()
        # Their judgments bear the time at which they were given elsewhere.
        or JudgmentImport.objects.filter(ended).exists()
        or erased_since(campaign, since)
        or bool(campaign.closed_at and campaign.closed_at > since)
    )


def erased_since(campaign: Campaign, since: datetime) -> bool:
    """Whether somebody's erasure has ended who had withdrawn from the campaign, or altogether."""
    concerned = Q(campaign=campaign) | Q(campaign=None, annotator__seats__campaign=campaign)
    return Erasure.objects.filter(concerned, finished_at__gt=since).exists()
