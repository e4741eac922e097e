"""Synthetic people at work, through the services that real people's answers go through."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import Annotator
from annotation.enums import NothingToServe, Strategy
from annotation.errors import Conflict
from annotation.models import Assignment, Campaign, Response
from annotation.services.adapting import adapt
from annotation.services.judging import submit_judgment
from annotation.services.leases import return_lapsed_leases, skip_assignment
from annotation.services.serving import item_of, next_assignment
from annotation.simulation.behaviour import Behaviour
from annotation.simulation.bulk import answer_in_bulk
from annotation.simulation.given import check_utilities
from annotation.simulation.meeting import Outcome, Sheet
from annotation.simulation.population import Person, account, seat_people, true_weights
from annotation.simulation.report import SimulationReport
from annotation.simulation.run import Run
from annotation.simulation.schedule import Schedule, Turn, arrival_of
from annotation.simulation.utilities import traits_of

# Responses looked at to learn which traits a campaign's responses declare.
RESPONSES_SAMPLED = 1000


def simulate_campaign(
    campaign: Campaign,
    *,
    annotators: Sequence[Annotator],
    seed: int,
    most_each: int | None = None,
    behaviour: Behaviour | None = None,
    fast: bool = False,
    on_progress: Callable[[int], None] = lambda judgments: None,
) -> SimulationReport:
    """Let annotators join and judge in turn until nothing is served, or each gave `most_each`.

    What a person answers on an item depends on nothing but `seed`, the person's number and the
    item. `fast` writes most answers in bulk (`annotation.simulation.bulk`). Raises `Conflict`
    where the campaign is not open or the given utilities do not fit it.
    """
    behaviour = behaviour or Behaviour()
    if not campaign.is_open:
        raise Conflict("Only an open campaign can be answered; open it first.", code="not-open")
    began = time.monotonic()
    traits = trait_names(campaign)
    check_utilities(campaign, behaviour.utilities, traits)
    arriving = sorted(
        enumerate(annotators, start=1), key=lambda one: arrival_of(one[0], behaviour, seed)
    )
    people = seat_people(campaign, arriving, traits, seed, behaviour)
    run = Run(campaign, seed, behaviour, most_each=most_each, on_progress=on_progress)
    run.report.introduce(people)
    for stratum in campaign.strata.all():
        weights = true_weights(stratum.key, traits, seed, behaviour)
        run.report.true_weights[stratum.key] = dict(weights.by_trait)
    staying = [person for person in people if not run.left_before(person)]
    if fast:
        answer_held(run, staying)
    answer_what_is_open(run, staying, fast=fast)
    while more_allotted(campaign):
        staying = [person for person in staying if not run.left_before(person)]
        answer_what_is_open(run, staying, fast=fast)
    run.report.seconds = time.monotonic() - began
    return run.report


def answer_what_is_open(run: Run, people: Sequence[Person], *, fast: bool) -> None:
    """Until nothing is served any more; in bulk first, and what is left one by one."""
    if fast:
        people = answer_in_bulk(run, people)
        while more_allotted(run.campaign):
            people = answer_in_bulk(run, people)
    answer_one_by_one(run, people)


def more_allotted(campaign: Campaign) -> bool:
    """A round of an adaptive campaign: by the clock in an installation, here when all is done."""
    return campaign.strategy == Strategy.ADAPTIVE and adapt(campaign) > 0


def synthetic_annotators(campaign: Campaign, count: int, seed: int) -> list[Annotator]:
    """Accounts for `count` synthetic people of this campaign and seed, new or found again."""
    return [account(campaign, number, seed) for number in range(1, count + 1)]


def trait_names(campaign: Campaign) -> list[str]:
    responses = Response.objects.filter(item__campaign=campaign).order_by("pk")
    names: set[str] = set()
    for metadata, sha in responses.values_list("metadata", "content_sha256")[:RESPONSES_SAMPLED]:
        names.update(traits_of(metadata, sha))
    return sorted(names)


def answer_one_by_one(run: Run, people: Sequence[Person]) -> None:
    """Everybody in turn, until nothing is served to them."""
    schedule = Schedule(people, run.behaviour, run.seed)
    while turn := schedule.next():
        person = turn[2]
        person.seat.refresh_from_db(fields=["submitted"])
        if run.most_each is None or person.seat.submitted < run.most_each:
            work(run, schedule, turn)
        run.on_progress(run.report.judgments)


def work(run: Run, schedule: Schedule, turn: Turn) -> None:
    """One assignment of one person, who goes on unless nothing was served or they leave."""
    person = turn[2]
    served = next_assignment(person.seat)
    if isinstance(served, NothingToServe):
        return
    item, responses = item_of(served)
    meeting = run.meet(person, Sheet.of(item, responses), is_repeat=served.is_repeat)
    if meeting.outcome == Outcome.LAPSED:
        let_lapse(served)
    elif meeting.outcome == Outcome.SKIPPED:
        skip_assignment(served, reason="")
    else:
        submit_judgment(served, meeting.submission(f"simulated-{served.pk}"))
    run.count(meeting)
    if not meeting.leaves:
        schedule.again(turn, meeting.took_ms)


def let_lapse(assignment: Assignment) -> None:
    """As if time had run out: the lease is moved into the past, and the sweep finds it there."""
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(pk=assignment.pk).update(lease_expires_at=past)
    return_lapsed_leases()


def answer_held(run: Run, people: Sequence[Person]) -> None:
    """Who holds a lease from earlier ends it first, as at the judging page."""
    by_seat = {person.seat.pk: person for person in people}
    held = Assignment.objects.filter(seat__in=list(by_seat), status="leased")
    holding = [by_seat[seat] for seat in held.values_list("seat_id", flat=True)]
    schedule = Schedule(holding, run.behaviour, run.seed)
    for turn in [*schedule.turns]:
        work(run, schedule, turn)
