"""Bringing a file of items into a campaign: read and checked whole, then published at once."""

import io
import uuid
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from itertools import islice
from typing import BinaryIO, NamedTuple, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Max, Min
from django.utils import timezone

from accounts.models import User
from annotation.enums import CampaignStatus, ItemFormat
from annotation.errors import Conflict, ItemFileError, Unfit
from annotation.item_formats import READERS, RawRecord, detect_format
from annotation.item_formats.records import RecordProblem, item_record
from annotation.models import Campaign, ImportProblem, ItemImport
from annotation.services.jobs import JobCancelled, JobFailed, report_progress
from annotation.services.planning import plan_span
from annotation.task_types import TaskType, task_type_of

# A chunk ends at whichever comes first, so that long records do not add up in memory.
RECORDS_AT_ONCE = 2000
BYTES_AT_ONCE = 8 * 1024 * 1024
# Published in one transaction, but in portions, between which progress can be told.
ITEMS_AT_ONCE = 10_000
MOST_PROBLEMS = 1000

# Ids are given when records are staged, so that publishing has nothing to look up.
RESERVE_IDS = """
SELECT nextval(pg_get_serial_sequence('annotation_item', 'id')) FROM generate_series(1, %s)
"""
# COPY takes rows several times as fast as INSERT; all of a chunk or nothing of it is stored.
STAGE_ITEMS = """
COPY annotation_stageditem (item_id, item_import_id, line, external_id, prompt, language, metadata,
                            content_sha256, content_hashes)
FROM STDIN
"""
STAGE_RESPONSES = """
COPY annotation_stagedresponse (item_id, item_import_id, external_id, content, model, metadata,
                                content_sha256, position)
FROM STDIN
"""
# What has a meaning of its own in COPY's text format. JSON escapes its control characters itself.
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

# Statistics of staged rows are always behind. No statement below joins two large sets in a way
# that the planner could choose wrongly: by windows, by look-ups in an index, or by ranges of ids.
#
# A later line of the same id is a problem where it differs, and nothing new where it does not.
TAKE_OUT_REPEATED = """
WITH later AS (
    SELECT * FROM (
        SELECT item_id, line, external_id, content_sha256,
               first_value(line) OVER same_id AS first_line,
               first_value(content_sha256) OVER same_id AS first_sha256
        FROM annotation_stageditem WHERE item_import_id = %(import)s
        WINDOW same_id AS (PARTITION BY external_id ORDER BY line)
    ) staged WHERE line > first_line
), problems AS (
    INSERT INTO annotation_importproblem (item_import_id, line, message)
    SELECT %(import)s, line,
           'Id "' || left(external_id, 100) || '" was used on line ' || first_line
           || ' with other content.'
    FROM later WHERE content_sha256 <> first_sha256
), responses AS (
    DELETE FROM annotation_stagedresponse WHERE item_id IN (SELECT item_id FROM later)
)
DELETE FROM annotation_stageditem WHERE item_id IN (SELECT item_id FROM later)
"""
TAKE_OUT_KNOWN = """
WITH known AS (
    SELECT staged.item_id, staged.line, staged.external_id,
           staged.content_sha256 <> item.content_sha256 AS is_changed
    FROM annotation_stageditem staged
    CROSS JOIN LATERAL (
        SELECT content_sha256 FROM annotation_item
        WHERE campaign_id = %(campaign)s AND external_id = staged.external_id
        OFFSET 0
    ) item
    WHERE staged.item_import_id = %(import)s
), problems AS (
    INSERT INTO annotation_importproblem (item_import_id, line, message)
    SELECT %(import)s, line,
           'Id "' || left(external_id, 100) || '" is already in this campaign with other content.'
    FROM known WHERE is_changed
), responses AS (
    DELETE FROM annotation_stagedresponse WHERE item_id IN (SELECT item_id FROM known)
)
DELETE FROM annotation_stageditem WHERE item_id IN (SELECT item_id FROM known)
"""
PUBLISH_ITEMS = """
INSERT INTO annotation_item (id, campaign_id, external_id, prompt, language, metadata,
                             content_sha256, content_hashes, created_at)
SELECT item_id, %(campaign)s, external_id, prompt, language, metadata,
       content_sha256, content_hashes, now()
FROM annotation_stageditem
WHERE item_id BETWEEN %(first)s AND %(last)s AND item_import_id = %(import)s
"""
PUBLISH_RESPONSES = """
INSERT INTO annotation_response (item_id, external_id, content, model, metadata,
                                 content_sha256, position)
SELECT item_id, external_id, content, model, metadata, content_sha256, position
FROM annotation_stagedresponse
WHERE item_id BETWEEN %(first)s AND %(last)s AND item_import_id = %(import)s
"""
REPORT = """
UPDATE annotation_itemimport SET steps_done = %s, heartbeat_at = %s WHERE id = %s
RETURNING cancel_requested
"""


class StagedRecord(NamedTuple):
    """A record as lines of COPY, all but the id that the item will have."""

    item: str
    responses: list[str]


class Chunk(NamedTuple):
    """Records read and checked, and where in the file they end."""

    records: int
    staged: list[StagedRecord]
    problems: list[ImportProblem]
    end: int


def request_import(
    campaign: Campaign,
    *,
    content: File,  # type: ignore[type-arg]
    file_name: str,
    format: str = ItemFormat.AUTO,
    requested_by: User | None,
) -> ItemImport:
    """Keep the file and note that it is to be imported; a worker does the rest.

    The file is streamed to storage. Raises `Conflict` for a closed campaign.
    """
    if campaign.status == CampaignStatus.CLOSED:
        raise Conflict("A closed campaign takes no more items.", code="campaign-closed")
    if format not in ItemFormat.values:
        raise Unfit(
            "This is not a format of item files.",
            fields={"format": f"Must be one of {', '.join(ItemFormat.values)}."},
        )
    stored_name = default_storage.save(f"imports/{campaign.pk}/{uuid.uuid4().hex}", content)
    return ItemImport.objects.create(
        campaign=campaign,
        stored_name=stored_name,
        file_name=file_name[:200],
        format=format,
        steps_total=default_storage.size(stored_name) * ItemImport.PASSES,
        created_by=requested_by,
    )


def import_items(job: ItemImport) -> None:
    """The work of an import job: stage, check, publish, plan. All of the file or nothing."""
    if job.published_at is None:
        try:
            stage_file(job)
            check_and_publish(job)
        except (OperationalError, InterfaceError):
            raise  # the database is away: what is staged is where a resumed job goes on
        except Exception:
            discard_staged(job)
            default_storage.delete(job.stored_name)
            raise
    plan_new_items(job)
    default_storage.delete(job.stored_name)


def plan_new_items(job: ItemImport) -> None:
    if job.first_item is None or job.last_item is None:
        return
    for done, total in plan_span(job.campaign, job.first_item, job.last_item):
        # What has been published stays: calling the import off comes too late.
        with suppress(JobCancelled):
            report_progress(job, steps_after(job, 2, done, total))


def steps_after(job: ItemImport, passes: int, done: int, total: int) -> int:
    """Steps done after some whole passes and a part of the next one."""
    size = (job.steps_total or 0) // job.PASSES
    return size * passes + size * done // total


def stage_file(job: ItemImport) -> None:
    """Read the file into staged rows, chunk by chunk; a resumed job passes over what it has."""
    with default_storage.open(job.stored_name) as stored:
        file = cast(BinaryIO, stored)
        try:
            name = job.format if job.format != ItemFormat.AUTO else detect_format(file)
        except ItemFileError as error:
            ImportProblem.objects.create(item_import=job, line=error.line, message=error.message)
            fail_with_problems(job)
        if not can_go_on(job):
            begin_staging(job, name)
        records = READERS[name](file, settings.IMPORT_MAX_LINE_BYTES)
        records = islice(records, job.records_read, None)
        stage_records(job, records, file)


def can_go_on(job: ItemImport) -> bool:
    """Whether an earlier attempt read records, for the same task type, and they are still there.

    A crash of the database empties unlogged tables; so does moving to another server.
    """
    if job.records_read == 0 or job.task_type != job.campaign.task_type:
        return False
    return job.staged.count() + job.problems.count() == job.records_read


def begin_staging(job: ItemImport, format: str) -> None:
    with transaction.atomic():
        if job.records_read:
            discard_staged(job)
            job.problems.all().delete()
        job.format, job.task_type = format, job.campaign.task_type
        job.records_read = job.error_count = 0
        job.save(update_fields=["format", "task_type", "records_read", "error_count"])


def discard_staged(job: ItemImport) -> None:
    job.staged.all().delete()
    job.staged_responses.all().delete()


def stage_records(job: ItemImport, records: Iterator[RawRecord], file: BinaryIO) -> None:
    with closing(checked_chunks(job, records, file)) as chunks:
        for chunk in chunks:
            stage_chunk(job, chunk)
            if job.error_count >= MOST_PROBLEMS:
                break
    if job.records_read == 0:
        ImportProblem.objects.create(item_import=job, line=1, message="No items in this file.")
        fail_with_problems(job)


def stage_chunk(job: ItemImport, chunk: Chunk) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Nobody is told of this commit: a crash that forgets it empties the staged rows too.
            cursor.execute("SET LOCAL synchronous_commit = off")
        copy_staged(chunk.staged)
        ImportProblem.objects.bulk_create(chunk.problems)
        job.records_read += chunk.records
        job.error_count += len(chunk.problems)
        job.save(update_fields=["records_read", "error_count"])
        report_progress(job, min(chunk.end, steps_after(job, 1, 0, 1)))


def checked_chunks(
    job: ItemImport, records: Iterator[RawRecord], file: BinaryIO
) -> Generator[Chunk, None, None]:
    """The file chunk by chunk, one of them ahead: Python checks it while the database stores.

    The thread reads and checks only; the database is this thread's alone.
    """
    task_type = task_type_of(job.campaign.task_type)
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(checked_chunk, job, records, file, task_type)
        while (chunk := ahead.result()).records:
            ahead = pool.submit(checked_chunk, job, records, file, task_type)
            yield chunk


def checked_chunk(
    job: ItemImport, records: Iterator[RawRecord], file: BinaryIO, task_type: TaskType
) -> Chunk:
    """The next records, fewer where they are long; none at the end of the file.

    One record at a time is taken apart: of thousands together, collecting garbage would cost a
    fifth more.
    """
    read = 0
    staged: list[StagedRecord] = []
    problems: list[ImportProblem] = []
    end = file.tell() + BYTES_AT_ONCE
    for raw in records:
        read += 1
        try:
            staged.append(staged_record(job.pk, raw, task_type))
        except RecordProblem as problem:
            problems.append(
                ImportProblem(item_import=job, line=raw.line, message=str(problem)[:500])
            )
        if read >= RECORDS_AT_ONCE or file.tell() >= end:
            break
    return Chunk(read, staged, problems, file.tell())


def staged_record(import_id: int, raw: RawRecord, task_type: TaskType) -> StagedRecord:
    if raw.value is None:
        raise RecordProblem(raw.problem)
    record = item_record(raw.value, task_type)
    item = (
        f"\t{import_id}\t{raw.line}\t{copy_text(record.external_id)}\t"
        f"{copy_json(record.prompt_json)}\t{copy_text(record.language)}\t"
        f"{copy_json(record.metadata_json)}\t{record.content_sha256}\t"
        f"{copy_json(record.hashes_json)}\n"
    )
    responses = [
        f"\t{import_id}\t{copy_text(one.external_id)}\t{copy_json(one.content_json)}\t"
        f"{copy_text(one.model)}\t{copy_json(one.metadata_json)}\t{one.content_sha256}\t"
        f"{position}\n"
        for position, one in enumerate(record.responses)
    ]
    return StagedRecord(item, responses)


def copy_text(text: str) -> str:
    # Almost no id needs escaping, and to see so costs a fifth of translating it.
    return text if text.isalnum() else text.translate(COPY_ESCAPES)


def copy_json(text: str) -> str:
    return text.replace("\\", r"\\")


def copy_staged(staged: list[StagedRecord]) -> None:
    if not staged:
        return
    with connection.cursor() as cursor:
        cursor.execute(RESERVE_IDS, [len(staged)])
        ids = [str(row[0]) for row in cursor.fetchall()]
    with_ids = list(zip(ids, staged, strict=True))
    copy_lines(STAGE_ITEMS, [item_id + one.item for item_id, one in with_ids])
    copy_lines(
        STAGE_RESPONSES, [item_id + line for item_id, one in with_ids for line in one.responses]
    )


def copy_lines(statement: str, lines: list[str]) -> None:
    encoded = "".join(lines).encode()
    # In one piece: between two, this thread waits until the one that checks lets it run.
    # Django translates the errors of its own methods only, and COPY is none of them.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, io.BytesIO(encoded), len(encoded))


def check_and_publish(job: ItemImport) -> None:
    """Turn staged rows into items in one transaction, or note every id used for two contents."""
    with transaction.atomic():
        wait_for_other_imports(job.campaign)
        if not has_problems(job):
            publish(job)
    if job.published_at is None:
        fail_with_problems(job)


def wait_for_other_imports(campaign: Campaign) -> None:
    """Two imports into one campaign publish one after the other, or both would pass the check.

    It is not the campaign's row that is locked: publishing may take a minute, and people change
    campaigns.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('publishing'), %s)", [campaign.pk])


def has_problems(job: ItemImport) -> bool:
    """Leave of the staged rows what is new; note what is neither new nor as it was."""
    names = {"import": job.pk, "campaign": job.campaign_id}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OUT_REPEATED, names)
        if job.campaign.items.exists():
            cursor.execute(TAKE_OUT_KNOWN, names)
    return job.problems.exists()


def publish(job: ItemImport) -> None:
    span = job.staged.aggregate(first=Min("item_id"), last=Max("item_id"), count=Count("item_id"))
    job.first_item, job.last_item = span["first"], span["last"]
    job.created_count = span["count"]
    job.unchanged_count = job.records_read - job.created_count
    if job.created_count:
        insert_items(job, span["first"], span["last"])
    refuse_other_task_type(job)
    job.published_at = timezone.now()
    counts = ("created_count", "unchanged_count")
    job.save(update_fields=["published_at", "first_item", "last_item", *counts])
    discard_staged(job)


def insert_items(job: ItemImport, first: int, last: int) -> None:
    whole = last - first + 1
    with connection.cursor() as cursor, progress_beside(job) as report:
        # Foreign keys are checked as rows come, not all of them in a silent minute at the end.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for start in range(first, last + 1, ITEMS_AT_ONCE):
            end = min(start + ITEMS_AT_ONCE - 1, last)
            names = {"import": job.pk, "campaign": job.campaign_id, "first": start, "last": end}
            cursor.execute(PUBLISH_ITEMS, names)
            cursor.execute(PUBLISH_RESPONSES, names)
            report(steps_after(job, 1, end - first + 1, whole))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def progress_beside(job: ItemImport) -> Iterator[Callable[[int], None]]:
    """Reports that others see while a transaction is open, as they go by a connection of their own.

    Like `report_progress`, a report raises `JobCancelled` where somebody asked for that. The
    transaction itself must not have changed the job's row.
    """
    beside = connection.copy()

    def report(done: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(REPORT, [done, timezone.now(), job.pk])
            if cursor.fetchone() == (True,):
                raise JobCancelled
        job.steps_done = done

    try:
        yield report
    finally:
        beside.close()


def refuse_other_task_type(job: ItemImport) -> None:
    """Until items can be seen, the task type can be changed; from here on it cannot."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=job.campaign_id)
    if campaign.task_type != job.task_type:
        raise JobFailed(
            "The campaign's task type was changed meanwhile. Nothing was imported; send the file "
            "again."
        )


def fail_with_problems(job: ItemImport) -> None:
    job.error_count = job.problems.count()
    job.save(update_fields=["error_count"])
    lines = "1 line" if job.error_count == 1 else f"{job.error_count} lines"
    more = " or more" if job.error_count >= MOST_PROBLEMS else ""
    raise JobFailed(f"{lines}{more} could not be read. Nothing was imported.")
