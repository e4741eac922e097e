"""What the dataset card tells, read at the snapshot's moment."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from accounts.models import ConsentDocument
from annotation.models import Assignment, Coverage, Guideline, Item, Judgment, Seat, Stratum
from exports.selectors.frame import Frame

SUMS = ("wanted", "submitted", "leased", "open")


@dataclass(frozen=True)
class StratumFacts:
    """One stratum's design and what was reached; numbers of judgments count first ones only."""

    key: str
    people: int
    target_per_item: int
    wanted: int
    submitted: int
    leased: int
    open: int


@dataclass(frozen=True)
class Facts:
    """Counts and texts of a campaign as of the snapshot's moment."""

    guidelines: list[Guideline]
    consents: list[ConsentDocument]
    languages: list[str]
    strata: list[StratumFacts]
    people: int
    judgments: int
    superseded: int
    repeats: int
    after_lease: int
    items: int
    items_without_judgment: int
    assignments_by_status: dict[str, int]


def facts_of(frame: Frame) -> Facts:
    """Everything in a fixed number of queries, whatever the campaign's size."""
    alias, campaign = frame.alias, frame.campaign
    judgments = Judgment.objects.using(alias).filter(campaign=campaign)
    items = Item.objects.using(alias).filter(campaign=campaign)
    by_status = (
        Assignment.objects.using(alias)
        .filter(campaign=campaign)
        .order_by("status")
        .values_list("status")
        .annotate(Count("pk"))
    )
    return Facts(
        guidelines=list(
            Guideline.objects.using(alias).filter(campaign=campaign).order_by("version")
        ),
        consents=list(
            ConsentDocument.objects.using(alias)
            .filter(series=campaign.consent_document.series)
            .order_by("version")
        ),
        languages=list(
            items.exclude(language="")
            .order_by("language")
            .values_list("language", flat=True)
            .distinct()
        ),
        strata=strata_facts(frame),
        people=Seat.objects.using(alias).filter(campaign=campaign).count(),
        items=items.count(),
        items_without_judgment=items.filter(judgments__isnull=True).count(),
        assignments_by_status=dict(by_status),
        **judgments.aggregate(
            judgments=Count("pk"),
            superseded=Count("supersedes"),
            repeats=Count("pk", filter=Q(is_repeat=True)),
            after_lease=Count("pk", filter=Q(after_lease=True)),
        ),
    )


def strata_facts(frame: Frame) -> list[StratumFacts]:
    people = dict(
        Seat.objects.using(frame.alias)
        .filter(campaign=frame.campaign)
        .order_by()
        .values_list("stratum")
        .annotate(Count("pk"))
    )
    sums = {
        stratum: dict(zip(SUMS, numbers, strict=True))
        for stratum, *numbers in Coverage.objects.using(frame.alias)
        .filter(stratum__campaign=frame.campaign)
        .order_by()
        .values_list("stratum")
        .annotate(
            Sum("target"),
            Sum("submitted"),
            Sum("leased"),
            open=Sum(F("target") - F("leased") - F("submitted")),
        )
    }
    nothing = dict.fromkeys(SUMS, 0)
    return [
        StratumFacts(
            key=stratum.key,
            people=people.get(stratum.pk, 0),
            target_per_item=stratum.target,
            **sums.get(stratum.pk, nothing),
        )
        for stratum in Stratum.objects.using(frame.alias).filter(campaign=frame.campaign)
    ]
