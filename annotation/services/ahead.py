"""Items leased ahead, so that judging goes on while the network is gone.

They are leases like any other: counted in coverage, ended by the same sweep, answered by the same
service. What is shown is served by `serving`, which takes what is kept ahead before anything new.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.prepared import Prepared
from accounts.standing import Given, StandingQuery
from annotation.enums import AssignmentStatus, CampaignStatus
from annotation.flow import flow_of
from annotation.models import Assignment, Seat
from annotation.services.serving import (
    LOCKED_SEAT,
    not_prepared,
    serve_check,
    serve_new,
    serve_repeat,
    session_break,
)

# Of the open places of a stratum one person keeps at most one in so many, so that near a
# campaign's end nobody waits for what lies in another's browser.
OPEN_FOR_EACH = 4

ALL_HELD = StandingQuery(
    "all_held",
    lambda: (
        Assignment.objects.select_related("item", "guideline")
        .filter(seat=Given("seat"), status=AssignmentStatus.LEASED)
        .order_by("pk")
    ),
)
RENEW_HELD = Prepared(
    "renew_held",
    """
UPDATE annotation_assignment SET lease_expires_at = %(expires)s
WHERE seat_id = %(seat)s AND status = 'leased'
""",
)
OPEN_PLACES = Prepared(
    "open_places",
    """
SELECT count(*) FROM (
    SELECT 1 FROM annotation_coverage WHERE stratum_id = %(stratum)s AND taken < target
    LIMIT %(most)s) AS few
""",
)


@dataclass(frozen=True)
class Kept:
    """A seat, and what its person holds ahead of what they are shown, in the order to show."""

    seat: Seat
    assignments: list[Assignment]


def keep_ahead(pk: int) -> Kept:
    """Renew what the person holds and lease ahead what is missing, as far as the campaign allows.

    Limits per person, day and session count what is held, so answers to all of it are within them.
    """
    now = timezone.now()
    with transaction.atomic():
        seat = LOCKED_SEAT.get(seat=pk)
        is_open = seat.campaign.status == CampaignStatus.OPEN and not seat.withdrawn_at
        if not is_open or seat.has_lapsed or not_prepared(seat):
            return Kept(seat, [])
        held = renew_held(seat, now)
        ahead = [one for one in held if one.ahead]
        seat.held = len(held)
        for _more in range(missing(seat, len(ahead), now)):
            place = first_free({one.ahead for one in ahead})
            leased = (
                serve_repeat(seat, now, ahead=place)
                or serve_check(seat, now, ahead=place)
                or serve_new(seat, now, ahead=place)
            )
            if leased is None:
                break
            ahead.append(leased)
            seat.held += 1
        for one in ahead:
            one.campaign = seat.campaign
        return Kept(seat, ahead)


def renew_held(seat: Seat, now: datetime) -> list[Assignment]:
    """Every assignment of the seat that is leased still; before any cell, as locks go."""
    expires = now + timedelta(minutes=seat.campaign.lease_minutes)
    RENEW_HELD.run({"seat": seat.pk, "expires": expires})
    return ALL_HELD.all(seat=seat.pk)


def missing(seat: Seat, ahead: int, now: datetime) -> int:
    """How many more to lease ahead: what the campaign keeps, within limits and open places."""
    wanted = min(flow_of(seat.campaign).ahead - ahead, *left_to_give(seat, now))
    if wanted <= 0:
        return 0
    most = OPEN_FOR_EACH * (ahead + wanted)
    open_places = OPEN_PLACES.rows({"stratum": seat.stratum_id, "most": most})[0][0]
    return max(0, min(wanted, open_places // OPEN_FOR_EACH - ahead))


def left_to_give(seat: Seat, now: datetime) -> list[int]:
    """For each limit of the campaign, how many judgments remain beyond what the person holds."""
    campaign = seat.campaign
    given = [(campaign.max_per_annotator, seat.submitted)]
    today = seat.submitted_on_day if seat.day == now.date() else 0
    given.append((campaign.max_per_day, today))
    is_on = seat.last_submitted_at and now - seat.last_submitted_at < session_break(campaign)
    given.append((campaign.max_per_session, seat.submitted_in_session if is_on else 0))
    lefts = [most - count - seat.held for most, count in given if most is not None]
    return lefts or [flow_of(campaign).ahead]


def first_free(taken: set[int]) -> int:
    return next(place for place in range(1, len(taken) + 2) if place not in taken)
