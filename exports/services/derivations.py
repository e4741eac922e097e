"""Making the derived formats of a snapshot: one request is a job, so that workers share them.

They are made once all shards have fetched what they hold. Where nobody is there to share, or one
request is all there is, the job that publishes makes them itself, in one pass over the rows.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from annotation.enums import JobState
from annotation.services.jobs import JobCancelled, JobFailed, JobWaits, report_progress
from exports.derived import (
    Made,
    OptionProblem,
    Request,
    read_request,
    read_requests,
    write_companions,
    write_derived,
    write_requests,
)
from exports.formats.written import StoredFile, written_file
from exports.frozen import shelf
from exports.frozen.frame import Frame
from exports.models import Derivation, Snapshot
from exports.release import ShardRelease
from exports.services.shards import keep_snapshot_alive
from exports.services.storing import discard_folder, folder_of, store_file, why_not_written
from exports.services.work import Pace, work_folder
from exports.tables import Column, Kind

logger = logging.getLogger(__name__)

DERIVED = "derived"
COMPANIONS = f"{DERIVED}/companions"
Spread = Callable[[Sequence[int]], None]
Done = tuple[Made, StoredFile]


def work_on_derived(job: Snapshot, spread: Spread | None) -> None:
    """Give the requests to other workers, where there are any of both; return when all are done.

    Raises `JobWaits` while others are at it, and otherwise what ended one.
    """
    derivations = list(Derivation.objects.filter(snapshot=job).order_by("number"))
    if not derivations and spread and len(job.derived) > 1:
        derivations = Derivation.objects.bulk_create(
            Derivation(snapshot=job, number=number) for number in range(len(job.derived))
        )
        spread([one.pk for one in derivations])
    for one in derivations:
        if one.state == JobState.FAILED:
            raise JobFailed(one.error)
        if one.state == JobState.CANCELLED:
            raise JobCancelled
    if any(one.state != JobState.DONE for one in derivations):
        raise JobWaits


def make_derivation(derivation: Derivation) -> None:
    """The work of one request: its files from all shards, brought to storage, not published yet.

    Raises `JobFailed` where it matches nothing in what is released.
    """
    snapshot = Snapshot.objects.select_related("moment").get(pk=derivation.snapshot_id)

    def report(_done: int, _total: int) -> None:
        report_progress(derivation, 0)
        keep_snapshot_alive(snapshot.pk)

    own = f"{DERIVED}/{derivation.number:05d}"
    folder = f"{folder_of(snapshot)}/{own}"
    discard_folder(folder)
    try:
        pace = Pace(report, 0)
        request = read_request(snapshot.derived[derivation.number])
        frame = shelf.read_frame(snapshot.moment)
        with work_folder(f"derivation-{derivation.pk}") as work:
            found = write_requests([request], releases(snapshot, frame), work, pace.step)
            files = [stored(snapshot, made, own) for _request, made in found]
    except OptionProblem as problem:
        discard_folder(folder)
        raise JobFailed(problem.message) from problem
    except OSError as error:
        discard_folder(folder)
        logger.exception("Derivation %s of snapshot %s failed", derivation.number, snapshot.pk)
        raise JobFailed(why_not_written(error)) from error
    except (JobCancelled, JobFailed):
        discard_folder(folder)
        raise
    derivation.files = [done_body(one) for one in files]
    derivation.bounds = snapshot.moment.bounds
    derivation.save(update_fields=["files", "bounds"])


def derived_files(job: Snapshot, frame: Frame, alive: Callable[[], None]) -> list[Done]:
    """All derived files in storage: those that workers have made, or made here and now.

    Raises `JobFailed` where a request matches nothing in what is released.
    """
    requests = read_requests(job.derived)
    derivations = list(Derivation.objects.filter(snapshot=job).order_by("number"))
    if derivations:
        return gathered(job, requests, derivations)
    discard_folder(f"{folder_of(job)}/{DERIVED}")
    if not requests:
        return []
    with work_folder(f"derived-{job.pk}") as work:
        try:
            found = write_derived(requests, releases(job, frame), work, alive)
            return [stored(job, made, DERIVED) for made in found]
        except OptionProblem as problem:
            discard_folder(f"{folder_of(job)}/{DERIVED}")
            raise JobFailed(problem.message) from problem


def gathered(
    job: Snapshot, requests: Sequence[Request], derivations: Sequence[Derivation]
) -> list[Done]:
    """What the derivations have made, and the files that serve several of them."""
    made = [
        (request, done_from(body))
        for request, one in zip(requests, derivations, strict=True)
        for body in one.files
    ]
    discard_folder(f"{folder_of(job)}/{COMPANIONS}")
    with work_folder(f"derived-{job.pk}") as work:
        written = write_companions([(request, one) for request, (one, _file) in made], work)
        companions = [stored(job, one, COMPANIONS) for one in written]
    return [*(done for _request, done in made), *companions]


def releases(job: Snapshot, frame: Frame) -> list[ShardRelease]:
    return [ShardRelease(job, frame, number) for number in range(job.moment.shards)]


def stored(job: Snapshot, made: Made, folder: str) -> Done:
    table = "" if made.rows is None else made.key
    return made, store_file(job, written_file(made.path, table=table, rows=made.rows), folder)


def done_body(done: Done) -> dict[str, Any]:
    """A file in storage and what it is, as JSON."""
    made, file = done
    columns = [{**asdict(one), "kind": one.kind.name} for one in made.columns]
    return {
        "made": {**asdict(made), "path": made.path.name, "columns": columns},
        "file": asdict(file),
    }


def done_from(body: dict[str, Any]) -> Done:
    """What `done_body` wrote down."""
    columns = tuple(Column(**{**one, "kind": Kind[one["kind"]]}) for one in body["made"]["columns"])
    made = Made(**{**body["made"], "path": Path(body["made"]["path"]), "columns": columns})
    return made, StoredFile(**body["file"])


def derivations_have_ended(snapshot_pk: int) -> bool:
    """Whether no request is under way any more, or one has failed so that the others need not be.

    So it is, too, where there are none.
    """
    derivations = Derivation.objects.filter(snapshot=snapshot_pk)
    if derivations.filter(state__in=(JobState.FAILED, JobState.CANCELLED)).exists():
        return True
    return not derivations.exclude(state=JobState.DONE).exists()


def each_stored(files: Sequence[Done]) -> Iterator[StoredFile]:
    return (file for _made, file in files)
