"""What changed between two snapshots: at once where they are small, else by a worker.

The answer is of two moments, which never change: a worker's is kept for whoever asks next.
"""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from annotation.enums import JobState
from annotation.kept import in_readers_language
from annotation.services.jobs import report_progress
from exports.errors import Conflict
from exports.models import Comparison, Moment, Snapshot
from exports.services.versions import Difference, check_kept, difference, difference_of

# Of both moments together: reading so many numbers takes some hundredths of a second.
LIVE_JUDGMENTS = 50_000
MOST_LISTED = 100_000
Send = Callable[[Comparison], None]


def compare(
    older: Snapshot, newer: Snapshot, *, send: Send, requested_by: User | None
) -> dict[str, Any] | Comparison:
    """What changed, or the job that finds out; `send` hands a new one to the workers.

    Raises `Conflict` where one's frozen data is gone, and once where the job failed: asked again,
    it is tried again.
    """
    check_kept(older, newer)
    if judgments_in(older.moment) + judgments_in(newer.moment) <= LIVE_JUDGMENTS:
        return told(difference(older, newer))
    job, is_new = Comparison.objects.get_or_create(
        older=older.moment, newer=newer.moment, defaults={"created_by": requested_by}
    )
    job.older, job.newer = older.moment, newer.moment
    if is_new:
        send(job)
    if job.state == JobState.FAILED or is_outdated(job):
        job.delete()
        if job.error:
            raise Conflict(in_readers_language(job.error), code="comparison-failed")
        return compare(older, newer, send=send, requested_by=requested_by)
    return job.body if job.state == JobState.DONE and job.body is not None else job


def is_outdated(job: Comparison) -> bool:
    """Whether frozen data has been written anew since it was compared."""
    frozen = [one.frozen_at for one in (job.older, job.newer) if one.frozen_at]
    return job.finished_at is not None and any(one > job.finished_at for one in frozen)


def judgments_in(moment: Moment) -> int:
    return int(moment.rows.get("judgments", 0))


def make_comparison(job: Comparison) -> None:
    """The work of a comparison."""
    total = judgments_in(job.older) + judgments_in(job.newer)
    done = 0
    report_progress(job, 0, total)

    def step(rows: int) -> None:
        nonlocal done
        # Two columns are read of each.
        done += rows
        report_progress(job, done // 2)

    job.body = told(difference_of(job.older, job.newer, step))
    job.save(update_fields=["body"])


def told(found: Difference) -> dict[str, Any]:
    """Counts, with the lowest numbers of the judgments concerned."""
    kinds = {
        "added": found.added,
        "superseded": found.superseded,
        "withdrawn": found.withdrawn,
    }
    return {
        **{
            kind: {"count": len(ids), "judgment_ids": ids[:MOST_LISTED].tolist()}
            for kind, ids in kinds.items()
        },
        "items_added": found.items_added,
        "people_added": found.people_added,
        "people_withdrawn": found.people_withdrawn,
    }
