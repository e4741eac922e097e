"""A campaign's dataset in a folder, made by the same service as everywhere."""

import json
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotation.enums import JobState
from annotation.errors import Unfit
from annotation.models import Campaign
from annotation.services.jobs import end_job, run_job
from exports.derived import FORMATS
from exports.downloads import open_published
from exports.enums import Pseudonyms, SnapshotFormat
from exports.models import Snapshot
from exports.services.snapshots import discard_unpublished, make_snapshot, request_snapshot


class Command(BaseCommand):
    help = "Make a snapshot of a campaign and copy its files into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", help="the campaign's slug")
        parser.add_argument(
            "--format", choices=SnapshotFormat.values, default=SnapshotFormat.PARQUET.value
        )
        parser.add_argument("--out", required=True, type=Path, help="an empty or new folder")
        parser.add_argument(
            "--pseudonyms", choices=Pseudonyms.values, default=Pseudonyms.PER_RELEASE.value
        )
        parser.add_argument(
            "--training",
            action="append",
            default=[],
            metavar="FORMAT",
            help="a derived format besides the tables, as often as wanted: one of "
            f"{', '.join(FORMATS)}; or JSON with its options, such as "
            '\'{"format": "trl-preference", "mode": "soft", "test_share": 0.1}\'',
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f'There is no campaign "{options["campaign"]}".')
        out = prepared_folder(options["out"])
        snapshot = self.requested(campaign, options)
        self.make(snapshot)
        copy_files(snapshot, out)
        self.stdout.write(f"Snapshot {snapshot.pk} of {campaign.slug}: {out}")
        for file in snapshot.files.all():
            rows = "" if file.rows is None else f"{file.rows:,} rows"
            self.stdout.write(f"  {file.name:<24} {file.bytes:>15,} bytes  {rows}".rstrip())

    def requested(self, campaign: Campaign, options: dict[str, Any]) -> Snapshot:
        try:
            return request_snapshot(
                campaign,
                format=options["format"],
                pseudonyms=options["pseudonyms"],
                derived=[derived_body(text) for text in options["training"]],
                requested_by=None,
            )
        except Unfit as problem:
            raise CommandError(" ".join(problem.fields.values())) from problem

    def make(self, snapshot: Snapshot) -> None:
        """Do the work here and now; raises `CommandError` with the reason where it fails."""
        progress = ProgressLines(self)
        try:
            run_job(
                Snapshot,
                snapshot.pk,
                lambda job: make_snapshot(job, on_progress=progress.show),
            )
        except KeyboardInterrupt:
            end_job(snapshot, JobState.CANCELLED)
            raise CommandError("Called off; nothing was published.") from None
        finally:
            discard_unpublished(snapshot.pk)
        snapshot.refresh_from_db()
        if snapshot.state != JobState.DONE:
            raise CommandError(snapshot.error or f"The snapshot is {snapshot.state}.")


def derived_body(text: str) -> Any:
    """What `--training` names: a format's key, or JSON with its options."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandError(f"--training is no JSON: {error}.") from error


class ProgressLines:
    """One line at every further tenth."""

    def __init__(self, command: BaseCommand) -> None:
        self._command = command
        self._tenth = -1

    def show(self, done: int, total: int) -> None:
        tenth = done * 10 // total if total else 10
        if tenth > self._tenth:
            self._tenth = tenth
            self._command.stderr.write(f"{tenth * 10:>3} %  {done:,} of {total:,} rows done")


def prepared_folder(folder: Path) -> Path:
    """The folder, made where it is missing; one that holds something is refused."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        occupied = any(folder.iterdir())
    except OSError as error:
        raise CommandError(f"{folder} cannot be used: {error.strerror}.") from error
    if occupied:
        raise CommandError(f"{folder} is not empty; nothing was written. Name another folder.")
    return folder.resolve()


def copy_files(snapshot: Snapshot, out: Path) -> None:
    """Copy what was published; after an error nothing incomplete stays in the folder."""
    try:
        for file in snapshot.files.all():
            (out / file.name).parent.mkdir(exist_ok=True)
            with open_published(file) as source, (out / file.name).open("wb") as target:
                shutil.copyfileobj(source, target)
    except OSError as error:
        for file in snapshot.files.all():
            (out / file.name).unlink(missing_ok=True)
        for folder in out.iterdir():
            folder.rmdir()
        raise CommandError(f"{out} could not be filled: {error.strerror}.") from error
