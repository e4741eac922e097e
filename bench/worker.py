"""`python -m bench.worker import|plan …`: one job in its own process, so that its memory shows.

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


def main() -> None:
    django.setup()
    begun = time.perf_counter()
    rows = (
        plan(sys.argv[2]) if sys.argv[1] == "plan" else import_file(sys.argv[2], Path(sys.argv[3]))
    )
    seconds = time.perf_counter() - begun
    own = os.getpid()
    found = {"rows": rows, "seconds": seconds, "peak_rss_mb": peak_rss_mb(own)}
    print(json.dumps({**found, "cpu_ms": cpu_ms(own)}))


if __name__ == "__main__":
    main()
