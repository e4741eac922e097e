"""The first pass of an import: a file's records, checked, into staged rows."""

import io
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from annotation.enums import ItemFormat
from annotation.errors import ItemFileError
from annotation.item_formats import detect_format, detect_table
from annotation.item_formats.ahead import chunks_read_ahead
from annotation.item_formats.chunks import Chunk, ChunkRequest, read_chunks
from annotation.models import ImportProblem, ItemImport
from annotation.services.jobs import JobFailed, report_progress

MOST_PROBLEMS = 1000
# A longer file is read by a process of its own, which takes a moment to start.
READ_AHEAD_FROM = 16 * 1024 * 1024

# Ids are given when records are staged, so that publishing has nothing to look up.
RESERVE_IDS = """
SELECT nextval(pg_get_serial_sequence('annotation_item', 'id')) FROM generate_series(1, %s)
"""
# COPY takes rows several times as fast as INSERT; all of a chunk or nothing of it is stored.
STAGE_ITEMS = """
COPY annotation_stageditem (item_id, item_import_id, line, external_id, prompt, language, metadata,
                            content_sha256, content_hashes, check_answers, characters)
FROM STDIN
"""
STAGE_RESPONSES = """
COPY annotation_stagedresponse (item_id, item_import_id, external_id, content, model, metadata,
                                content_sha256, position)
FROM STDIN
"""


def stage_file(job: ItemImport) -> None:
    """Read the file into staged rows, chunk by chunk; a resumed job passes over what it has.

    Raises `JobFailed` where there is nothing in the file that could be read.
    """
    with default_storage.open(job.stored_name) as stored:
        file = cast(BinaryIO, stored)
        try:
            name = job.format if job.format != ItemFormat.AUTO else found_out(job, file)
        except ItemFileError as error:
            ImportProblem.objects.create(item_import=job, line=error.line, message=error.message)
            fail_with_problems(job)
        if not can_go_on(job):
            begin_staging(job, name)
        with closing(checked_chunks(job, file)) as chunks:
            stage_chunks(job, chunks)


def found_out(job: ItemImport, file: BinaryIO) -> str:
    """The file's format; where columns are named it is a table. Raises `ItemFileError`."""
    return detect_table(file) if job.columns else detect_format(file)


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


def checked_chunks(job: ItemImport, file: BinaryIO) -> Generator[Chunk]:
    """The file chunk by chunk; a long one is checked beside, while the database stores."""
    request = ChunkRequest(
        job.format,
        job.task_type,
        job.pk,
        job.records_read,
        settings.IMPORT_MAX_LINE_BYTES,
        job.columns,
    )
    path = path_of_long_file(job)
    yield from chunks_read_ahead(path, request) if path else read_chunks(file, request)


def path_of_long_file(job: ItemImport) -> str:
    """Where another process of this machine finds the file, if that is worth one; or ""."""
    try:
        path = default_storage.path(job.stored_name)
    except NotImplementedError:  # a bucket
        return ""
    return path if default_storage.size(job.stored_name) >= READ_AHEAD_FROM else ""


def stage_chunks(job: ItemImport, chunks: Iterator[Chunk]) -> None:
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
        copy_staged(chunk)
        ImportProblem.objects.bulk_create(
            ImportProblem(item_import=job, line=line, message=message)
            for line, message in chunk.problems
        )
        job.records_read += chunk.records
        job.error_count += len(chunk.problems)
        job.save(update_fields=["records_read", "error_count"])
        report_progress(job, min(chunk.end, steps_after(job, 1, 0, 1)))


def copy_staged(chunk: Chunk) -> None:
    if not chunk.items:
        return
    with connection.cursor() as cursor:
        cursor.execute(RESERVE_IDS, [len(chunk.items)])
        ids = [str(row[0]) for row in cursor.fetchall()]
    copy_lines(STAGE_ITEMS, [id + line for id, line in zip(ids, chunk.items, strict=True)])
    responses = zip(ids, chunk.responses, strict=True)
    copy_lines(STAGE_RESPONSES, [id + line for id, lines in responses for line in lines])


def copy_lines(statement: str, lines: list[str]) -> None:
    encoded = "".join(lines).encode()
    # Django translates the errors of its own methods only, and COPY is none of them.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, io.BytesIO(encoded), len(encoded))


def steps_after(job: ItemImport, passes: int, done: int, total: int) -> int:
    """Steps done after some whole passes and a part of the next one."""
    size = (job.steps_total or 0) // job.PASSES
    return size * passes + size * done // total


def fail_with_problems(job: ItemImport) -> None:
    """End the job with what was found wrong in its file."""
    job.error_count = job.problems.count()
    job.save(update_fields=["error_count"])
    lines = "1 line" if job.error_count == 1 else f"{job.error_count} lines"
    more = " or more" if job.error_count >= MOST_PROBLEMS else ""
    raise JobFailed(f"{lines}{more} could not be read. Nothing was imported.")
