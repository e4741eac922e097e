"""manage.py reconcile CAMPAIGN"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotation.enums import JobState
from annotation.models import Campaign, Reconciliation
from annotation.services.jobs import run_job
from annotation.services.reconciling import reconcile, request_reconciliation


class Command(BaseCommand):
    help = "Recount a campaign's counters from its assignments; report and repair what drifted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="The campaign's slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']!r}.")
        job = request_reconciliation(campaign)
        run_job(Reconciliation, job.pk, reconcile)
        job.refresh_from_db()
        if job.state != JobState.DONE:
            raise CommandError(job.error)
        for one in job.drift:
            self.stdout.write(f"{one['what']} {one['id']}: was {one['was']}, is {one['is']}")
        self.stdout.write(f"{campaign.slug}: {job.drifted} counters had drifted.")
