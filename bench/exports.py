"""Snapshots against `COPY (the same join) TO STDOUT`, and two workers against one."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from django.db import connection

from annotation.models import Campaign
from bench.crowds import judged_campaign
from bench.figures import Rate
from bench.installation import Services, children_of_supervisor, running
from bench.jobs import LONGEST_JOB, in_own_process, middle

# What the table of judgments needs, joined by the database.
JOIN = """
COPY (
    SELECT j.id, i.external_id, a.pseudonym, s.key, p.version, d.version, g.version, j.task_type,
        j.presented_order, j.answers, j.reason, j.confidence, j.is_repeat, j.supersedes_id,
        later.id, j.after_lease, j.active_ms, j.elapsed_ms, j.language, j.submitted_at,
        j.acceptable, j.spans, j.assignment_id, j.strategy, j.propensity, j.content_hashes,
        j.software_version
    FROM annotation_judgment j
    JOIN annotation_item i ON i.id = j.item_id
    JOIN accounts_annotator a ON a.id = j.annotator_id
    JOIN annotation_stratum s ON s.id = j.stratum_id
    JOIN accounts_profile p ON p.id = j.profile_id
    JOIN accounts_consent c ON c.id = j.consent_id
    JOIN accounts_consentdocument d ON d.id = c.document_id
    JOIN annotation_guideline g ON g.id = j.guideline_id
    LEFT JOIN annotation_judgment later ON later.supersedes_id = j.id
    WHERE j.campaign_id = %(campaign)s
    ORDER BY j.id
) TO STDOUT
"""
FORMATS = ("parquet", "jsonl")


class Nowhere:
    """A file that keeps nothing."""

    def write(self, data: Any) -> int:
        return len(data)


def measure_exports(services: Services, judgments: int, repeats: int) -> dict[str, Rate]:
    """Judgments a second: of COPY, of whole snapshots at a tenth and in full, and by workers.

    COPY and snapshots take turns, so that other load weighs on both alike.
    """
    less = judged_campaign(judgments // 10)
    whole = judged_campaign(judgments)
    count = whole.judgments.count()
    found: dict[str, list[Rate]] = {}
    for _round in range(repeats):
        found.setdefault("copy", []).append(copy_join(whole, count))
        for format in FORMATS:
            what = f"snapshot, {format}, {count:,} judgments"
            rate = in_own_process(services, what, "export", whole.slug, format)
            found.setdefault(format, []).append(rate)
        for workers in (1, 2):
            rate = by_workers(services, whole, count, workers)
            found.setdefault(f"workers-{workers}", []).append(rate)
        with on_one_core(services):
            rate = by_workers(services, whole, count, 1)
        found.setdefault("one-core", []).append(replace(rate, what=f"{rate.what}, all on one core"))
    for format in FORMATS:
        what = f"snapshot, {format}, {judgments // 10:,} judgments"
        rate = in_own_process(services, what, "export", less.slug, format)
        found[f"less-{format}"] = [rate]
    return {name: middle(rates) for name, rates in found.items()}


def copy_join(campaign: Campaign, count: int) -> Rate:
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        statement = cursor.mogrify(JOIN, {"campaign": campaign.pk}).decode()
        cursor.copy_expert(statement, Nowhere())
    return Rate("COPY (the judgments' join) TO STDOUT", count, time.perf_counter() - begun)


def by_workers(services: Services, campaign: Campaign, count: int, workers: int) -> Rate:
    """A Parquet snapshot by so many Celery workers of one process each, from request to files."""
    from exports.services.snapshots import request_snapshot
    from exports.tasks import start_snapshot

    with ExitStack() as stack:
        for number in range(workers):
            stack.enter_context(
                running(services.folder, worker_command(services, number), f"export-{number}")
            )
        time.sleep(8)  # it takes a moment until they listen
        begun = time.perf_counter()
        snapshot = request_snapshot(campaign, requested_by=None)
        start_snapshot(snapshot)
        while not snapshot.has_ended:
            time.sleep(0.05)
            snapshot.refresh_from_db()
            if time.perf_counter() - begun > LONGEST_JOB:
                break
        seconds = time.perf_counter() - begun
    if snapshot.state != "done":
        raise RuntimeError(f"The snapshot is {snapshot.state}: {snapshot.error}")
    what = f"snapshot, parquet, {workers} worker{'s' if workers > 1 else ''} of one process"
    return Rate(what, count, seconds)


@contextmanager
def on_one_core(services: Services) -> Iterator[None]:
    """Confine what is started meanwhile, and the database's new connections, to one core.

    A worker and the database's work for it share two cores otherwise; a second worker then has
    hardly anything left, and says nothing of how the work divides.
    """
    everywhere = os.sched_getaffinity(0)
    one = {min(everywhere)}
    for pid in (0, services.database_pid):
        os.sched_setaffinity(pid, one)
    try:
        yield
    finally:
        for pid in (0, services.database_pid):
            os.sched_setaffinity(pid, everywhere)


def worker_command(services: Services, number: int) -> list[str]:
    """The supervisor's own command for a worker, with one process."""
    command = list(children_of_supervisor(services.folder, 0)[1].command)
    command[command.index("--concurrency") + 1] = "1"
    command[command.index("--hostname") + 1] = f"export-{number}@%h"
    return command
