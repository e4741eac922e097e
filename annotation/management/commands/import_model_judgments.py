"""manage.py import_model_judgments CAMPAIGN FILE --model NAME --prompt-version VERSION"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from annotation.enums import JobState
from annotation.errors import Unfit
from annotation.management.commands.import_judgments import PROBLEMS_SHOWN
from annotation.models import Campaign, ModelJudgmentImport
from annotation.services.jobs import run_job
from annotation.services.model_judgments import import_model_judgments, request_model_import


class Command(BaseCommand):
    help = (
        "Import what models answered, beside people's judgments and apart from them: all of a "
        "file, or nothing and the errors by line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="The campaign's slug.")
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--model", default="", help="The model of lines that name none.")
        parser.add_argument(
            "--prompt-version", default="", help="That of lines that name none, in your words."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']!r}.")
        job = self.request(campaign, options)
        # The same job as a worker's, run here: the command ends when the import has.
        run_job(ModelJudgmentImport, job.pk, import_model_judgments)
        job.refresh_from_db()
        if job.state != JobState.DONE:
            self.show_problems(job)
            raise CommandError(job.error or "The import was called off.")
        self.stdout.write(
            f"{campaign.slug}: {job.created_count} answers of models imported, "
            f"{job.unchanged_count} were there already."
        )

    def request(self, campaign: Campaign, options: dict[str, Any]) -> ModelJudgmentImport:
        path: Path = options["path"]
        try:
            with path.open("rb") as file:
                return request_model_import(
                    campaign,
                    content=File(file),
                    file_name=path.name,
                    model=options["model"],
                    prompt_version=options["prompt_version"],
                    requested_by=None,
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except Unfit as error:
            told = "; ".join(f"{field}: {message}" for field, message in error.fields.items())
            raise CommandError(f"{error.message} {told}") from error
        except DomainError as error:
            raise CommandError(error.message) from error

    def show_problems(self, job: ModelJudgmentImport) -> None:
        for problem in job.problems.all()[:PROBLEMS_SHOWN]:
            self.stderr.write(f"line {problem.line}: {problem.message}")
        if job.error_count > PROBLEMS_SHOWN:
            self.stderr.write(f"… and {job.error_count - PROBLEMS_SHOWN} more")
