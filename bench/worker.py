"""`python -m bench.worker import|plan|export …`: a job in a process of its own, so memory shows.

Prints JSON with seconds, the peak of the resident set, and CPU.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

from bench.processes import cpu_ms, peak_rss_mb


def import_file(slug: str, path: Path) -> int:
    """The import job of the product, with the file kept as an upload is; returns its rows."""
    from django.core.files.base import File

    from annotation.enums import JobState
    from annotation.models import Campaign, ItemImport
    from annotation.services.imports import import_items, request_import
    from annotation.services.jobs import run_job

    campaign = Campaign.objects.get(slug=slug)
    with path.open("rb") as file:
        job = request_import(
            campaign, content=File(file), file_name=path.name, requested_by=campaign.owner
        )
    run_job(ItemImport, job.pk, import_items)
    job.refresh_from_db()
    if job.state != JobState.DONE:
        raise SystemExit(f"The import ended as {job.state}: {job.error}")
    return job.created_count


def plan(slug: str) -> int:
    """The planner of the product on all of a campaign; returns the cells."""
    from annotation.models import Campaign, Coverage
    from annotation.services.planning import plan_coverage

    campaign = Campaign.objects.get(slug=slug)
    plan_coverage(campaign)
    return Coverage.objects.filter(stratum__campaign=campaign).count()


def export(slug: str, format: str) -> int:
    """A snapshot of the product, all of it in this process; returns its judgments."""
    from annotation.enums import JobState
    from annotation.models import Campaign
    from annotation.services.jobs import run_job
    from exports.models import Snapshot
    from exports.services.snapshots import make_snapshot, request_snapshot

    campaign = Campaign.objects.get(slug=slug)
    job = request_snapshot(campaign, format=format, requested_by=campaign.owner)
    run_job(Snapshot, job.pk, make_snapshot)
    job.refresh_from_db()
    if job.state != JobState.DONE:
        raise SystemExit(f"The snapshot ended as {job.state}: {job.error}")
    return sum(file.rows or 0 for file in job.files.filter(table="judgments"))


def main() -> None:
    django.setup()
    if sys.argv[1] == "export":
        import exports.tasks  # noqa: F401 - a worker has long imported it
    begun = time.perf_counter()
    what, slug, *rest = sys.argv[1:]
    if what == "plan":
        rows = plan(slug)
    else:
        rows = export(slug, rest[0]) if what == "export" else import_file(slug, Path(rest[0]))
    seconds = time.perf_counter() - begun
    own = os.getpid()
    found = {"rows": rows, "seconds": seconds, "peak_rss_mb": peak_rss_mb(own)}
    print(json.dumps({**found, "cpu_ms": cpu_ms(own)}))


if __name__ == "__main__":
    main()
