"""The withdrawal ledger: who must be in no new snapshot, and which old ones hold them."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from django.db.models import Count

from annotation.enums import JobState
from annotation.models import Assignment, Judgment, Seat
from exports.frozen import shelf, sources
from exports.models import HeldRows, Moment, Snapshot, Withdrawal


@transaction.atomic
def record_withdrawal(annotator_id: int) -> Withdrawal:
    """Note that a person has withdrawn: no snapshot from now on has rows of theirs.

    Published snapshots that hold some are marked. Recording it again changes nothing. To be
    called before the person's rows are taken from the database.
    """
    lock_ledger()
    withdrawal, is_new = Withdrawal.objects.get_or_create(annotator_id=annotator_id)
    if is_new:
        campaigns = Seat.objects.filter(annotator=annotator_id).values("campaign")
        moments = Moment.objects.filter(
            versions__campaign__in=campaigns, snapshots__state=JobState.DONE
        ).distinct()
        for moment in moments:
            mark_moment(moment, withdrawal)
    return withdrawal


def mark_moment(moment: Moment, withdrawal: Withdrawal) -> None:
    judgments, assignments = rows_of_person(moment, withdrawal.annotator_id)
    if not (judgments or assignments or is_in_people(moment, withdrawal.annotator_id)):
        return
    HeldRows.objects.bulk_create(
        HeldRows(
            withdrawal=withdrawal, snapshot=snapshot, judgments=judgments, assignments=assignments
        )
        for snapshot in moment.snapshots.filter(state=JobState.DONE)
    )


def rows_of_person(moment: Moment, annotator_id: int) -> tuple[int, int]:
    """How many judgments and assignments of a person a moment holds."""
    if moment.is_frozen:
        people = frozen_people(moment)
        own = people.filter(pc.equal(people["annotator_pk"], annotator_id))
        return sum(own["judgments"].to_pylist()), sum(own["assignments"].to_pylist())
    # Made before frozen data was kept: what was there by then.
    campaigns = moment.versions.values("campaign")
    own_rows = {"annotator": annotator_id, "campaign__in": campaigns}
    judgments = Judgment.objects.filter(**own_rows, submitted_at__lte=moment.as_of)
    assignments = Assignment.objects.filter(**own_rows, served_at__lte=moment.as_of)
    return judgments.count(), assignments.count()


def is_in_people(moment: Moment, annotator_id: int) -> bool:
    return moment.is_frozen and annotator_id in frozen_people(moment)["annotator_pk"].to_pylist()


def frozen_people(moment: Moment) -> pa.Table:
    return shelf.read_table(moment, "people", sources.PEOPLE)


def holds_withdrawn(moment: Moment) -> bool:
    """Whether a frozen moment has rows of people who have withdrawn since."""
    withdrawn = Withdrawal.objects.values_list("annotator_id", flat=True)
    gone = pa.array(list(withdrawn), pa.int64())
    return bool(pc.any(pc.is_in(frozen_people(moment)["annotator_pk"], gone)).as_py())


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
