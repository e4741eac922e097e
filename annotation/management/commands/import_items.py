"""manage.py import_items CAMPAIGN FILE [--format auto] [--columns prompt=question …]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from annotation.enums import ItemFormat, JobState
from annotation.errors import Unfit
from annotation.models import Campaign, ItemImport
from annotation.services.imports import import_items, request_import
from annotation.services.jobs import run_job

PROBLEMS_SHOWN = 20


class Command(BaseCommand):
    help = "Import a file of items into a campaign: all of it, or nothing and the errors by line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="The campaign's slug.")
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=ItemFormat.values, default=ItemFormat.AUTO)
        parser.add_argument(
            "--columns",
            nargs="*",
            metavar="NAME=COLUMN",
            default=[],
            help="For a table with other columns: which of them is id, prompt, response_1 …, "
            "model_1 …, language and metadata, which can be named several times.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']!r}.")
        job = self.request(campaign, options["file"], options["format"], options["columns"])
        # The same job as a worker's, run here: the command ends when the import has.
        run_job(ItemImport, job.pk, import_items)
        job.refresh_from_db()
        if job.state != JobState.DONE:
            self.show_problems(job)
            raise CommandError(job.error or "The import was called off.")
        self.stdout.write(
            f"{campaign.slug}: {job.created_count} items imported, "
            f"{job.unchanged_count} were there already ({job.format})."
        )

    def request(
        self, campaign: Campaign, path: Path, format: str, columns: list[str]
    ) -> ItemImport:
        try:
            with path.open("rb") as file:
                return request_import(
                    campaign,
                    content=File(file),
                    file_name=path.name,
                    format=format,
                    # A line each, as names of columns may have commas in them.
                    columns="".join(f"{one}\n" for one in columns),
                    requested_by=None,
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Unfit as error:
            told = "; ".join(f"{field}: {message}" for field, message in error.fields.items())
            raise CommandError(f"{error.message} {told}") from error
        except DomainError as error:
            raise CommandError(error.message) from error

    def show_problems(self, job: ItemImport) -> None:
        for problem in job.problems.all()[:PROBLEMS_SHOWN]:
            self.stderr.write(f"line {problem.line}: {problem.message}")
        if job.error_count > PROBLEMS_SHOWN:
            self.stderr.write(f"… and {job.error_count - PROBLEMS_SHOWN} more")
