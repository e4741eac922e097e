"""Making a snapshot: written beside, published at once, or not at all."""

import errno
import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction

from accounts.models import User
from annotation.enums import JobState
from annotation.models import Campaign
from annotation.services.jobs import (
    JobCancelled,
    JobFailed,
    end_job,
    report_progress,
    request_cancel,
)
from exports.documentation.files import write_documentation
from exports.enums import Pseudonyms, SnapshotFormat
from exports.models import Snapshot, SnapshotFile
from exports.selectors.facts import facts_of
from exports.selectors.frame import frame_of
from exports.services.reading import one_moment
from exports.services.tables import write_tables
from exports.tables import SCHEMA_VERSION
from exports.writers.written import WrittenFile

logger = logging.getLogger(__name__)

KEY_BYTES = 32
OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)


def request_snapshot(
    campaign: Campaign,
    *,
    format: str = SnapshotFormat.PARQUET,
    pseudonyms: str = Pseudonyms.PER_RELEASE,
    requested_by: User | None,
) -> Snapshot:
    """Note that a snapshot is wanted; a worker makes it. Its moment is when the work begins."""
    keyed = pseudonyms == Pseudonyms.PER_RELEASE
    return Snapshot.objects.create(
        campaign=campaign,
        format=format,
        pseudonyms=pseudonyms,
        key=secrets.token_bytes(KEY_BYTES) if keyed else b"",
        schema_version=SCHEMA_VERSION,
        software_version=settings.VERSION,
        created_by=requested_by,
    )


def cancel_snapshot(snapshot: Snapshot) -> None:
    """Call a snapshot off. Raises `Conflict` where it has ended."""
    request_cancel(snapshot)


def make_snapshot(job: Snapshot, *, on_progress: Callable[[int, int], None] | None = None) -> None:
    """The work of a snapshot job, from the beginning whatever an earlier attempt left."""

    def report(done: int, total: int) -> None:
        report_progress(job, done, total)
        if on_progress:
            on_progress(done, total)

    discard_files(job)
    try:
        with TemporaryDirectory(prefix="variorum-snapshot-") as folder:
            with one_moment() as moment:
                job.as_of = moment.as_of
                frame = frame_of(job, moment.alias)
                files = write_tables(frame, job.format, Path(folder), report)
                facts = facts_of(frame)
            files += write_documentation(job, frame, facts, files, Path(folder))
            publish(job, files)
    except OSError as error:
        discard_files(job)
        logger.exception("Snapshot %s could not be written", job.pk)
        raise JobFailed(why_not_written(error)) from error
    except (OperationalError, InterfaceError):
        raise  # the publishing commit may have gone through; a resumed job clears up if not
    except Exception:
        discard_files(job)
        raise


def publish(job: Snapshot, files: list[WrittenFile]) -> None:
    """Bring the files to storage, then make them known in the transaction that ends the job."""
    published = []
    for file in files:
        published.append(store_file(job, file))
        report_progress(job, job.steps_done)
    with transaction.atomic():
        # The last moment to call it off: after this lock a request finds the job ended.
        if Snapshot.objects.select_for_update().get(pk=job.pk).cancel_requested:
            raise JobCancelled
        SnapshotFile.objects.bulk_create(published)
        job.save(update_fields=["as_of"])
        end_job(job, JobState.DONE)


def store_file(job: Snapshot, file: WrittenFile) -> SnapshotFile:
    with file.path.open("rb") as content:
        stored_name = default_storage.save(f"{folder_of(job)}/{file.name}", File(content))
    return SnapshotFile(
        snapshot=job,
        name=file.name,
        table=file.table,
        bytes=file.bytes,
        rows=file.rows,
        sha256=file.sha256,
        stored_name=stored_name,
    )


def folder_of(snapshot: Snapshot) -> str:
    return f"snapshots/{snapshot.pk}"


def discard_files(snapshot: Snapshot) -> None:
    """Remove whatever lies in storage for a snapshot that has not published it."""
    try:
        _folders, names = default_storage.listdir(folder_of(snapshot))
        for name in names:
            default_storage.delete(f"{folder_of(snapshot)}/{name}")
        default_storage.delete(folder_of(snapshot))
    except FileNotFoundError:
        pass
    except OSError:
        # What matters is that nothing is published; leftovers are only room.
        logger.exception("Leftovers of snapshot %s could not be removed", snapshot.pk)


def discard_unpublished(pk: int) -> None:
    """Remove what a snapshot that ended without success may have left in storage."""
    snapshot = Snapshot.objects.filter(
        pk=pk, state__in=(JobState.FAILED, JobState.CANCELLED)
    ).first()
    if snapshot:
        discard_files(snapshot)


def why_not_written(error: OSError) -> str:
    """The reason for people, without the machine's paths."""
    if error.errno in OUT_OF_SPACE:
        return "There is no space left for the files. Make room, then start a new snapshot."
    reason = error.strerror or type(error).__name__
    return f"The files could not be written: {reason}. Nothing was published."
