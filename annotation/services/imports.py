"""Bringing a file of items into a campaign: read and checked whole, then published at once."""

import io
import uuid
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import User
from annotation.enums import CampaignStatus, ItemFormat
from annotation.errors import Conflict, ItemFileError, Unfit
from annotation.item_formats import READERS, RawRecord, detect_format
from annotation.item_formats.records import RecordProblem, item_record
from annotation.models import Campaign, ImportProblem, ItemImport, StagedItem
from annotation.services.jobs import JobFailed, report_progress
from annotation.services.planning import plan_coverage
from annotation.task_types import TaskType, task_type_of

# A chunk ends at whichever comes first, so that long records do not add up in memory.
RECORDS_AT_ONCE = 1000
BYTES_AT_ONCE = 8 * 1024 * 1024
MOST_PROBLEMS = 1000

# COPY takes rows several times as fast as INSERT; nothing is looked up, and all of a chunk or
# nothing of it is stored.
STAGE = """
COPY annotation_stageditem (item_import_id, line, external_id, prompt, language, metadata,
                            responses, content_sha256, content_hashes)
FROM STDIN
"""
# What has a meaning of its own in COPY's text format. JSON escapes its control characters itself.
COPY_BUFFER = 256 * 1024
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

# A later line of the same id is a problem where it differs, and nothing new where it does not.
CONFLICTS_IN_FILE = """
INSERT INTO annotation_importproblem (item_import_id, line, message)
SELECT later.item_import_id, later.line,
       'Id "' || left(later.external_id, 100) || '" was used on line ' || earlier.line
       || ' with other content.'
FROM annotation_stageditem later
CROSS JOIN LATERAL (
    SELECT line, content_sha256 FROM annotation_stageditem first
    WHERE first.item_import_id = later.item_import_id
      AND first.external_id = later.external_id
    ORDER BY line LIMIT 1
) earlier
WHERE later.item_import_id = %(import)s AND later.line > earlier.line
  AND later.content_sha256 <> earlier.content_sha256
"""
CONFLICTS_WITH_CAMPAIGN = """
INSERT INTO annotation_importproblem (item_import_id, line, message)
SELECT staged.item_import_id, staged.line,
       'Id "' || left(staged.external_id, 100)
       || '" is already in this campaign with other content.'
FROM annotation_stageditem staged
JOIN annotation_item item
  ON item.campaign_id = %(campaign)s AND item.external_id = staged.external_id
WHERE staged.item_import_id = %(import)s AND item.content_sha256 <> staged.content_sha256
"""
PUBLISH_ITEMS = """
WITH fresh AS (
    SELECT DISTINCT ON (staged.external_id) staged.* FROM annotation_stageditem staged
    WHERE staged.item_import_id = %(import)s AND NOT EXISTS (
        SELECT 1 FROM annotation_item item
        WHERE item.campaign_id = %(campaign)s AND item.external_id = staged.external_id)
    ORDER BY staged.external_id, staged.line
), created AS (
    INSERT INTO annotation_item (campaign_id, external_id, prompt, language, metadata,
                                 content_sha256, content_hashes, created_at)
    SELECT %(campaign)s, external_id, prompt, language, metadata,
           content_sha256, content_hashes, now()
    FROM fresh ORDER BY line
    RETURNING id, external_id
), responses AS (
    INSERT INTO annotation_response (item_id, external_id, content, model, metadata,
                                     content_sha256, position)
    SELECT created.id, response.value->>'id', response.value->'text', response.value->>'model',
           response.value->'metadata', response.value->>'sha256', response.ordinality - 1
    FROM created JOIN fresh USING (external_id)
    CROSS JOIN LATERAL jsonb_array_elements(fresh.responses) WITH ORDINALITY AS response
    ORDER BY created.id, response.ordinality
)
SELECT count(*) FROM created
"""


@dataclass(frozen=True)
class Chunk:
    """Records read and checked: `staged` as lines of COPY, and where in the file they end."""

    records: int
    staged: list[str]
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
        steps_total=default_storage.size(stored_name),
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
            StagedItem.objects.filter(item_import=job).delete()
            default_storage.delete(job.stored_name)
            raise
    plan_coverage(job.campaign)
    default_storage.delete(job.stored_name)


def stage_file(job: ItemImport) -> None:
    """Read the file into staged rows, chunk by chunk; a resumed job passes over what it has."""
    with default_storage.open(job.stored_name) as stored:
        file = cast(BinaryIO, stored)
        try:
            name = job.format if job.format != ItemFormat.AUTO else detect_format(file)
        except ItemFileError as error:
            ImportProblem.objects.create(item_import=job, line=error.line, message=error.message)
            fail_with_problems(job)
        if job.format != name:
            job.format = name
            job.save(update_fields=["format"])
        records = READERS[name](file, settings.IMPORT_MAX_LINE_BYTES)
        records = islice(records, job.records_read, None)
        stage_records(job, records, file)


def stage_records(job: ItemImport, records: Iterator[RawRecord], file: BinaryIO) -> None:
    with closing(checked_chunks(job, records, file)) as chunks:
        for chunk in chunks:
            with transaction.atomic():
                copy_staged(chunk.staged)
                ImportProblem.objects.bulk_create(chunk.problems)
                job.records_read += chunk.records
                job.error_count += len(chunk.problems)
                job.save(update_fields=["records_read", "error_count"])
            report_progress(job, min(chunk.end, job.steps_total or 0))
            if job.error_count >= MOST_PROBLEMS:
                break
    if job.records_read == 0:
        ImportProblem.objects.create(item_import=job, line=1, message="No items in this file.")
        fail_with_problems(job)


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
    chunk = next_chunk(records, file)
    staged, problems = sort_records(job, chunk, task_type) if chunk else ([], [])
    return Chunk(len(chunk), staged, problems, file.tell())


def next_chunk(records: Iterator[RawRecord], file: BinaryIO) -> list[RawRecord]:
    """The next records, fewer where they are long; none at the end of the file."""
    chunk: list[RawRecord] = []
    end = file.tell() + BYTES_AT_ONCE
    for record in records:
        chunk.append(record)
        if len(chunk) >= RECORDS_AT_ONCE or file.tell() >= end:
            break
    return chunk


def sort_records(
    job: ItemImport, chunk: list[RawRecord], task_type: TaskType
) -> tuple[list[str], list[ImportProblem]]:
    """Records that can become items, as lines of COPY; and the problems of those that cannot."""
    staged: list[str] = []
    problems: list[ImportProblem] = []
    for raw in chunk:
        try:
            staged.append(staged_line(job, raw, task_type))
        except RecordProblem as problem:
            problems.append(
                ImportProblem(item_import=job, line=raw.line, message=str(problem)[:500])
            )
    return staged, problems


def staged_line(job: ItemImport, raw: RawRecord, task_type: TaskType) -> str:
    if raw.value is None:
        raise RecordProblem(raw.problem)
    record = item_record(raw.value, task_type)
    fields = (
        str(job.pk),
        str(raw.line),
        record.external_id.translate(COPY_ESCAPES),
        record.prompt_json.replace("\\", r"\\"),
        record.language.translate(COPY_ESCAPES),
        record.metadata_json.replace("\\", r"\\"),
        record.responses_json.replace("\\", r"\\"),
        record.content_sha256,
        record.hashes_json.replace("\\", r"\\"),
    )
    return "\t".join(fields) + "\n"


def copy_staged(lines: list[str]) -> None:
    if not lines:
        return
    # Django translates the errors of its own methods only, and COPY is none of them.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(STAGE, io.BytesIO("".join(lines).encode()), COPY_BUFFER)


def check_and_publish(job: ItemImport) -> None:
    """Turn staged rows into items in one transaction, or note every id used for two contents."""
    names = {"import": job.pk, "campaign": job.campaign_id}
    with transaction.atomic(), connection.cursor() as cursor:
        # Two imports into one campaign publish one after the other, or both would pass the check.
        Campaign.objects.select_for_update(no_key=True).get(pk=job.campaign_id)
        cursor.execute(CONFLICTS_IN_FILE, names)
        cursor.execute(CONFLICTS_WITH_CAMPAIGN, names)
        if not job.problems.exists():
            cursor.execute(PUBLISH_ITEMS, names)
            job.created_count = cursor.fetchone()[0]
            job.unchanged_count = job.staged.count() - job.created_count
            job.published_at = timezone.now()
            job.save(update_fields=["created_count", "unchanged_count", "published_at"])
            job.staged.all().delete()
    if job.published_at is None:
        fail_with_problems(job)


def fail_with_problems(job: ItemImport) -> None:
    job.error_count = job.problems.count()
    job.save(update_fields=["error_count"])
    lines = "1 line" if job.error_count == 1 else f"{job.error_count} lines"
    more = " or more" if job.error_count >= MOST_PROBLEMS else ""
    raise JobFailed(f"{lines}{more} could not be read. Nothing was imported.")
