"""Joining a campaign: consent, profile, stratum, and a seat that was free."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Annotator, Consent
from accounts.services.consents import give_consent
from accounts.services.questionnaires import clean_answers, save_profile
from annotation.entry import entry_of
from annotation.enums import AssignmentStatus, CampaignStatus, OpenTo, Outcome
from annotation.errors import Conflict, ScreenedOut, StratumFull
from annotation.models import Arrival, Campaign, Quota, Seat, Stratum
from annotation.selectors.strata import matches, stratum_for
from annotation.services.outcomes import screen_outs_counted

HOUR = timedelta(hours=1)


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
    with screen_outs_counted(annotator, campaign), transaction.atomic():
        held = held_seat(annotator, campaign)
        if held:
            return held
        consent = give_consent(
            annotator, campaign.consent_document, version=consent_version, purposes=purposes
        )
        return seat_somebody(annotator, campaign, consent=consent, answers=answers)


def take_seat(
    annotator: Annotator, campaign: Campaign, *, consent: Consent, answers: Mapping[str, Any]
) -> Seat:
    """Reserve a seat in the stratum that the answers lead to, for a person who has consented.

    Raises as `join_campaign` does.
    """
    with screen_outs_counted(annotator, campaign):
        return seat_somebody(annotator, campaign, consent=consent, answers=answers)


def seat_somebody(
    annotator: Annotator, campaign: Campaign, *, consent: Consent, answers: Mapping[str, Any]
) -> Seat:
    with transaction.atomic():
        # The annotator's row is the lock: one person may not take two seats at once.
        locked = Annotator.objects.select_for_update(no_key=True).get(pk=annotator.pk)
        if locked.withdrawn_at:
            raise has_withdrawn()
        held = held_seat(annotator, campaign)
        if held:
            return held
        refuse_unless_open(campaign)
        refuse_unless_invited(annotator, campaign)
        refuse_excluded(annotator, campaign)
        questions = list(campaign.questionnaire.questions.all())
        cleaned = clean_answers(questions, answers)
        profile = save_profile(annotator, campaign.questionnaire, answers=cleaned)
        stratum = stratum_for(campaign.strata.all(), cleaned)
        if stratum is None:
            raise no_stratum()
        quotas = [one for one in campaign.quotas.all() if matches(one.where, cleaned)]
        reserve(stratum, quotas)
        seat = Seat.objects.create(
            campaign=campaign,
            annotator=annotator,
            stratum=stratum,
            consent=consent,
            profile=profile,
            number=Seat.objects.filter(campaign=campaign).count(),
        )
        seat.quotas.set(quotas)
        return seat


def screen(annotator: Annotator, campaign: Campaign, answers: Mapping[str, Any]) -> None:
    """Tell whether there is a place for a person with these answers, before asking them more.

    `answers` need only hold the questions that tell (`annotation.selectors.strata.telling_keys`).
    Reserves nothing; raises as `take_seat` would at this moment, and what it raises is counted.
    """
    with screen_outs_counted(annotator, campaign):
        refuse_unless_open(campaign)
        refuse_unless_invited(annotator, campaign)
        refuse_excluded(annotator, campaign)
        stratum = stratum_for(campaign.strata.all(), answers)
        if stratum is None:
            raise no_stratum()
        if stratum.quota is not None and stratum.seats_taken >= stratum.quota:
            raise no_seat_left(stratum)
        quotas = [one for one in campaign.quotas.all() if matches(one.where, answers)]
        if any(one.seats_taken >= one.seats for one in quotas):
            raise no_seat_left(stratum)


def reserve(stratum: Stratum, quotas: Sequence[Quota]) -> None:
    """Take one seat of the stratum and of each quota; CHECK constraints are the last guard.

    Raises `StratumFull` where one of them has no seat left; the caller's transaction undoes the
    others. Rows are taken in one order, stratum first, then quotas by id.
    """
    reserve_in_stratum(stratum)
    for quota in sorted(quotas, key=lambda one: one.pk):
        free = Quota.objects.filter(pk=quota.pk, seats_taken__lt=F("seats"))
        if free.update(seats_taken=F("seats_taken") + 1) != 1:
            raise no_seat_left(stratum)


def reserve_in_stratum(stratum: Stratum) -> None:
    free = Q(quota__isnull=True) | Q(seats_taken__lt=F("quota"))
    taken = Stratum.objects.filter(free, pk=stratum.pk).update(seats_taken=F("seats_taken") + 1)
    if taken != 1:
        raise no_seat_left(stratum)


def has_withdrawn() -> Conflict:
    return Conflict(
        _("You have withdrawn from this campaign; nothing was stored."), code="withdrawn"
    )


def no_seat_left(stratum: Stratum) -> StratumFull:
    return StratumFull(
        _("All seats for people like you are taken. Your answers were not kept."), stratum=stratum
    )


def no_stratum() -> ScreenedOut:
    return ScreenedOut(
        _("This campaign asks people other than you; thank you for offering."), code="no-stratum"
    )


def give_back(seat: Seat) -> None:
    """Return a seat to its stratum and quotas, in the order in which `reserve` takes them."""
    Stratum.objects.filter(pk=seat.stratum_id or 0).update(seats_taken=F("seats_taken") - 1)
    for quota_id in seat.quotas.order_by("pk").values_list("pk", flat=True):
        Quota.objects.filter(pk=quota_id).update(seats_taken=F("seats_taken") - 1)


def retake(seat: Seat) -> bool:
    """Take a lapsed seat again where there is room; tells whether there was."""
    try:
        with transaction.atomic():
            assert seat.stratum is not None  # noqa: S101 - only a withdrawn person's seat has none
            reserve(seat.stratum, list(seat.quotas.all()))
            seat.has_lapsed, seat.held_since = False, timezone.now()
            seat.save(update_fields=["has_lapsed", "held_since"])
    except StratumFull:
        return False
    return True


def return_lapsed_seats(most: int = 1000) -> int:
    """Return seats that were never used within their campaign's time; returns how many."""
    with transaction.atomic():
        unused = list(
            Seat.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(
                submitted=0,
                has_lapsed=False,
                withdrawn_at=None,
                held_since__lt=timezone.now() - F("campaign__seat_hours") * HOUR,
            )
            .exclude(assignments__status=AssignmentStatus.LEASED)
            .order_by("stratum_id", "pk")[:most]
        )
        for seat in unused:
            give_back(seat)
        Seat.objects.filter(pk__in=[seat.pk for seat in unused]).update(has_lapsed=True)
    return len(unused)


def refuse_excluded(annotator: Annotator, campaign: Campaign) -> None:
    if Seat.objects.filter(annotator=annotator, campaign__in=campaign.excludes.all()).exists():
        raise ScreenedOut(
            _("You have taken part in a study that this one must not overlap with."),
            code="excluded",
        )


def refuse_unless_invited(annotator: Annotator, campaign: Campaign) -> None:
    """Raise `Conflict` where a campaign is for people of entry links, and the person came by none.

    Guests come by a link always, and into that link's campaign only.
    """
    by_link = entry_of(campaign).open_to == OpenTo.LINKS or annotator.user.is_guest
    if not by_link:
        return
    arrived = Arrival.objects.filter(annotator=annotator, campaign=campaign).first()
    if arrived is None:
        raise Conflict(_("This campaign is open by invitation only."), code="by-invitation")
    if arrived.outcome != Outcome.UNDER_WAY:
        raise ScreenedOut(
            _("You have come to the end of this campaign already."), code="already-ended"
        )


def seat_of(annotator: Annotator, campaign: Campaign) -> Seat | None:
    """The annotator's seat in the campaign, or None."""
    return (
        Seat.objects.select_related("stratum")
        .filter(annotator=annotator, campaign=campaign)
        .first()
    )


def held_seat(annotator: Annotator, campaign: Campaign) -> Seat | None:
    """The seat that the person has. Raises `Conflict` for one that they have withdrawn from."""
    seat = seat_of(annotator, campaign)
    if seat and seat.withdrawn_at:
        raise has_withdrawn()
    return seat


def refuse_unless_open(campaign: Campaign) -> None:
    # Asked anew: the page or request may have read the campaign before it was paused.
    if not Campaign.objects.filter(pk=campaign.pk, status=CampaignStatus.OPEN).exists():
        raise Conflict(_("This campaign does not take new people now."), code="not-open")


def mark_guideline_seen(seat: Seat, version: int) -> None:
    """Remember that the person has read this version, so that it is shown again when it changes."""
    Seat.objects.filter(pk=seat.pk).update(guideline_seen=version)
