"""Bringing a file of items into a campaign: read and checked whole, then published at once."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.enums import ItemFormat
from annotation.errors import Unfit
from annotation.models import Campaign, ItemImport, Job
from annotation.services.given_files import Content, refuse_closed, stored
from annotation.services.item_columns import clean_columns
from annotation.services.jobs import JobCancelled, JobFailed, report_progress
from annotation.services.joined_sets import joined_as_sets
from annotation.services.planning import plan_span
from annotation.services.staging import (
    discard_staged,
    fail_with_problems,
    stage_file,
    steps_after,
)

# Published in one transaction, but in portions, between which progress can be told.
ITEMS_AT_ONCE = 10_000

# Statistics of staged rows are always behind. No statement below joins two large sets in a way
# that the planner could choose wrongly: by windows, by look-ups in an index, by ranges of ids, or
# as sets.
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
# An answer to what is not asked could never be given.
REFUSE_UNASKED_CHECKS = """
INSERT INTO annotation_importproblem (item_import_id, line, message)
SELECT %(import)s, line, '`check` names a criterion that this campaign does not have.'
FROM annotation_stageditem
WHERE item_import_id = %(import)s AND check_answers IS NOT NULL
  AND NOT ARRAY(SELECT jsonb_object_keys(check_answers)) <@ %(criteria)s::text[]
"""
PUBLISH_ITEMS = """
INSERT INTO annotation_item (id, campaign_id, external_id, prompt, language, metadata,
                             content_sha256, content_hashes, check_answers, characters, created_at)
SELECT item_id, %(campaign)s, external_id, prompt, language, metadata,
       content_sha256, content_hashes, check_answers, characters, now()
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
UPDATE {table} SET steps_done = %s, heartbeat_at = %s WHERE id = %s
RETURNING cancel_requested
"""


def request_import(
    campaign: Campaign,
    *,
    content: Content,
    file_name: str,
    format: str = ItemFormat.AUTO,
    columns: str | Mapping[str, Any] = "",
    requested_by: User | None,
) -> ItemImport:
    """Keep the file and note that it is to be imported; a worker does the rest.

    The file is streamed to storage, unless it lies there. `columns` says which column of a table
    is which field, as a mapping or as "prompt=question, …". Raises `Conflict` for a closed
    campaign, and `Unfit`.
    """
    refuse_closed(campaign)
    if format not in ItemFormat.values:
        raise Unfit(
            _("This is not a format of item files."),
            fields={
                "format": _("Must be one of %(known)s.") % {"known": ", ".join(ItemFormat.values)}
            },
        )
    named = clean_columns(columns, format)
    with stored(campaign, content) as stored_name, transaction.atomic():
        job = ItemImport.objects.create(
            campaign=campaign,
            stored_name=stored_name,
            file_name=file_name[:200],
            format=format,
            columns=named,
            steps_total=default_storage.size(stored_name) * ItemImport.PASSES,
            created_by=requested_by,
        )
        record(
            Deed.ITEMS_IMPORTED,
            campaign=campaign,
            thing=job,
            by=requested_by,
            file=job.file_name,
        )
    return job


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
        with joined_as_sets(cursor):
            cursor.execute(TAKE_OUT_REPEATED, names)
            if job.campaign.items.exists():
                cursor.execute(TAKE_OUT_KNOWN, names)
        cursor.execute(REFUSE_UNASKED_CHECKS, {**names, "criteria": job.campaign.criterion_keys})
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
def progress_beside(job: Job) -> Iterator[Callable[[int], None]]:
    """Reports that others see while a transaction is open, as they go by a connection of their own.

    Like `report_progress`, a report raises `JobCancelled` where somebody asked for that. The
    transaction itself must not have changed the job's row.
    """
    beside = connection.copy()
    statement = REPORT.format(table=job._meta.db_table)

    def report(done: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(statement, [done, timezone.now(), job.pk])
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
