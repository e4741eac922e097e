"""Celery's side of the annotation jobs: take an id, fetch, delegate."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from annotation.enums import CampaignStatus
from annotation.models import (
    Campaign,
    Erasure,
    Invitation,
    ItemImport,
    JudgmentImport,
    Message,
    ModelJudgmentImport,
    NoticeDelivery,
    OrganisationInvitation,
    PlanningRun,
    Reconciliation,
    Summary,
)
from annotation.services.adapting import adapt_open_campaigns
from annotation.services.arriving import forget_arrivals as forget_old_arrivals
from annotation.services.delivering import deliver, due_deliveries
from annotation.services.erasing import erase, take_up_failed
from annotation.services.given_files import discard_abandoned_files as discard_abandoned
from annotation.services.imports import import_items
from annotation.services.invitation_mail import mail_invitation, mail_organisation_invitation
from annotation.services.jobs import run_job, silent_jobs
from annotation.services.judgment_imports import import_judgments
from annotation.services.leases import return_lapsed_leases as return_lapsed
from annotation.services.messaging import send_message
from annotation.services.model_judgments import import_model_judgments
from annotation.services.planning import plan_coverage, request_planning
from annotation.services.reconciling import reconcile, request_reconciliation
from annotation.services.seats import return_lapsed_seats as return_unused
from annotation.services.summarising import request_due_summaries, summarise
from annotation.services.watching import watch_campaigns as watch


@shared_task(name="annotation.run_import")
def run_import(import_id: int) -> None:
    run_job(ItemImport, import_id, import_items)


@shared_task(name="annotation.run_judgment_import")
def run_judgment_import(import_id: int) -> None:
    run_job(JudgmentImport, import_id, import_judgments)


@shared_task(name="annotation.run_model_import")
def run_model_import(import_id: int) -> None:
    run_job(ModelJudgmentImport, import_id, import_model_judgments)


@shared_task(name="annotation.run_planning")
def run_planning(planning_id: int) -> None:
    run_job(PlanningRun, planning_id, lambda job: plan_coverage(job.campaign, job))


@shared_task(name="annotation.run_reconciliation")
def run_reconciliation(reconciliation_id: int) -> None:
    run_job(Reconciliation, reconciliation_id, reconcile)


@shared_task(name="annotation.reconcile_campaigns")
def reconcile_campaigns() -> None:
    """Recount every campaign that people are working in."""
    for campaign in Campaign.objects.filter(status=CampaignStatus.OPEN):
        run_reconciliation.delay(request_reconciliation(campaign).pk)


@shared_task(name="annotation.run_erasure")
def run_erasure(erasure_id: int) -> None:
    run_job(Erasure, erasure_id, erase)


@shared_task(name="annotation.take_up_failed_erasures")
def take_up_failed_erasures() -> None:
    for erasure_id in take_up_failed():
        run_erasure.delay(erasure_id)


@shared_task(name="annotation.send_invitation")
def send_invitation(invitation_id: int, address: str, language: str) -> None:
    """Mail the address to who is invited, unless that is over by now."""
    known = Invitation.objects.select_related("campaign", "created_by")
    if invitation := known.filter(pk=invitation_id).first():
        mail_invitation(invitation, address, language)


@shared_task(name="annotation.send_organisation_invitation")
def send_organisation_invitation(invitation_id: int, address: str, language: str) -> None:
    """The same for an organisation."""
    known = OrganisationInvitation.objects.select_related("organisation", "created_by")
    if invitation := known.filter(pk=invitation_id).first():
        mail_organisation_invitation(invitation, address, language)


@shared_task(name="annotation.run_summary")
def run_summary(summary_id: int) -> None:
    run_job(Summary, summary_id, summarise)


@shared_task(name="annotation.summarise_campaigns")
def summarise_campaigns() -> None:
    """Count the campaigns that are too large for their pages to count them."""
    for job in request_due_summaries():
        run_summary.delay(job.pk)


@shared_task(name="annotation.watch_campaigns")
def watch_campaigns() -> int:
    return watch(timezone.now())


@shared_task(name="annotation.deliver_notices")
def deliver_notices() -> None:
    """Send what is due to the workers; who finds a delivery in other hands leaves it."""
    for delivery_id in due_deliveries(timezone.now()):
        run_delivery.delay(delivery_id)


@shared_task(name="annotation.run_delivery")
def run_delivery(delivery_id: int) -> None:
    run_job(NoticeDelivery, delivery_id, deliver)


@shared_task(name="annotation.run_message")
def run_message(message_id: int) -> None:
    run_job(Message, message_id, send_message)


@shared_task(name="annotation.adapt_campaigns")
def adapt_campaigns() -> int:
    return adapt_open_campaigns()


@shared_task(name="annotation.return_lapsed_leases")
def return_lapsed_leases() -> int:
    return return_lapsed()


@shared_task(name="annotation.return_lapsed_seats")
def return_lapsed_seats() -> int:
    return return_unused()


@shared_task(name="annotation.forget_arrivals")
def forget_arrivals() -> int:
    return forget_old_arrivals()


@shared_task(name="annotation.discard_abandoned_files")
def discard_abandoned_files() -> int:
    """Throw away files that were looked at and never imported."""
    return discard_abandoned()


@shared_task(name="annotation.resume_stalled_jobs")
def resume_stalled_jobs() -> None:
    for import_id in silent_jobs(ItemImport):
        run_import.delay(import_id)
    for judgment_import_id in silent_jobs(JudgmentImport):
        run_judgment_import.delay(judgment_import_id)
    for model_import_id in silent_jobs(ModelJudgmentImport):
        run_model_import.delay(model_import_id)
    for planning_id in silent_jobs(PlanningRun):
        run_planning.delay(planning_id)
    for reconciliation_id in silent_jobs(Reconciliation):
        run_reconciliation.delay(reconciliation_id)
    for summary_id in silent_jobs(Summary):
        run_summary.delay(summary_id)
    for message_id in silent_jobs(Message):
        run_message.delay(message_id)
    for erasure_id in silent_jobs(Erasure):
        run_erasure.delay(erasure_id)


def start_erasure(job: Erasure) -> None:
    """Send an erasure to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_erasure.delay(job.pk))


def start_message(job: Message) -> None:
    """Send a message to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_message.delay(job.pk))


def start_import(job: ItemImport) -> None:
    """Send an import to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_import.delay(job.pk))


def start_judgment_import(job: JudgmentImport) -> None:
    """Send an import of judgments to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_judgment_import.delay(job.pk))


def start_model_import(job: ModelJudgmentImport) -> None:
    """Send an import of models' answers to the workers once the row is there for them."""
    transaction.on_commit(lambda: run_model_import.delay(job.pk))


def start_planning(campaign: Campaign) -> None:
    """Have the campaign's coverage planned by a worker."""
    job = request_planning(campaign)
    transaction.on_commit(lambda: run_planning.delay(job.pk))
