"""manage.py simulate CAMPAIGN --annotators N --seed S"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from accounts.models import Annotator
from annotation.models import Campaign
from annotation.simulation.answering import simulate_campaign, synthetic_annotators


class Command(BaseCommand):
    help = (
        "A synthetic population with known group utilities joins an open campaign and answers "
        "through the services that real people's answers go through."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="The campaign's slug.")
        parser.add_argument("--annotators", type=int, default=10, help="How many people.")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--judgments", type=int, help="At most so many by each person.")
        parser.add_argument(
            "--accounts",
            nargs="+",
            metavar="EMAIL",
            help="Let these existing annotators answer instead of new synthetic ones.",
        )
        parser.add_argument("--truth", type=Path, help="Write the true weights there, as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']!r}.")
        if options["annotators"] < 1:
            raise CommandError("--annotators must be at least 1.")
        try:
            report = simulate_campaign(
                campaign,
                annotators=self.annotators(campaign, options),
                seed=options["seed"],
                most_each=options["judgments"],
                on_progress=self.progress,
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["truth"]:
            options["truth"].write_text(json.dumps(report.true_weights, indent=2, sort_keys=True))
        self.stdout.write(
            f"{campaign.slug}: {report.people} people gave {report.judgments} judgments "
            f"and skipped {report.skips} (seed {options['seed']})."
        )

    def annotators(self, campaign: Campaign, options: dict[str, Any]) -> list[Annotator]:
        emails = options["accounts"]
        if not emails:
            return synthetic_annotators(campaign, options["annotators"], options["seed"])
        found = {
            annotator.user.email: annotator
            for annotator in Annotator.objects.filter(user__email__in=emails).select_related("user")
        }
        missing = [email for email in emails if email not in found]
        if missing:
            raise CommandError(f"Not annotators here: {', '.join(missing)}.")
        return [found[email] for email in emails]

    def progress(self, judgments: int) -> None:
        if judgments % 100 < 10:
            self.stderr.write(f"  {judgments} judgments", ending="\r")
            self.stderr.flush()
