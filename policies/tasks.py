"""Celery's side of policies: delegate."""

from celery import shared_task

from policies.services.erasing import obey_withdrawals


@shared_task(name="policies.obey_withdrawals")
def obey_withdrawals_now() -> None:
    obey_withdrawals()
