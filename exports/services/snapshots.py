"""Making a snapshot: frozen at once, written in shards, published whole or not at all."""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from annotation.enums import JobState
from annotation.models import Campaign
from annotation.services.jobs import (
    JobCancelled,
    JobFailed,
    JobWaits,
    end_job,
    record_called_off,
    report_progress,
    request_cancel,
    run_job,
)
from exports.documentation import Dataset, write_documentation
from exports.enums import FreeText, Pseudonyms, SnapshotFormat, SnapshotState
from exports.errors import Conflict
from exports.formats.written import StoredFile, published_names
from exports.frozen import shelf
from exports.models import Approval, Moment, Snapshot, SnapshotFile, SnapshotShard, Version
from exports.profiles.choices import Choices, choices_body, choices_from
from exports.services.approvals import call_off_waiting, first_state, newest_decision
from exports.services.bounding import check_still_within
from exports.services.derivations import derived_files, each_stored, work_on_derived
from exports.services.deriving import check_derived
from exports.services.freezing import freeze
from exports.services.joining import join_single_rows
from exports.services.ledger import is_as_published, lock_ledger
from exports.services.policies import check_choices
from exports.services.shards import (
    create_shards,
    files_of_shards,
    make_shard,
    steps_of,
)
from exports.services.storing import (
    discard_file,
    discard_files,
    discard_folder,
    discard_moment,
    folder_of,
    store_file,
    why_not_written,
)
from exports.services.telling import record_for_all
from exports.services.work import Pace, work_folder
from exports.tables import SCHEMA_VERSION

logger = logging.getLogger(__name__)

KEY_BYTES = 32
DOCUMENTS = "documents"
WITHDRAWN_MEANWHILE = (
    "Somebody whose rows are in this snapshot withdrew while it was made. Make a new one: it will "
    "be without them."
)
Spread = Callable[[Sequence[int]], None]
Progress = Callable[[int, int], None]


@transaction.atomic
def request_snapshot(
    campaign: Campaign,
    *,
    campaigns: Sequence[Campaign] = (),
    format: str = SnapshotFormat.PARQUET,
    pseudonyms: str = Pseudonyms.PER_RELEASE,
    note: str = "",
    choices: Choices = Choices(),  # noqa: B008 - frozen
    derived: Sequence[Any] = (),
    requested_by: User | None,
) -> Snapshot:
    """Note that a snapshot is wanted; a worker makes it. Its moment is when the work begins.

    `campaigns` are further ones that the same snapshot shall hold, `choices` what becomes of
    people's privacy, `derived` what `exports.derived.read_requests` takes. Raises `Unfit` where
    something of it is not possible.
    """
    covered = {one.pk: one for one in (campaign, *campaigns)}
    check_choices(list(covered.values()), choices, pseudonyms)
    requests = check_derived(list(covered.values()), derived)
    if choices.text == FreeText.REVIEWED:
        choices = replace(choices, reviewed_until=newest_decision())
    moment = Moment.objects.create()
    Version.objects.bulk_create(Version(moment=moment, campaign=one) for one in covered.values())
    keyed = pseudonyms == Pseudonyms.PER_RELEASE
    made = Snapshot.objects.create(
        campaign=campaign,
        moment=moment,
        format=format,
        pseudonyms=pseudonyms,
        note=note,
        choices=choices_body(choices),
        derived=[request.body for request in requests],
        state=first_state(list(covered.values()), choices),
        key=secrets.token_bytes(KEY_BYTES) if keyed else b"",
        schema_version=SCHEMA_VERSION,
        software_version=settings.VERSION,
        created_by=requested_by,
    )
    return recorded(made)


def recorded(wanted: Snapshot) -> Snapshot:
    """Put into the trail that a snapshot was asked for."""
    record_for_all(
        Deed.SNAPSHOT_REQUESTED,
        wanted,
        thing=wanted,
        by=wanted.created_by,
        profile=wanted.choices.get("profile", ""),
        format=wanted.format,
        state=wanted.state,
    )
    return wanted


def request_again(
    snapshot: Snapshot,
    *,
    format: str,
    derived: Sequence[Any] | None = None,
    requested_by: User | None,
) -> Snapshot:
    """Note that the same moment is wanted in a format: same rows, same names, same bytes.

    `derived` are other derived formats than the snapshot's own. Raises `Conflict` where the frozen
    data is gone or may no longer be used, or a rule of tier 1 rules out more of it by now, `Unfit`
    for formats that are not possible.
    """
    if not snapshot.moment.is_frozen:
        raise Conflict(_("This snapshot's data is no longer kept."), code="not-kept")
    if not is_as_published(snapshot.moment):
        raise Conflict(
            _(
                "People in this snapshot have withdrawn since, and what they gave is erased: "
                "the same bytes cannot be made again. Ask for a reissue without them."
            ),
            code="withdrawn",
        )
    wanted = snapshot.derived if derived is None else derived
    campaigns = list(Campaign.objects.filter(dataset_versions__moment=snapshot.moment))
    requests = [request.body for request in check_derived(campaigns, wanted)]
    check_still_within(snapshot.moment, requests)
    note = snapshot.note
    return like(
        snapshot, snapshot.moment, format=format, note=note, derived=requests, by=requested_by
    )


@transaction.atomic
def request_reissue(snapshot: Snapshot, *, requested_by: User | None) -> Snapshot:
    """Note that the same moment is wanted without the people who have withdrawn since.

    It is a version of its own, with the same names for those who stay. Raises `Conflict` where
    nobody has withdrawn, or the frozen data is gone.
    """
    if not snapshot.moment.is_frozen:
        raise Conflict(_("This snapshot's data is no longer kept."), code="not-kept")
    if is_as_published(snapshot.moment):
        raise Conflict(_("Nobody in this snapshot has withdrawn."), code="nobody-withdrawn")
    base = snapshot.moment
    moment = Moment.objects.create(reissue_of=base)
    Version.objects.bulk_create(
        Version(moment=moment, campaign_id=campaign)
        for campaign in base.versions.values_list("campaign", flat=True)
    )
    return like(
        snapshot,
        moment,
        format=snapshot.format,
        note=snapshot.note,
        derived=snapshot.derived,
        by=requested_by,
    )


def like(
    snapshot: Snapshot,
    moment: Moment,
    *,
    format: str,
    note: str,
    derived: Sequence[Any],
    by: User | None,
) -> Snapshot:
    """A request whose people bear the names they have in another snapshot."""
    with transaction.atomic():
        made = Snapshot.objects.create(
            campaign=snapshot.campaign,
            moment=moment,
            format=format,
            pseudonyms=snapshot.pseudonyms,
            note=note,
            choices=snapshot.choices,
            derived=derived,
            state=state_like(snapshot, moment),
            key=snapshot.key,
            schema_version=SCHEMA_VERSION,
            software_version=settings.VERSION,
            created_by=by,
        )
        return recorded(made)


def state_like(snapshot: Snapshot, moment: Moment) -> SnapshotState:
    """The same moment under the same choices needs no second word once it was approved."""
    approval = Approval.objects.filter(snapshot__moment=moment, approved=True)
    if approval.filter(snapshot__choices=snapshot.choices).exists():
        return SnapshotState.QUEUED
    campaigns = list(Campaign.objects.filter(dataset_versions__moment=moment))
    return first_state(campaigns, choices_from(snapshot.choices))


def cancel_snapshot(snapshot: Snapshot) -> None:
    """Call a snapshot off. Raises `Conflict` where it has ended."""
    with transaction.atomic():
        if call_off_waiting(snapshot):
            record_called_off(snapshot)
            return
    request_cancel(snapshot)


def make_snapshot(
    job: Snapshot,
    *,
    spread: Spread | None = None,
    spread_derived: Spread | None = None,
    on_progress: Progress | None = None,
) -> None:
    """The work of a snapshot job, from wherever an earlier attempt left it.

    `spread` sends the shards' ids to other workers, `spread_derived` those of derivations; without
    them, and where there is only one, they are worked on here. Raises `JobWaits` while others are
    at it.
    """
    try:
        freeze_moment(job)
        shards = begin_shards(job, spread)
        work_on_shards(job, shards, spread, on_progress)
        work_on_derived(job, spread_derived)
        publish(job)
    except OSError as error:
        logger.exception("Snapshot %s could not be written", job.pk)
        raise JobFailed(why_not_written(error)) from error


def freeze_moment(job: Snapshot) -> None:
    moment = job.moment
    if moment.is_frozen:
        return
    with work_folder(f"moment-{moment.pk}") as work:
        freeze(moment, work, lambda: report_progress(job, 0))


def begin_shards(job: Snapshot, spread: Spread | None) -> list[SnapshotShard]:
    """The shards, new ones sent out once they are there for everybody."""
    shards = list(job.shards.order_by("number"))
    if shards:
        return shards
    shards = create_shards(job)
    job.as_of = job.moment.as_of
    job.save(update_fields=["as_of"])
    report_progress(job, 0, steps_of(job.moment.rows))
    if spread and len(shards) > 1:
        spread([shard.pk for shard in shards])
    return shards


def work_on_shards(
    job: Snapshot,
    shards: Sequence[SnapshotShard],
    spread: Spread | None,
    on_progress: Progress | None,
) -> None:
    """Return when all are done; raises what ended one otherwise."""
    if spread is None or len(shards) == 1:

        def report(_done: int, _total: int) -> None:
            if on_progress:
                job.refresh_from_db(fields=["steps_done", "steps_total"])
                on_progress(job.steps_done, job.steps_total or 0)

        for shard in shards:
            if not shard.has_ended:
                run_job(SnapshotShard, shard.pk, lambda one: make_shard(one, on_report=report))
                shard.refresh_from_db()
    for shard in shards:
        if shard.state == JobState.FAILED:
            raise JobFailed(shard.error)
        if shard.state == JobState.CANCELLED:
            raise JobCancelled
    if any(shard.state != JobState.DONE for shard in shards):
        raise JobWaits


def publish(job: Snapshot) -> None:
    """Explain the tables, then make all files known in the transaction that ends the job."""
    tables = published_names(join_single_rows(job, files_of_shards(job)))
    frame = shelf.read_frame(job.moment)
    pace = Pace(lambda _done, _total: report_progress(job, job.steps_total or 0), 0)
    derived = derived_files(job, frame, pace.step)
    files: list[StoredFile] = [*tables, *each_stored(derived)]
    discard_folder(f"{folder_of(job)}/{DOCUMENTS}")
    with work_folder(f"documents-{job.pk}") as work:
        made = [one for one, _file in derived]
        dataset = Dataset(job, frame, list(files), pace.step, made)
        for file in write_documentation(dataset, work):
            files.append(store_file(job, file, DOCUMENTS))
            report_progress(job, job.steps_total or 0)
    with transaction.atomic():
        # The last moment to call it off: after this lock a request finds the job ended.
        if Snapshot.objects.select_for_update().get(pk=job.pk).cancel_requested:
            raise JobCancelled
        lock_ledger()
        if not is_as_published(job.moment):
            raise JobFailed(WITHDRAWN_MEANWHILE)
        SnapshotFile.objects.bulk_create(
            SnapshotFile(
                snapshot=job,
                name=file.name,
                table=file.table,
                bytes=file.bytes,
                rows=file.rows,
                sha256=file.sha256,
                stored_name=file.stored_name,
            )
            for file in files
        )
        end_job(job, JobState.DONE)
    discard_spare(job, tables)


def discard_spare(job: Snapshot, published: list[StoredFile]) -> None:
    """Remove parts of tables that were not published: without rows, or put together with others."""
    kept = {file.stored_name for file in published}
    for file in files_of_shards(job):
        if file.stored_name not in kept:
            discard_file(file.stored_name)


def discard_unpublished(pk: int) -> None:
    """Remove what a snapshot that ended without success may have left in storage.

    Its moment goes too, unless another snapshot of it is or may yet be published.
    """
    snapshot = (
        Snapshot.objects.select_related("moment")
        .filter(pk=pk, state__in=(JobState.FAILED, JobState.CANCELLED))
        .first()
    )
    if snapshot is None:
        return
    discard_files(snapshot)
    wanted = (JobState.DONE, JobState.RUNNING, JobState.QUEUED)
    if not snapshot.moment.snapshots.filter(state__in=wanted).exists():
        discard_moment(snapshot.moment)
