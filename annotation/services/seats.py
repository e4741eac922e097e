"""Joining a campaign: consent, profile, stratum, and a seat that was free."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import Annotator, Consent
from accounts.services.consents import give_consent
from accounts.services.questionnaires import clean_answers, save_profile
from annotation.enums import CampaignStatus
from annotation.errors import Conflict, StratumFull
from annotation.models import Campaign, Seat, Stratum
from annotation.selectors.strata import stratum_for


def join_campaign(
    annotator: Annotator,
    campaign: Campaign,
    *,
    consent_version: int | None,
    purposes: Collection[str],
    answers: Mapping[str, Any],
) -> Seat:
    """Consent and take a seat in one step; a second call gives the seat that is held already.

    Raises `StratumFull`, `Conflict` (not open, consent changed, no stratum for these answers) or
    `Unfit` (answers or purposes); then nothing is kept.
    """
    with transaction.atomic():
        held = seat_of(annotator, campaign)
        if held:
            return held
        consent = give_consent(
            annotator, campaign.consent_document, version=consent_version, purposes=purposes
        )
        return take_seat(annotator, campaign, consent=consent, answers=answers)


def take_seat(
    annotator: Annotator, campaign: Campaign, *, consent: Consent, answers: Mapping[str, Any]
) -> Seat:
    """Reserve a seat in the stratum that the answers lead to, for a person who has consented."""
    with transaction.atomic():
        # The annotator's row is the lock: one person may not take two seats at once.
        Annotator.objects.select_for_update(no_key=True).get(pk=annotator.pk)
        held = seat_of(annotator, campaign)
        if held:
            return held
        refuse_unless_open(campaign)
        questions = list(campaign.questionnaire.questions.all())
        cleaned = clean_answers(questions, answers)
        profile = save_profile(annotator, campaign.questionnaire, answers=cleaned)
        stratum = stratum_for(campaign.strata.all(), cleaned)
        if stratum is None:
            raise Conflict(
                _("This campaign asks people other than you; thank you for offering."),
                code="no-stratum",
            )
        reserve(stratum)
        return Seat.objects.create(
            campaign=campaign,
            annotator=annotator,
            stratum=stratum,
            consent=consent,
            profile=profile,
        )


def reserve(stratum: Stratum) -> None:
    """Take one seat of the stratum's quota; the row's CHECK constraint is the last guard."""
    free = Q(quota__isnull=True) | Q(seats_taken__lt=F("quota"))
    taken = Stratum.objects.filter(free, pk=stratum.pk).update(seats_taken=F("seats_taken") + 1)
    if taken != 1:
        raise StratumFull(_("All seats for people like you are taken. Your answers were not kept."))


def seat_of(annotator: Annotator, campaign: Campaign) -> Seat | None:
    """The annotator's seat in the campaign, or None."""
    return (
        Seat.objects.select_related("stratum")
        .filter(annotator=annotator, campaign=campaign)
        .first()
    )


def refuse_unless_open(campaign: Campaign) -> None:
    if campaign.status != CampaignStatus.OPEN:
        raise Conflict(_("This campaign does not take new people now."), code="not-open")


def mark_guideline_seen(seat: Seat, version: int) -> None:
    """Remember that the person has read this version, so that it is shown again when it changes."""
    Seat.objects.filter(pk=seat.pk).update(guideline_seen=version)
