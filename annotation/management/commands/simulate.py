"""manage.py simulate CAMPAIGN --annotators N --seed S"""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import DomainError
from accounts.models import Annotator
from annotation.models import Campaign
from annotation.simulation.answering import simulate_campaign, synthetic_annotators
from annotation.simulation.behaviour import SHARES, SKIPS, Arrivals, Behaviour
from annotation.simulation.given import read_utilities
from annotation.simulation.report import SimulationReport

SECONDS_BETWEEN_PROGRESS = 0.5
HELP_OF_SHARES = {
    "skip": "Probability of skipping an item.",
    "dropout": "Probability of leaving for good after a judgment.",
    "lapse": "Probability of walking away from an item, so that its lease lapses.",
    "careless": "Share of people who answer at random.",
    "contrarian": "Share of people whose weights are the negative of their group's.",
}


class Command(BaseCommand):
    help = (
        "A synthetic population with known group utilities joins an open campaign and answers "
        "through the services that real people's answers go through."
    )
    progress_due = 0.0

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
        parser.add_argument(
            "--truth", type=Path, help="Write the true weights and who is what there, as JSON."
        )
        parser.add_argument(
            "--utilities", type=Path, metavar="FILE", help="JSON of group → trait → weight."
        )
        parser.add_argument(
            "--fast", action="store_true", help="Write answers in bulk, for large campaigns."
        )
        parser.add_argument(
            "--arrivals",
            choices=[arrivals.value for arrivals in Arrivals],
            default=Arrivals.ALL.value,
            help="When people come, in simulated time: it orders what happens, no more.",
        )
        parser.add_argument(
            "--days", type=float, default=1.0, metavar="D", help="They come over so many days."
        )
        for name in SHARES:
            default = SKIPS if name == "skip" else 0.0
            parser.add_argument(
                f"--{name}", type=float, default=default, metavar="P", help=HELP_OF_SHARES[name]
            )

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
                behaviour=behaviour(options),
                fast=options["fast"],
                on_progress=self.progress,
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["truth"]:
            truth = json.dumps(report.truth(), indent=2, sort_keys=True)
            options["truth"].write_text(truth + "\n", encoding="utf-8")
        self.say(campaign, report, options["seed"])

    def say(self, campaign: Campaign, report: SimulationReport, seed: int) -> None:
        self.stdout.write(
            f"{campaign.slug}: {report.people} people gave {report.judgments} judgments "
            f"and skipped {report.skips} (seed {seed})."
        )
        for line in report.lines():
            self.stdout.write(line)

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
        now = time.monotonic()
        if now >= self.progress_due:
            self.progress_due = now + SECONDS_BETWEEN_PROGRESS
            self.stderr.write(f"  {judgments} judgments", ending="\r")
            self.stderr.flush()


def behaviour(options: dict[str, Any]) -> Behaviour:
    path = options["utilities"]
    return Behaviour(
        arrivals=Arrivals(options["arrivals"]),
        days=options["days"],
        utilities=read_utilities(path) if path else {},
        **{name: options[name] for name in SHARES},
    )
