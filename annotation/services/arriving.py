"""People at the door of an entry link: who they are, whether there is a place, what became of it.

A visitor says who they are, and nothing else: campaign, quota and addresses are the link's own.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Annotator
from accounts.services.participants import forget_participant, guest_for
from annotation.enums import CampaignStatus, NothingToServe, Outcome, ScreenOutReason
from annotation.errors import Conflict, NotFound, ScreenedOut
from annotation.models import Arrival, EntryLink, Seat
from annotation.platforms import CameBy, NotThisWay, Platform, Return, platform_of
from annotation.services.outcomes import count_screen_out, settle
from annotation.services.serving import next_at_seat

KEPT_AFTER_THE_END = timedelta(days=30)
KEPT_AT_MOST = timedelta(days=120)
ARRIVALS_AT_ONCE = 1000
# After these the person is sent back. Whoever is paid by visit is not kept for what may open later.
IS_OVER = (
    NothingToServe.DONE,
    NothingToServe.MORE_LATER,
    NothingToServe.LIMIT,
    NothingToServe.CLOSED,
    NothingToServe.WITHDRAWN,
)


def entry_link(token: str) -> EntryLink:
    """The link behind an address. Raises `NotFound`."""
    link = (
        EntryLink.objects.select_related("campaign__guideline", "campaign__consent_document")
        .filter(token=token)
        .first()
    )
    if link is None:
        raise NotFound(_("There is nothing here, or it is not yours to see."))
    return link


def read_visitor(link: EntryLink, given: Mapping[str, str]) -> CameBy:
    """Who an address says came. Raises `Conflict` for one that is malformed, forged or expired."""
    try:
        came = platform_of(link.platform).read(link, given)
    except NotThisWay as refusal:
        message = {
            "expired": _("This link has expired. Please go back and open the study anew."),
            "forged": _("This link was changed on its way, so it cannot be used."),
        }.get(refusal.code, _("Something is missing from this link. Please open the study anew."))
        raise Conflict(message, code=f"link-{refusal.code}") from refusal
    if link.study and not came.is_preview and came.study != link.study:
        raise Conflict(_("This link belongs to another study."), code="other-study")
    return came


def arrive(link: EntryLink, came: CameBy) -> Arrival:
    """Let somebody in: the same id is the same annotator, and one place of the link.

    Coming again changes nothing, except that what the platform calls the visit is that of the
    last one. Raises `Conflict` where the link or the campaign takes nobody new, and `ScreenedOut`
    where the link has no place left; then nothing is kept but a number.
    """
    try:
        with transaction.atomic():
            return known_or_new(link, came)
    except ScreenedOut:
        count_screen_out(link.campaign, ScreenOutReason.LINK_FULL, link_id=link.pk)
        raise


def known_or_new(link: EntryLink, came: CameBy) -> Arrival:
    annotator = guest_for(platform_of(link.platform).namespace(link), came.participant)
    if not annotator.user.is_active:
        raise Conflict(_("You have withdrawn; nothing of yours is here."), code="withdrawn")
    # The annotator's row is the lock: one person takes one place.
    Annotator.objects.select_for_update(no_key=True).get(pk=annotator.pk)
    known = (
        Arrival.objects.select_related("link", "annotator__user")
        .filter(annotator=annotator, campaign=link.campaign_id)
        .first()
    )
    if known:
        return come_again(known, came)
    if link.revoked_at:
        raise Conflict(_("This link is no longer in use."), code="link-revoked")
    if link.campaign.status != CampaignStatus.OPEN:
        raise Conflict(_("This campaign does not take new people now."), code="not-open")
    free = Q(most__isnull=True) | Q(taken__lt=F("most"))
    if not EntryLink.objects.filter(free, pk=link.pk).update(taken=F("taken") + 1):
        raise ScreenedOut(_("This study has all the people it needs."), code="link-full")
    return new_arrival(link, annotator, came)


def new_arrival(link: EntryLink, annotator: Annotator, came: CameBy) -> Arrival:
    return Arrival.objects.create(
        link=link,
        campaign=link.campaign,
        annotator=annotator,
        study=came.study,
        session=came.session,
        submission=came.submission,
        participant=raw_id(link, came),
    )


def come_again(arrival: Arrival, came: CameBy) -> Arrival:
    """Only who is still under way has something left to be called by; who withdrew, nothing."""
    if arrival.outcome == Outcome.UNDER_WAY and arrival.forgotten_at is None:
        arrival.session, arrival.submission = came.session, came.submission
        arrival.save(update_fields=["session", "submission"])
    return arrival


def raw_id(link: EntryLink, came: CameBy) -> str:
    """The platform's own id, where somebody cannot be sent back without it; else nothing."""
    urls = (link.completion_url, link.screen_out_url, link.time_out_url)
    return came.participant if any("{participant}" in url for url in urls) else ""


def own_arrival(annotator: Annotator, campaign_id: int) -> Arrival | None:
    """How the person came into the campaign, where it was by a link."""
    return (
        Arrival.objects.select_related("link__campaign", "campaign")
        .filter(annotator=annotator, campaign=campaign_id)
        .first()
    )


def finish(arrival: Arrival) -> Arrival:
    """Find out whether it is over for the person, and as what; once found, it stays.

    Completed: judged all there was, or as much as the campaign takes. Who found nothing to judge
    although seated is screened out; whose unused seat has gone to somebody else is timed out.
    """
    seat = Seat.objects.filter(annotator=arrival.annotator_id, campaign=arrival.campaign_id).first()
    if arrival.outcome != Outcome.UNDER_WAY or seat is None:
        return arrival
    _seat, served = next_at_seat(seat.pk)
    if served in IS_OVER:
        settle(arrival, Outcome.COMPLETED if seat.submitted else Outcome.SCREENED_OUT)
    elif served == NothingToServe.SEAT_LAPSED:
        settle(arrival, Outcome.TIMED_OUT)
    return arrival


def way_back(arrival: Arrival) -> Return:
    """Where the person goes from here; nothing but the link's settings decides."""
    platform: Platform = platform_of(arrival.link.platform)
    return platform.way_back(arrival.link, arrival)


def forget_arrivals(most: int = ARRIVALS_AT_ONCE) -> int:
    """Blank what platforms call people who have been sent back a while ago; returns how many."""
    now = timezone.now()
    due = Q(settled_at__lt=now - KEPT_AFTER_THE_END) | Q(arrived_at__lt=now - KEPT_AT_MOST)
    ids = list(
        Arrival.objects.filter(due, forgotten_at=None)
        .order_by("arrived_at")
        .values_list("pk", flat=True)[:most]
    )
    return blank(Arrival.objects.filter(pk__in=ids))


def forget_person(annotator: Annotator, campaign_id: int | None = None) -> None:
    """For a withdrawal: blank how the person came, and altogether cut the tie to the platform."""
    arrivals = Arrival.objects.filter(annotator=annotator)
    if campaign_id is not None:
        arrivals = arrivals.filter(campaign=campaign_id)
    else:
        forget_participant(annotator)
    blank(arrivals)


def blank(arrivals: QuerySet[Arrival]) -> int:
    return arrivals.update(session="", submission="", participant="", forgotten_at=timezone.now())
