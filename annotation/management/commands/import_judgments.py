"""manage.py import_judgments CAMPAIGN FILE_OR_FOLDER --purposes research --basis "…" """

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from annotation.enums import JobState, JudgmentFormat
from annotation.errors import ItemFileError, Unfit
from annotation.models import Campaign, JudgmentImport
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import (
    import_judgments,
    request_folder_import,
    request_judgment_import,
)

PROBLEMS_SHOWN = 20
OPERATOR = "whoever runs this installation, on its command line"


class Command(BaseCommand):
    help = (
        "Import judgments that were given elsewhere into a campaign: all of them, or nothing and "
        "the errors by line. Takes a dataset's folder or a file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="The campaign's slug.")
        parser.add_argument("path", type=Path, metavar="FILE_OR_FOLDER")
        parser.add_argument(
            "--purposes",
            nargs="*",
            metavar="KEY",
            help="What the people agreed to, by the keys of the campaign's consent; "
            "without any key: nothing. Needed where the campaign has purposes.",
        )
        parser.add_argument("--basis", default="", help="Why this may be stated, in your words.")
        parser.add_argument("--asserted-by", default=OPERATOR, help="Who states it.")
        parser.add_argument(
            "--source", default="", help="A name for where ids of people and judgments are from."
        )
        parser.add_argument(
            "--strength",
            type=int,
            help="As which strength preferences are stored that come without: 1 or 2.",
        )
        parser.add_argument(
            "--columns",
            nargs="*",
            metavar="NAME=COLUMN",
            default=[],
            help="For a table of pairs: which of its columns is which field.",
        )
        parser.add_argument("--format", choices=JudgmentFormat.values, default=JudgmentFormat.AUTO)
        parser.add_argument(
            "--without-items", action="store_true", help="Leave a dataset's own items aside."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']!r}.")
        job = self.request(campaign, options)
        # The same job as a worker's, run here: the command ends when the import has.
        run_job(JudgmentImport, job.pk, import_judgments)
        job.refresh_from_db()
        if job.state != JobState.DONE:
            self.show_problems(job)
            raise CommandError(job.error or "The import was called off.")
        self.stdout.write(
            f"{campaign.slug}: {job.created_count} judgments imported, {job.unchanged_count} were "
            f"there already, {job.people_count} people are new ({job.format})."
        )

    def request(self, campaign: Campaign, options: dict[str, Any]) -> JudgmentImport:
        path: Path = options["path"]
        parts = {
            "purposes": options["purposes"],
            "basis": options["basis"],
            "asserted_by": options["asserted_by"],
            "source": options["source"],
            "strength": options["strength"],
            "columns": "\n".join(options["columns"]),
            "takes_items": not options["without_items"],
            "requested_by": None,
        }
        try:
            if path.is_dir():
                return request_folder_import(campaign, path, **parts)
            with path.open("rb") as file:
                return request_judgment_import(
                    campaign,
                    content=File(file),
                    file_name=path.name,
                    format=options["format"],
                    **parts,
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except ItemFileError as error:
            raise CommandError(error.message) from error
        except Unfit as error:
            told = "; ".join(f"{field}: {message}" for field, message in error.fields.items())
            raise CommandError(f"{error.message} {told}") from error
        except DomainError as error:
            raise CommandError(error.message) from error

    def show_problems(self, job: JudgmentImport) -> None:
        for problem in job.problems.all()[:PROBLEMS_SHOWN]:
            self.stderr.write(f"line {problem.line}: {problem.message}")
        if job.error_count > PROBLEMS_SHOWN:
            self.stderr.write(f"… and {job.error_count - PROBLEMS_SHOWN} more")
