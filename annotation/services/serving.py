"""Who is asked what: claiming the next assignment for a seat.

Every step is one indexed statement whose cost does not depend on the campaign's size. The seat's
row is locked first, so that two tabs of one person wait for each other; the coverage cell is
claimed with SKIP LOCKED, so that different people do not, unless nothing else is left.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from accounts.prepared import Prepared
from accounts.standing import Given, StandingInsert, StandingQuery
from annotation.counterbalance import cycle_length, presented_order
from annotation.entry import comprehension_of, entry_of
from annotation.enums import AssignmentStatus, CampaignStatus, NothingToServe, Strategy
from annotation.models import (
    Assignment,
    Campaign,
    Coverage,
    Item,
    ItemImport,
    PlanningRun,
    Response,
    Seat,
)
from annotation.models.job import ENDED
from annotation.services.seats import retake

# Between an item and its silent repeat lie at least this many other judgments.
JUDGMENTS_BEFORE_REPEAT = 5
MOST_LOOKED_BACK = 100
MOST_CHECKS = 1000

LOCKED_SEAT = StandingQuery(
    "locked_seat",
    lambda: (
        Seat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("campaign__guideline", "stratum")
        .filter(pk=Given("seat"))
    ),
)
HELD_ASSIGNMENT = StandingQuery(
    "held_assignment",
    # What is on the screen; else what the browser has kept ahead the longest.
    lambda: (
        Assignment.objects.select_related("item", "guideline")
        .filter(seat=Given("seat"), status=AssignmentStatus.LEASED)
        .order_by(Case(When(ahead=0, then=Value(0)), default=Value(1)), "pk")[:1]
    ),
)
ITEM = StandingQuery("item", lambda: Item.objects.filter(pk=Given("item")))
NEW_ASSIGNMENT = StandingInsert(Assignment)
RESPONSES = StandingQuery("responses", lambda: Response.objects.filter(item=Given("item")))
CLAIM = """
UPDATE annotation_coverage SET leased = leased + 1, served = served + 1
WHERE id = (
    SELECT cell.id FROM annotation_coverage cell
    WHERE cell.stratum_id = %(stratum)s AND cell.taken < cell.target {start}
      AND NOT EXISTS (
          SELECT 1 FROM annotation_assignment seen
          WHERE seen.annotator_id = %(annotator)s AND seen.item_id = cell.item_id)
    ORDER BY {order} LIMIT 1
    FOR UPDATE {patience})
RETURNING id, item_id, served + order_offset, inclusion
"""
ORDERS = {
    Strategy.BALANCED: "cell.taken, cell.shuffle",
    Strategy.DEPTH_FIRST: "cell.taken DESC, cell.shuffle DESC",
    Strategy.RANDOM: "cell.shuffle",
    # What adapts are the targets (annotation.services.adapting); serving stays balanced.
    Strategy.ADAPTIVE: "cell.taken, cell.shuffle",
}
STARTS = {False: "", True: "AND cell.shuffle >= %(start)s"}
# Whoever waits, waits only where nothing else is left.
SKIP, WAIT = "SKIP LOCKED", ""
CLAIMS = {
    (strategy, starts, patience): Prepared(
        f"claim_{strategy.value.replace('-', '_')}",
        CLAIM.format(order=order, start=start, patience=patience),
    )
    for strategy, order in ORDERS.items()
    for starts, start in STARTS.items()
    for patience in (SKIP, WAIT)
}


@dataclass(frozen=True)
class Claim:
    """A coverage cell leased for somebody: its item, and the turn that decides the order shown.

    `inclusion` is the probability with which the design wanted a judgment there.
    """

    coverage_id: int
    item_id: int
    turn: int
    inclusion: float


def next_assignment(seat: Seat) -> Assignment | NothingToServe:
    """The person's assignment: the one they hold, else a new one, else why there is none."""
    return next_at_seat(seat.pk)[1]


def next_at_seat(pk: int) -> tuple[Seat, Assignment | NothingToServe]:
    """The seat as it is under its lock, with campaign and guideline, and what is next there."""
    with transaction.atomic():
        seat = LOCKED_SEAT.get(seat=pk)
        return seat, next_under_lock(seat)


def next_under_lock(seat: Seat) -> Assignment | NothingToServe:
    campaign = seat.campaign
    if seat.withdrawn_at:
        return NothingToServe.WITHDRAWN
    if campaign.status == CampaignStatus.CLOSED:
        return NothingToServe.CLOSED
    if campaign.status != CampaignStatus.OPEN:
        return NothingToServe.PAUSED
    if unprepared := not_prepared(seat):
        return unprepared
    now = timezone.now()
    held = held_assignment(seat)
    if held and renew(held, campaign, now):
        return held
    if seat.has_lapsed and not retake(seat):
        return NothingToServe.SEAT_LAPSED
    return (
        limit_reached(seat, now)
        or serve_repeat(seat, now)
        or serve_check(seat, now)
        or serve_new(seat, now)
        or take_up_again(seat, now)
        or nothing_left(seat)
    )


def not_prepared(seat: Seat) -> NothingToServe | None:
    """Whether the questions about the guideline are still before the person, or ended it."""
    if seat.stopped_at:
        return NothingToServe.STOPPED
    guideline = seat.campaign.guideline
    if guideline and comprehension_of(guideline) and seat.comprehension_done < guideline.version:
        return NothingToServe.COMPREHENSION
    return None


def limit_reached(seat: Seat, now: datetime) -> NothingToServe | None:
    """Which of the campaign's limits per person holds now, if any; days are those of UTC."""
    campaign = seat.campaign
    if campaign.max_per_annotator and seat.submitted >= campaign.max_per_annotator:
        return NothingToServe.LIMIT
    if (
        campaign.max_per_day
        and seat.day == now.date()
        and seat.submitted_on_day >= campaign.max_per_day
    ):
        return NothingToServe.DAY_LIMIT
    if (
        campaign.max_per_session
        and seat.submitted_in_session >= campaign.max_per_session
        and now - (seat.last_submitted_at or now) < session_break(campaign)
    ):
        return NothingToServe.SESSION_LIMIT
    return None


def session_break(campaign: Campaign) -> timedelta:
    """The time without a judgment after which a new session begins."""
    return timedelta(minutes=campaign.session_break_minutes)


def held_assignment(seat: Seat) -> Assignment | None:
    return HELD_ASSIGNMENT.first(seat=seat.pk)


def renew(assignment: Assignment, campaign: Campaign, now: datetime) -> bool:
    """Start the lease anew, unless it was skipped, released or swept up in this very moment.

    What was kept ahead is shown from now on, under the guideline that holds now.
    """
    assignment.campaign = campaign
    assignment.lease_expires_at = now + timedelta(minutes=campaign.lease_minutes)
    changes: dict[str, Any] = {"lease_expires_at": assignment.lease_expires_at}
    if assignment.ahead:
        changes |= {"ahead": 0, "served_at": now, "guideline": campaign.guideline}
    for name, value in changes.items():
        setattr(assignment, name, value)
    return (
        Assignment.objects.filter(pk=assignment.pk, status=AssignmentStatus.LEASED).update(
            **changes
        )
        == 1
    )


def serve_new(seat: Seat, now: datetime, *, ahead: int = 0) -> Assignment | None:
    claim = claim_cell(seat, waits=not ahead)
    if claim is None:
        return None
    item = ITEM.get(item=claim.item_id)
    responses = RESPONSES.all(item=claim.item_id)
    assignment = create_assignment(
        seat,
        now,
        item_id=claim.item_id,
        coverage_id=claim.coverage_id,
        order=presented_order([one.external_id for one in responses], claim.turn),
        propensity=claim.inclusion,
        ahead=ahead,
    )
    assignment.item = item
    assignment.responses = responses
    return assignment


def claim_cell(seat: Seat, *, waits: bool = True) -> Claim | None:
    """Lease one open cell of the seat's stratum whose item the person has not met.

    Who takes several cells in one transaction must not wait for any of them.
    """
    start = None
    if seat.campaign.strategy == Strategy.RANDOM:
        # From a random place in the permutation to its end, then from the beginning.
        start = draw(seat).randint(-(2**31), 2**31 - 1)
    return (
        run_claim(seat, start=start)
        or (start is not None and run_claim(seat))
        # Whatever is left is locked by others at this moment, and may have room for one more.
        or (waits and run_claim(seat, patience=WAIT))
        or None
    )


def draw(seat: Seat) -> random.Random:
    """The random source for a person's next item: the same under the same seed and history."""
    return random.Random(turn_of(seat))  # noqa: S311 - a design, not a secret


def draw_of_checks(seat: Seat) -> random.Random:
    """Another source, so that a rate of check items changes nothing that is drawn besides."""
    return random.Random(f"{turn_of(seat)}:check")  # noqa: S311 - a design, not a secret


def turn_of(seat: Seat) -> str:
    return f"{seat.campaign.seed}:{seat.number}:{seat.submitted + seat.held}"


def run_claim(seat: Seat, *, start: int | None = None, patience: str = SKIP) -> Claim | None:
    names = {"stratum": seat.stratum_id, "annotator": seat.annotator_id, "start": start}
    statement = CLAIMS[Strategy(seat.campaign.strategy), start is not None, patience]
    rows = statement.rows(names)
    return Claim(*rows[0]) if rows else None


def create_assignment(
    seat: Seat,
    now: datetime,
    *,
    item_id: int,
    coverage_id: int | None,
    order: list[str],
    propensity: float | None = None,
    is_repeat: bool = False,
    ahead: int = 0,
) -> Assignment:
    campaign = seat.campaign
    assert campaign.guideline is not None  # noqa: S101 - written when the campaign was created
    assignment = Assignment(
        campaign=campaign,
        seat=seat,
        annotator_id=seat.annotator_id,
        item_id=item_id,
        stratum_id=seat.stratum_id,
        coverage_id=coverage_id,
        guideline=campaign.guideline,
        is_repeat=is_repeat,
        strategy=campaign.strategy,
        propensity=propensity,
        presented_order=order,
        ahead=ahead,
        served_at=now,
        lease_expires_at=now + timedelta(minutes=campaign.lease_minutes),
    )
    return NEW_ASSIGNMENT.insert(assignment)


def serve_repeat(seat: Seat, now: datetime, *, ahead: int = 0) -> Assignment | None:
    """At the campaign's rate, an item answered a while ago again, its order reversed."""
    rate = seat.campaign.repeat_rate
    chance = draw(seat)
    if not rate or chance.random() >= rate:
        return None
    answered = Assignment.objects.filter(
        seat=seat,
        status=AssignmentStatus.SUBMITTED,
        is_repeat=False,
        coverage__isnull=False,  # a check item is asked once
    ).order_by("-ended_at")[JUDGMENTS_BEFORE_REPEAT : JUDGMENTS_BEFORE_REPEAT + MOST_LOOKED_BACK]
    repeated = set(
        Assignment.objects.filter(seat=seat, is_repeat=True).values_list("item_id", flat=True)
    )
    candidates = [one for one in answered if one.item_id not in repeated]
    if not candidates:
        return None
    earlier = chance.choice(candidates)
    return create_assignment(
        seat,
        now,
        item_id=earlier.item_id,
        coverage_id=None,
        order=earlier.presented_order[::-1],
        is_repeat=True,
        ahead=ahead,
    )


def serve_check(seat: Seat, now: datetime, *, ahead: int = 0) -> Assignment | None:
    """At the campaign's rate, one of its check items that the person has not met.

    It has no coverage: it takes nobody's place, and no item wants it.
    """
    rate = entry_of(seat.campaign).check_rate
    chance = draw_of_checks(seat)
    if not rate or chance.random() >= rate:
        return None
    left = Item.objects.filter(campaign=seat.campaign_id, check_answers__isnull=False)
    seen = Assignment.objects.filter(seat=seat).values("item")
    ids = list(left.exclude(pk__in=seen).order_by("pk").values_list("pk", flat=True)[:MOST_CHECKS])
    if not ids:
        return None
    item_id = chance.choice(ids)
    responses = RESPONSES.all(item=item_id)
    turn = chance.randrange(cycle_length(len(responses)))
    return create_assignment(
        seat,
        now,
        item_id=item_id,
        coverage_id=None,
        order=presented_order([one.external_id for one in responses], turn),
        ahead=ahead,
    )


def take_up_again(seat: Seat, now: datetime) -> Assignment | None:
    """An item that this person gave back or let lapse, where nobody else has taken its place.

    It is the same showing: same assignment, same order. What was skipped never comes back.
    """
    lapsed = Assignment.objects.select_for_update(of=("self",)).filter(
        seat=seat,
        is_repeat=False,
        status__in=(AssignmentStatus.RELEASED, AssignmentStatus.EXPIRED),
        coverage__taken__lt=F("coverage__target"),
    )
    for assignment in lapsed.order_by("pk")[:20]:
        retaken = Coverage.objects.filter(
            pk=assignment.coverage_id or 0, taken__lt=F("target")
        ).update(leased=F("leased") + 1)
        if retaken:
            assignment.status = AssignmentStatus.LEASED
            assignment.ended_at, assignment.ahead = None, 0
            assignment.lease_expires_at = now + timedelta(minutes=seat.campaign.lease_minutes)
            assignment.save(update_fields=["status", "ended_at", "ahead", "lease_expires_at"])
            return assignment
    return None


def nothing_left(seat: Seat) -> NothingToServe:
    """Why there is nothing for this person; asked only when there is nothing."""
    campaign = seat.campaign
    if is_being_prepared(campaign):
        return NothingToServe.PLANNING
    held_by_others = (
        Coverage.objects.filter(stratum=seat.stratum, leased__gt=0)
        .exclude(item__assignments__annotator=seat.annotator_id)
        .exists()
    )
    if held_by_others:
        return NothingToServe.WAITING
    return NothingToServe.MORE_LATER if may_open_again(seat) else NothingToServe.DONE


def may_open_again(seat: Seat) -> bool:
    """Whether a later round may want one more judgment of an item that the person has not met."""
    campaign = seat.campaign
    if campaign.strategy != Strategy.ADAPTIVE:
        return False
    if campaign.adaptive_granted >= campaign.adaptive_budget:
        return False
    not_met = Coverage.objects.filter(stratum=seat.stratum).exclude(
        item__assignments__annotator=seat.annotator_id
    )
    return not_met.filter(target__gt=0, target__lt=campaign.adaptive_most).exists()


def is_being_prepared(campaign: Campaign) -> bool:
    """Whether items are still on their way into the campaign's coverage."""
    under_way = PlanningRun.objects.filter(campaign=campaign).exclude(state__in=ENDED)
    importing = ItemImport.objects.filter(campaign=campaign).exclude(state__in=ENDED)
    return under_way.exists() or importing.exists()


def item_of(assignment: Assignment) -> tuple[Item, list[Response]]:
    """The assignment's item, and its responses in the order to show."""
    responses = assignment.responses or list(assignment.item.responses.all())
    by_id = {response.external_id: response for response in responses}
    return assignment.item, [by_id[response_id] for response_id in assignment.presented_order]
