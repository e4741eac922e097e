"""`python -m bench.worker import|plan|export|extract …`: a job in a process of its own.

So its memory shows. Prints JSON with seconds, the peak of the resident set, and CPU.
"""

import json
import os
import sys
import time
from collections.abc import Callable
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


def extract(slug: str) -> int:
    """The reader of analyses on all of a campaign; returns the judgments read."""
    from analysis.arrays import extent_now, judged
    from annotation.models import Campaign

    campaign = Campaign.objects.get(slug=slug)
    found = judged(campaign, extent_now(campaign))
    wanted = found.judgments * len(campaign.criterion_keys)
    if len(found.comparisons) != wanted:
        raise SystemExit(f"{len(found.comparisons)} comparisons were read and not {wanted}.")
    return found.judgments


def main() -> None:
    django.setup()
    # A worker has long imported what its jobs need.
    if sys.argv[1] == "export":
        import exports.tasks  # noqa: F401
    if sys.argv[1] == "extract":
        import analysis.tasks  # noqa: F401
    begun = time.perf_counter()
    what, slug, *rest = sys.argv[1:]
    ways: dict[str, Callable[[], int]] = {
        "plan": lambda: plan(slug),
        "extract": lambda: extract(slug),
        "export": lambda: export(slug, rest[0]),
        "import": lambda: import_file(slug, Path(rest[0])),
    }
    rows = ways[what]()
    seconds = time.perf_counter() - begun
    own = os.getpid()
    found = {"rows": rows, "seconds": seconds, "peak_rss_mb": peak_rss_mb(own)}
    print(json.dumps({**found, "cpu_ms": cpu_ms(own)}))


if __name__ == "__main__":
    main()
