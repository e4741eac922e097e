"""Obeying withdrawals: what is marked, and what is taken out of the frozen files.

Nobody calls from below when somebody withdraws; beat looks every few seconds, and each look can
be cut off anywhere. A moment's files are replaced all at once: the new ones are stored beside the
old, then known in one transaction, and what nothing refers to is removed last.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from annotation.enums import JobState
from annotation.models import Erasure
from annotation.services.jobs import advisory_lock
from exports.frozen import shelf, sources
from exports.models import FrozenFile, Moment, Snapshot, Withdrawal
from exports.services.ledger import campaigns_of, holds_withdrawn, record_withdrawal
from exports.services.reissuing import FrozenAgain, frozen_again
from exports.services.storing import discard_file, discard_moment
from exports.services.work import work_folder

UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Replacement:
    """A frozen file as it will be, in storage and not yet known."""

    file: FrozenFile
    stored_name: str
    bytes: int
    rows: int


def obey_withdrawals() -> None:
    """Record who has withdrawn since the last look, then erase their rows from frozen files."""
    for annotator, campaign in unrecorded():
        record_withdrawal(annotator, campaign)
    with advisory_lock("exports_erasing", 1) as held:
        if held:
            for withdrawal in Withdrawal.objects.filter(files_erased_at=None).order_by("pk"):
                erase_files(withdrawal)


def unrecorded() -> list[tuple[int, int | None]]:
    """Withdrawals that people have asked for and no snapshot knows of: person and campaign."""
    noted = Withdrawal.objects.filter(annotator_id=OuterRef("annotator_id"))
    altogether = noted.filter(campaign=None)
    each = noted.filter(campaign=OuterRef("campaign"))
    asked = Erasure.objects.filter(
        Q(campaign=None) & ~Exists(altogether) | Q(campaign__isnull=False) & ~Exists(each)
    )
    return list(asked.order_by("pk").values_list("annotator_id", "campaign_id"))


def erase_files(withdrawal: Withdrawal) -> None:
    """Take a withdrawn person's rows out of every frozen file; what is under way is left for later.

    A snapshot that was begun before will not be published, and its files go with it.
    """
    campaigns = campaigns_of(withdrawal)
    begun = Snapshot.objects.filter(
        state=JobState.RUNNING,
        started_at__lte=withdrawal.recorded_at,
        moment__versions__campaign__in=campaigns,
    )
    waits = begun.exists()
    moments = Moment.objects.filter(frozen_at__isnull=False, versions__campaign__in=campaigns)
    for moment in moments.distinct().order_by("pk"):
        if moment.snapshots.filter(state__in=UNDER_WAY).exists():
            waits = True
        else:
            erase_from(moment)
    if not waits:
        Withdrawal.objects.filter(pk=withdrawal.pk).update(files_erased_at=timezone.now())


def erase_from(moment: Moment) -> None:
    """Leave nothing of withdrawn people in a moment's files; what nothing is published of goes."""
    if not moment.snapshots.filter(state=JobState.DONE).exists():
        discard_moment(moment)
        return
    with shelf.files_locked(moment):
        if holds_withdrawn(moment):
            replace_files(moment)
        if moment.erased_at:
            sweep(moment)


def replace_files(moment: Moment) -> None:
    """The moment's files without withdrawn people, known all together or not at all."""
    with work_folder(f"erase-{moment.pk}") as work:
        again = frozen_again(moment)
        # Asked first: it looks into assignments that are still whole.
        again.prepare()
        new = []
        for file in moment.files.order_by("pk"):
            batches = without_withdrawn(again, file)
            if batches is not None:
                schema, rows = batches
                stored = shelf.store_rows(moment, file.name, schema, rows, work)
                new.append(Replacement(file, *stored))
    with transaction.atomic():
        for one in new:
            FrozenFile.objects.filter(pk=one.file.pk).update(
                stored_name=one.stored_name, bytes=one.bytes, rows=one.rows
            )
        moment.erased_at = timezone.now()
        moment.rows = {**moment.rows, **rows_of(moment)}
        moment.save(update_fields=["erased_at", "rows"])


def without_withdrawn(
    again: FrozenAgain, file: FrozenFile
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]] | None:
    """A file's schema and the rows that stay, or None where none of it is about people."""
    if file.name == shelf.FRAME:
        return None
    schema = shelf.schema_of(file)
    batches = shelf.read_batches(file.moment, file.name)
    if file.name.startswith(f"{sources.COVERAGE.name}-"):
        return schema, map(again.opened, batches)
    if "annotator_pk" in schema.names:
        return schema, map(again.staying, batches)
    return None


def rows_of(moment: Moment) -> dict[str, int]:
    """How many judgments and assignments the moment's files hold."""
    prefixes = {"judgments": sources.INDEX.name, "assignments": sources.ASSIGNMENTS.name}
    return {
        table: sum(
            moment.files.filter(name__startswith=f"{prefix}-").values_list("rows", flat=True)
        )
        for table, prefix in prefixes.items()
    }


def sweep(moment: Moment) -> None:
    """Remove files in the moment's folder that no row refers to: those from before an erasure."""
    known = set(moment.files.values_list("stored_name", flat=True))
    folder = shelf.folder_of(moment)
    for name in default_storage.listdir(folder)[1]:
        if f"{folder}/{name}" not in known:
            discard_file(f"{folder}/{name}")
