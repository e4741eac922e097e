"""The shards of a snapshot: each a job of its own, so that many workers do one snapshot's work."""

import logging
from collections.abc import Callable
from dataclasses import asdict

from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone

from annotation.enums import JobState
from annotation.services.jobs import JobCancelled, JobFailed, report_progress
from exports.documentation.counting import CountedRelease
from exports.formats import FORMATS
from exports.formats.written import StoredFile
from exports.frozen import shelf, sources
from exports.models import Moment, Snapshot, SnapshotShard
from exports.services.fetching import fetch_shard
from exports.services.storing import discard_folder, folder_of, store_file, why_not_written
from exports.services.work import Pace, work_folder

logger = logging.getLogger(__name__)

Report = Callable[[int, int], None]
PROGRESS_TABLES = ("judgments", "items", "assignments", "coverage")


def create_shards(snapshot: Snapshot) -> list[SnapshotShard]:
    """The rows of a snapshot's shards, and what all of them together have to do."""
    moment = snapshot.moment
    return SnapshotShard.objects.bulk_create(
        SnapshotShard(snapshot=snapshot, number=number) for number in range(moment.shards)
    )


def steps_of(rows: dict[str, int]) -> int:
    """How many steps so many rows are: judgments and items are fetched, then written."""
    return sum(
        rows.get(table, 0) * (2 if table in ("judgments", "items") else 1)
        for table in PROGRESS_TABLES
    )


def make_shard(shard: SnapshotShard, *, on_report: Report | None = None) -> None:
    """The work of a shard: fetch what is not frozen yet, write all its tables, store them."""
    snapshot = Snapshot.objects.select_related("moment").get(pk=shard.snapshot_id)

    def report(done: int, total: int) -> None:
        report_progress(shard, done, total)
        keep_snapshot_alive(snapshot.pk)
        if on_report:
            on_report(done, total)

    own = f"{shard.number:05d}"
    folder = f"{folder_of(snapshot)}/{own}"
    discard_folder(folder)
    try:
        with work_folder(f"shard-{shard.pk}") as work:
            pace = Pace(report, steps_of(rows_in_shard(snapshot.moment, shard.number)))
            fetch_shard(snapshot.moment, shard.number, work, pace.step)
            frame = shelf.read_frame(snapshot.moment)
            release = CountedRelease(snapshot, frame, shard.number)
            files: list[StoredFile] = []
            for file in FORMATS[snapshot.format].write(release, work, counted(pace)):
                files.append(store_file(snapshot, file, own))
                pace.step()
            shard.counts = release.counted()
            pace.finish()
    except OSError as error:
        discard_folder(folder)
        logger.exception("Shard %s of snapshot %s failed", shard.number, snapshot.pk)
        raise JobFailed(why_not_written(error)) from error
    except (JobCancelled, JobFailed):
        discard_folder(folder)
        raise
    shard.files = [asdict(file) for file in files]
    shard.save(update_fields=["files", "counts"])


def counted(pace: Pace) -> Callable[[str, int], None]:
    """Steps for rows written; tables that others expand into count nothing."""
    return lambda table, rows: pace.step(rows if table in PROGRESS_TABLES else 0)


def rows_in_shard(moment: Moment, number: int) -> dict[str, int]:
    """How many rows of each source are in the shard."""
    names = {
        "judgments": sources.INDEX,
        "items": sources.ITEM_INDEX,
        "assignments": sources.ASSIGNMENTS,
        "coverage": sources.COVERAGE,
    }
    files = {shelf.shard_name(source.name, number): table for table, source in names.items()}
    return {
        files[name]: rows
        for name, rows in moment.files.filter(name__in=files).values_list("name", "rows")
    }


def keep_snapshot_alive(pk: int) -> None:
    """Tell the whole snapshot's progress. Raises `JobCancelled` where it is no longer wanted."""
    done = (
        SnapshotShard.objects.filter(snapshot=OuterRef("pk"))
        .order_by()
        .values("snapshot")
        .annotate(done=Sum("steps_done"))
        .values("done")
    )
    running = Snapshot.objects.filter(pk=pk, state=JobState.RUNNING, cancel_requested=False)
    if not running.update(heartbeat_at=timezone.now(), steps_done=Subquery(done)):
        raise JobCancelled


def shards_have_ended(snapshot_pk: int) -> bool:
    """Whether no shard is under way any more, or one has failed so that the others need not be."""
    shards = SnapshotShard.objects.filter(snapshot=snapshot_pk)
    if shards.filter(state__in=(JobState.FAILED, JobState.CANCELLED)).exists():
        return True
    return shards.exists() and not shards.exclude(state=JobState.DONE).exists()


def files_of_shards(snapshot: Snapshot) -> list[StoredFile]:
    """What all shards have stored, shard by shard."""
    return [
        StoredFile(**file) for shard in snapshot.shards.order_by("number") for file in shard.files
    ]
