"""The withdrawal ledger: who must be in no new snapshot, and which old ones hold them."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation.enums import JobState
from annotation.models import Assignment, Campaign, Judgment, Seat
from annotation.models.judgment import WITH_NOTES, WITH_REASON
from exports.enums import TextKind
from exports.frozen import shelf, sources
from exports.models import HeldRows, Moment, Snapshot, TextDecision, Withdrawal
from exports.selectors.withdrawn import withdrawn_by_campaign


@transaction.atomic
def record_withdrawal(annotator_id: int, campaign_id: int | None = None) -> Withdrawal:
    """Note that a person has withdrawn: no snapshot from now on has rows of theirs.

    From one campaign, or without one from all. Published snapshots that hold some are marked, and
    what reviewers decided on their texts is forgotten. Recording it again changes nothing.
    """
    lock_ledger()
    names: dict[str, Any] = {"annotator_id": annotator_id, "campaign_id": campaign_id}
    withdrawal, is_new = Withdrawal.objects.get_or_create(**names)
    if is_new:
        forget_decisions(withdrawal)
        seats = Seat.objects.filter(annotator=annotator_id)
        if campaign_id is not None:
            seats = seats.filter(campaign=campaign_id)
        campaigns = seats.values("campaign")
        moments = Moment.objects.filter(
            versions__campaign__in=campaigns, snapshots__state=JobState.DONE
        ).distinct()
        for moment in moments:
            mark_moment(moment, withdrawal)
    return withdrawal


def forget_decisions(withdrawal: Withdrawal) -> None:
    """Remove decisions on the person's texts: their digests and cuts tell of what was written."""
    of_person = Q(annotator=withdrawal.annotator_id)
    if withdrawal.campaign_id is not None:
        of_person &= Q(campaign=withdrawal.campaign_id)
    judgments = Judgment.objects.filter(of_person).values("pk")
    assignments = Assignment.objects.filter(of_person).values("pk")
    in_judgments = Q(kind__in=(TextKind.REASON, TextKind.NOTE), row__in=judgments)
    TextDecision.objects.filter(in_judgments | Q(kind=TextKind.SKIP, row__in=assignments)).delete()
    forget_decisions_on_nothing(campaigns_of(withdrawal))


def campaigns_of(withdrawal: Withdrawal) -> QuerySet[Campaign]:
    """The campaigns that the person has withdrawn from."""
    if withdrawal.campaign_id is not None:
        return Campaign.objects.filter(pk=withdrawal.campaign_id)
    seats = Seat.objects.filter(annotator=withdrawal.annotator_id)
    return Campaign.objects.filter(pk__in=seats.values("campaign"))


def forget_decisions_on_nothing(campaigns: QuerySet[Campaign]) -> None:
    """Remove decisions on texts that are gone from judgments that stay as nobody's.

    Erasing may have been faster than this look, and then those are the person's no more. They have
    lost the digest of what was sent, as they have lost the texts.
    """
    cut = Judgment.objects.filter(pk=OuterRef("row"), request_sha256="")
    for kind, with_text in ((TextKind.REASON, WITH_REASON), (TextKind.NOTE, WITH_NOTES)):
        decided = TextDecision.objects.filter(campaign__in=campaigns, kind=kind)
        decided.filter(Exists(cut), ~Exists(cut.filter(with_text))).delete()


def mark_moment(moment: Moment, withdrawal: Withdrawal) -> None:
    held = rows_of_person(moment, withdrawal)
    if held is None:
        return
    HeldRows.objects.bulk_create(
        HeldRows(withdrawal=withdrawal, snapshot=one, judgments=held[0], assignments=held[1])
        for one in moment.snapshots.filter(state=JobState.DONE)
    )


def rows_of_person(moment: Moment, withdrawal: Withdrawal) -> tuple[int, int] | None:
    """How many judgments and assignments of a person a moment holds; None where they are not in it.

    Of several campaigns, those that the person has withdrawn from.
    """
    annotator, campaign = withdrawal.annotator_id, withdrawal.campaign_id
    if moment.is_frozen:
        people = frozen_people(moment)
        own = people.filter(pc.equal(people["annotator_pk"], annotator))
        if campaign is not None:
            own = own.filter(pc.equal(own["campaign_pk"], campaign))
        if not len(own):
            return None
        return sum(own["judgments"].to_pylist()), sum(own["assignments"].to_pylist())
    # Made before frozen data was kept: what was there by then.
    campaigns = moment.versions.values("campaign") if campaign is None else [campaign]
    own_rows = {"annotator": annotator, "campaign__in": campaigns}
    judgments = Judgment.objects.filter(**own_rows, submitted_at__lte=moment.as_of).count()
    assignments = Assignment.objects.filter(**own_rows, served_at__lte=moment.as_of).count()
    return (judgments, assignments) if judgments or assignments else None


def frozen_people(moment: Moment) -> pa.Table:
    return shelf.read_table(moment, "people", sources.PEOPLE)


def holds_withdrawn(moment: Moment) -> bool:
    """Whether a frozen moment has rows of people who have withdrawn since."""
    people = frozen_people(moment)
    campaigns = moment.versions.values_list("campaign", flat=True)
    for campaign, withdrawn in withdrawn_by_campaign(campaigns).items():
        own = people.filter(pc.equal(people["campaign_pk"], campaign))
        if pc.any(pc.is_in(own["annotator_pk"], pa.array(withdrawn, pa.int64()))).as_py():
            return True
    return False


def is_as_published(moment: Moment) -> bool:
    """Whether a frozen moment still holds what was published of it, and may be used again."""
    # Asked anew: it may have been erased since the moment was read.
    erased = Moment.objects.filter(pk=moment.pk, erased_at__isnull=False)
    return not erased.exists() and not holds_withdrawn(moment)


def people_withdrawn(snapshots: Iterable[Snapshot]) -> dict[int, int]:
    """How many people have withdrawn from each snapshot, by its number; none left out."""
    counts = HeldRows.objects.filter(snapshot__in=list(snapshots)).values_list("snapshot")
    return dict(counts.annotate(Count("pk")).order_by())


def lock_ledger() -> None:
    """Let publishing and withdrawing take turns until the transaction ends.

    Else each might look before the other's rows are there, and a withdrawn person be published.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exports_withdrawal'))")
