"""Whatever people, sweeps, imports and researchers do in whatever order: what must always hold.

Hypothesis looks for orders of services that break an invariant, first one after the other, then
several at once, each on a connection of its own that may be cut off anywhere, as by kill -9.
"""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from annotation.enums import AssignmentStatus, JobState, NothingToServe
from annotation.errors import Conflict, StratumFull
from annotation.models import (
    Assignment,
    Campaign,
    Coverage,
    Erasure,
    Judgment,
    Quota,
    Seat,
    Stratum,
)
from annotation.selectors.campaigns import campaign_strata
from annotation.services import ahead
from annotation.services.adapting import adapt_open_campaigns
from annotation.services.ahead import keep_ahead
from annotation.services.campaigns import change_campaign, open_campaign, pause_campaign
from annotation.services.erasing import erase, withdraw
from annotation.services.jobs import run_job
from annotation.services.judging import submit_judgment
from annotation.services.leases import (
    extend_lease,
    release_assignment,
    release_kept_ahead,
    return_lapsed_leases,
    skip_assignment,
)
from annotation.services.planning import plan_coverage
from annotation.services.revising import revise_judgment
from annotation.services.seats import return_lapsed_seats
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission
from annotation.specs import StratumSpec
from tests.factories import (
    AGE_QUESTION,
    first_preferred,
    import_lines,
    item_line,
    make_annotator,
    make_campaign,
    take_part,
)

GENDER_QUESTION = {
    "key": "gender",
    "label": "What is your gender?",
    "kind": "single",
    "options": [{"key": "woman"}, {"key": "man"}],
}
STRATA = [
    {"key": "young", "where": {"age": ["young"]}, "target": 2, "quota": 3},
    {"key": "old", "where": {"age": ["old"]}, "target": 1, "quota": 2},
]
# Added while people are at work: those who would not tell their age.
ADDED = {
    **{"key": "untold", "where": {}, "target": 1, "quota": 2},
    **{"targets": {}, "share": None},
}
QUOTAS = [{"key": "women", "where": {"gender": ["woman"]}, "seats": 3}]
AGES = {"young": "young", "old": "old", "untold": None}
GENDERS = st.sampled_from(["woman", "man"])
PEOPLE = st.integers(0, 6)
PAST = timedelta(seconds=1)
QUICK = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    # Shrinking replays some hundred examples; take it back in to look into a failure.
    phases=[Phase.explicit, Phase.generate],
)


class World:
    """A small campaign and what anybody may do to it. Each act tells what came of it."""

    def __init__(self, *, is_adaptive: bool = False) -> None:
        self.items = itertools.count(1)
        self.is_adaptive = is_adaptive
        adaptive = {"strategy": "adaptive", "adaptive": {"budget": 4, "most": 3}}
        self.campaign = make_campaign(
            questions=[AGE_QUESTION, GENDER_QUESTION],
            strata=STRATA,
            quotas=QUOTAS,
            repeat_rate=0.2,
            flow={"ahead": 3, "revise": "all"},
            **(adaptive if is_adaptive else {}),
        )
        # An example that fails has to fail again, so the design draws the same each time.
        self.campaign.seed = 7
        self.campaign.save(update_fields=["seed"])
        self.bring_items(2)
        self.campaign = open_campaign(self.campaign)
        self.seats: list[Seat] = []
        # Connections of the people at work, by thread: who may be cut off.
        self.backends: dict[int, int] = {}

    def join(self, age: str, gender: str = "man") -> str:
        try:
            campaign = Campaign.objects.get(pk=self.campaign.pk)
            seat = take_part(campaign, make_annotator(), age=AGES[age], gender=gender)
        except StratumFull:
            return "full"
        except Conflict:
            return "refused"
        self.seats.append(seat)
        return "joined"

    def seat(self, person: int) -> Seat | None:
        seats = list(self.seats)
        return seats[person % len(seats)] if seats else None

    def held(self, person: int) -> Assignment | None:
        """What the person has on their screen, were it opened just now."""
        return self.shown(person) or self.kept(person)

    def leased(self, person: int) -> QuerySet[Assignment]:
        mine = Assignment.objects.select_related("campaign").filter(seat=self.seat(person))
        return mine.filter(status=AssignmentStatus.LEASED).order_by("pk")

    def shown(self, person: int) -> Assignment | None:
        return self.leased(person).filter(ahead=0).first()

    def kept(self, person: int) -> Assignment | None:
        """What the person's browser has kept ahead the longest."""
        return self.leased(person).exclude(ahead=0).first()

    def keep(self, person: int) -> list[Assignment]:
        seat = self.seat(person)
        return keep_ahead(seat.pk).assignments if seat else []

    def revise(self, person: int, key: str = "") -> Judgment | None:
        """Another answer than the one given last; None where there is none, or it was refused."""
        mine = Assignment.objects.select_related("campaign").filter(
            seat=self.seat(person), status=AssignmentStatus.SUBMITTED
        )
        given = mine.order_by("-ended_at").first()
        if given is None:
            return None
        count = given.judgments.count()
        answer = {"outcome": "tie"} if count % 2 else {"outcome": "depends"}
        answers = dict.fromkeys(given.campaign.criterion_keys, answer)
        submission = Submission(answers=answers, language="en", idempotency_key=key)
        try:
            return revise_judgment(given, submission)[0]
        except Conflict:
            return None

    def on_screen(self, person: int) -> Assignment | None:
        """What the person has before them once they have opened the page."""
        self.serve(person)
        return self.held(person)

    def latest(self, person: int) -> Assignment | None:
        """What the person was served last, whatever has become of it."""
        mine = Assignment.objects.select_related("campaign").filter(seat=self.seat(person))
        return mine.order_by("-served_at", "-pk").first()

    def serve(self, person: int) -> Assignment | NothingToServe | None:
        seat = self.seat(person)
        return next_assignment(seat) if seat else None

    def submit(self, assignment: Assignment | None, key: str = "") -> Judgment | None:
        """The judgment, or None where it was refused."""
        if assignment is None:
            return None
        answers = first_preferred(assignment)
        submission = Submission(answers=answers, language="en", idempotency_key=key)
        try:
            return submit_judgment(assignment, submission)[0]
        except Conflict:
            return None

    def end(self, how: Callable[[Assignment], object], assignment: Assignment | None) -> bool:
        try:
            return assignment is not None and bool(how(assignment))
        except Conflict:
            return False

    def lapse(self, person: int) -> None:
        held = Assignment.objects.filter(seat=self.seat(person), status=AssignmentStatus.LEASED)
        held.update(lease_expires_at=timezone.now() - PAST)

    def unused_seat(self, person: int) -> Seat | None:
        """The person's seat, where it may lapse: nothing judged, and nobody at an item."""
        seat = self.seat(person)
        if seat is None:
            return None
        free = Seat.objects.select_related("stratum").filter(pk=seat.pk)
        free = free.filter(submitted=0, has_lapsed=False)
        return free.exclude(assignments__status=AssignmentStatus.LEASED).first()

    def neglect(self, person: int) -> None:
        """Let the person's seat grow old enough to lapse, if they have not used it."""
        seat = self.unused_seat(person)
        if seat:
            long_ago = timezone.now() - timedelta(hours=self.campaign.seat_hours + 1)
            Seat.objects.filter(pk=seat.pk).update(held_since=long_ago)

    def redesign(self, change: Callable[[list[StratumSpec]], object]) -> bool:
        """Change the strata of the open campaign and plan; tells whether it was allowed."""
        strata = campaign_strata(self.campaign)
        change(strata)
        try:
            change_campaign(self.campaign, {"strata": strata})
        except Conflict:
            return False
        plan_coverage(Campaign.objects.get(pk=self.campaign.pk))
        return True

    def retarget(self, key: str, target: int, quota: int | None) -> bool:
        def change(strata: list[StratumSpec]) -> None:
            for one in strata:
                if one["key"] == key:
                    one["target"], one["quota"] = target, quota

        return self.redesign(change)

    def add_stratum(self) -> bool:
        def change(strata: list[StratumSpec]) -> None:
            if ADDED["key"] not in [one["key"] for one in strata]:
                strata.append(ADDED)

        return self.redesign(change)

    def withdraw(self, person: int) -> bool:
        """The person withdraws, and a worker erases; tells whether there is anybody."""
        seat = self.seat(person)
        if seat is not None:
            run_job(Erasure, withdraw(seat.annotator, self.campaign).pk, erase)
        return seat is not None

    def pause(self) -> None:
        pause_campaign(self.campaign)

    def open(self) -> None:
        open_campaign(self.campaign)

    def bring_items(self, count: int) -> None:
        job = import_lines(self.campaign, [item_line(f"q{next(self.items)}") for _ in range(count)])
        assert job.state == JobState.DONE, job.error
        plan_coverage(self.campaign)

    def check(self) -> None:
        """Every invariant, at one moment."""
        never_over_target(self.campaign)
        never_twice(self.campaign)
        quotas_hold(self.campaign)
        counters_are_recounts(self.campaign)
        one_judgment_for_each_submitted(self.campaign)
        few_are_held(self.campaign)
        tombstones_tell_nothing(self.campaign)


def never_over_target(campaign: Campaign) -> None:
    live = Q(assignments__status__in=(AssignmentStatus.LEASED, AssignmentStatus.SUBMITTED))
    cells = Coverage.objects.filter(stratum__campaign=campaign)
    over = cells.annotate(live=Count("assignments", filter=live)).filter(live__gt=F("target"))
    assert not over.exists()


def never_twice(campaign: Campaign) -> None:
    met = Assignment.objects.filter(campaign=campaign)
    pairs = met.values("annotator", "item", "is_repeat").annotate(times=Count("pk"))
    assert not pairs.filter(times__gt=1).exists()
    for again in met.filter(is_repeat=True):
        first = met.get(annotator=again.annotator_id, item=again.item_id, is_repeat=False)
        assert first.status == AssignmentStatus.SUBMITTED
        assert again.coverage_id is None


def quotas_hold(campaign: Campaign) -> None:
    """Of strata and across them; a seat that has lapsed counts towards neither."""
    seated = Count("seats", filter=Q(seats__has_lapsed=False))
    for stratum in campaign.strata.annotate(seated=seated):
        assert stratum.seats_taken == stratum.seated
        assert stratum.quota is None or stratum.seated <= stratum.quota
    live = campaign.seats.filter(has_lapsed=False)
    for quota in campaign.quotas.all():
        women = live.filter(profile__answers__gender=["woman"]).count()
        assert quota.seats_taken == women <= quota.seats
        assert live.filter(quotas=quota).count() == women


def counters_are_recounts(campaign: Campaign) -> None:
    def count(status: AssignmentStatus) -> Count:
        return Count("assignments", filter=Q(assignments__status=status))

    cells = Coverage.objects.filter(stratum__campaign=campaign).annotate(
        real_leased=count(AssignmentStatus.LEASED),
        real_submitted=count(AssignmentStatus.SUBMITTED),
    )
    assert not cells.exclude(leased=F("real_leased"), submitted=F("real_submitted")).exists()
    seats = campaign.seats.annotate(real=count(AssignmentStatus.SUBMITTED))
    assert not seats.exclude(submitted=F("real")).exists()


def one_judgment_for_each_submitted(campaign: Campaign) -> None:
    """One first answer, and of its revisions one that holds; nothing where none was given."""
    first, final = Q(judgments__supersedes=None), Q(judgments__superseded_by=None)
    there = Q(judgments__isnull=False, judgments__erased_at=None)
    assignments = Assignment.objects.filter(campaign=campaign).annotate(
        given=Count("judgments", filter=there & first, distinct=True),
        holding=Count("judgments", filter=there & final, distinct=True),
    )
    submitted = Q(status=AssignmentStatus.SUBMITTED)
    assert not assignments.filter(submitted).exclude(given=1, holding=1).exists()
    assert not assignments.exclude(submitted).exclude(given=0).exists()


def few_are_held(campaign: Campaign) -> None:
    """One on the screen and three ahead at most, and no limit is passed by what is held."""
    held = Count("assignments", filter=Q(assignments__status=AssignmentStatus.LEASED))
    assert not campaign.seats.annotate(leases=held).filter(leases__gt=4).exists()


def tombstones_tell_nothing(campaign: Campaign) -> None:
    """Of who has been erased rows are left, counted by the erasure, and no word."""
    stones = Judgment.objects.filter(campaign=campaign, erased_at__isnull=False)
    assert not stones.exclude(answers={}, reason="", stratum=None, idempotency_key="").exists()
    gone = Assignment.objects.filter(campaign=campaign, status=AssignmentStatus.WITHDRAWN)
    assert not gone.exclude(draft=None, skip_reason="", stratum=None, coverage=None).exists()
    counted = Erasure.objects.filter(campaign=campaign)
    sums = counted.aggregate(judgments=Sum("judgments"), assignments=Sum("assignments"))
    assert (sums["judgments"] or 0, sums["assignments"] or 0) == (stones.count(), gone.count())
    for erasure in counted.filter(state=JobState.DONE):
        seat = Seat.objects.get(campaign=campaign, annotator=erasure.annotator_id)
        assert (seat.stratum_id, seat.submitted) == (None, 0)
        assert not Assignment.objects.filter(seat=seat).exclude(pk__in=gone).exists()
        assert not erasure.annotator.profiles.exclude(answers={}).exists()


class OneAfterAnother(RuleBasedStateMachine):
    """Each example is a transaction of its own that is undone at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.keys = itertools.count(1)
        self.sent: list[tuple[Assignment, str, int]] = []

    @initialize(is_adaptive=st.booleans())
    def begin(self, is_adaptive):
        self.world = World(is_adaptive=is_adaptive)
        for age in ("young", "old", "young"):
            self.world.join(age)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def is_open(self) -> bool:
        return Campaign.objects.get(pk=self.world.campaign.pk).is_open

    def stratum(self, key: str) -> Stratum | None:
        return Stratum.objects.filter(campaign=self.world.campaign, key=key).first()

    def has_room(self, stratum: Stratum, *, woman: bool) -> bool:
        quota = Quota.objects.get(campaign=self.world.campaign)
        free = stratum.quota is None or stratum.seats_taken < stratum.quota
        return free and not (woman and quota.seats_taken == quota.seats)

    @rule(age=st.sampled_from(list(AGES)), gender=GENDERS)
    def join(self, age, gender):
        stratum, is_open = self.stratum(age), self.is_open()
        due = "refused"
        if stratum and is_open:
            due = "joined" if self.has_room(stratum, woman=gender == "woman") else "full"
        assert self.world.join(age, gender) == due

    @rule(person=PEOPLE)
    def serve(self, person):
        held = self.world.held(person)
        seat = self.world.seat(person)
        refreshed = seat and Seat.objects.select_related("stratum").get(pk=seat.pk)
        served = self.world.serve(person)
        if not self.is_open():
            assert served in (NothingToServe.PAUSED, None)
        elif refreshed and refreshed.has_lapsed:
            self.retaken_where_there_was_room(refreshed, served)
        elif held:
            assert served == held
        elif isinstance(served, NothingToServe):
            self.nothing_fits(self.world.seat(person), served)

    def retaken_where_there_was_room(self, before: Seat, served: object) -> None:
        """`before` is the seat and its stratum as they were before the person came back."""
        had_room = before.stratum.quota is None or before.stratum.seats_taken < before.stratum.quota
        now = Seat.objects.get(pk=before.pk)
        if not had_room:
            assert served == NothingToServe.SEAT_LAPSED
        assert now.has_lapsed == (served == NothingToServe.SEAT_LAPSED)

    def nothing_fits(self, seat: Seat, reason: NothingToServe) -> None:
        """A place of the person's stratum is open only where they met the item and ended it."""
        cells = Coverage.objects.filter(stratum=seat.stratum_id, taken__lt=F("target"))
        ended = (AssignmentStatus.SKIPPED, AssignmentStatus.SUBMITTED)
        mine = Assignment.objects.filter(seat=seat, status__in=ended, is_repeat=False)
        assert not cells.exclude(item__in=mine.values("item")).exists()
        assert reason in (NothingToServe.DONE, NothingToServe.WAITING)

    @rule(person=PEOPLE, with_key=st.booleans())
    def submit(self, person, with_key):
        held = self.world.on_screen(person)
        # Whatever has become of targets and quotas meanwhile: what is on a screen is taken.
        key = f"key-{next(self.keys)}" if with_key else ""
        given = self.world.submit(held, key)
        assert (given is None) == (held is None)
        if given and key:
            self.sent.append((held, key, given.pk))

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 50))
    def submit_again(self, which):
        assignment, key, judgment = self.sent[which % len(self.sent)]
        before = Judgment.objects.count()
        assert self.world.submit(assignment, key).pk == judgment
        assert Judgment.objects.count() == before

    @rule(person=PEOPLE)
    def submit_what_was_served_last(self, person):
        """Late, twice, or after giving it back: counted only where there is room."""
        latest = self.world.latest(person)
        given = self.world.submit(latest)
        if latest and latest.status in (AssignmentStatus.SUBMITTED, AssignmentStatus.SKIPPED):
            assert given is None

    @rule(person=PEOPLE)
    def skip(self, person):
        self.world.end(skip_assignment, self.world.on_screen(person))
        assert self.world.shown(person) is None

    @rule(person=PEOPLE)
    def keep_ahead(self, person):
        """Places kept are counted, and what is on the screen stays there."""
        shown = self.world.on_screen(person)
        kept = self.world.keep(person)
        assert self.world.shown(person) == shown
        assert [one.pk for one in kept] == [one.pk for one in self.world.leased(person)[1:]]

    @rule(person=PEOPLE)
    def submit_what_is_kept(self, person):
        """Out of turn, as after a time without network."""
        kept = self.world.kept(person)
        assert (self.world.submit(kept) is None) == (kept is None)

    @rule(person=PEOPLE)
    def leave(self, person):
        seat = self.world.seat(person)
        if seat:
            release_kept_ahead(seat.pk)
            assert self.world.kept(person) is None

    @rule(person=PEOPLE)
    def revise(self, person):
        """History is kept, and coverage counts the person once."""
        counted = list(Coverage.objects.order_by("pk").values_list("leased", "submitted"))
        before = Judgment.objects.count()
        given = self.world.revise(person)
        assert Judgment.objects.count() == before + (given is not None)
        assert list(Coverage.objects.order_by("pk").values_list("leased", "submitted")) == counted

    @rule(person=PEOPLE)
    def release(self, person):
        self.given_back(person, lambda held: release_assignment(held))

    @rule(person=PEOPLE)
    def lapse_and_sweep(self, person):
        def sweep(_held: Assignment) -> None:
            self.world.lapse(person)
            assert return_lapsed_leases() >= 1

        self.given_back(person, sweep)

    def given_back(self, person: int, how: Callable[[Assignment], object]) -> None:
        """A place that comes back is open, and somebody of the stratum is served it."""
        held = self.world.on_screen(person)
        if held is None:
            return
        how(held)
        cell = held.coverage
        if cell is None:
            return
        cell.refresh_from_db()
        assert cell.taken < cell.target
        if self.is_open():
            self.is_served_again(held)

    def is_served_again(self, returned: Assignment) -> None:
        """Somebody new to the item gets it, or the person who gave it back, in the end."""
        with transaction.atomic():
            age = AGES[returned.stratum.key]
            Stratum.objects.filter(pk=returned.stratum.pk).update(quota=100)
            Campaign.objects.filter(pk=returned.campaign_id).update(repeat_rate=0)
            seat = take_part(self.world.campaign, make_annotator(), age=age, gender="man")
            seen = set()
            while not isinstance(served := next_assignment(seat), NothingToServe):
                seen.add(served.item_id)
                self.world.submit(served)
            assert returned.item_id in seen
            transaction.set_rollback(True)

    @rule(person=PEOPLE)
    def heartbeat(self, person):
        held = self.world.held(person)
        if held:
            before = held.lease_expires_at
            assert extend_lease(held).lease_expires_at >= before

    @rule(person=PEOPLE)
    def lapse_without_a_sweep(self, person):
        self.world.on_screen(person)
        self.world.lapse(person)

    @rule()
    def sweep(self):
        return_lapsed_leases()

    @rule(person=PEOPLE)
    def withdraw(self, person):
        """Whatever they had taken is open again; they are gone from the list of people."""
        held = self.world.held(person)
        seat = self.world.seat(person)
        took = list(
            Coverage.objects.filter(assignments__seat=seat).values_list("pk", "served")
            if seat
            else ()
        )
        if not self.world.withdraw(person):
            return
        for cell, served in took:
            assert Coverage.objects.get(pk=cell).served == served - 1
        assert self.world.serve(person) == NothingToServe.WITHDRAWN
        assert held is None or self.world.submit(held) is None
        self.sent = [one for one in self.sent if one[0].seat_id != seat.pk]
        self.world.seats.remove(seat)

    @rule(person=PEOPLE, age=st.sampled_from(list(AGES)), gender=GENDERS)
    def a_seat_lapses(self, person, age, gender):
        """It goes back to its stratum and quotas, and somebody else may have it at once."""
        if self.world.unused_seat(person) is None and self.world.join(age, gender) == "joined":
            person = len(self.world.seats) - 1
        seat = self.world.unused_seat(person)
        self.world.neglect(person)
        returned = return_lapsed_seats()
        if seat is None:
            return
        assert returned >= 1
        after = Seat.objects.select_related("stratum").get(pk=seat.pk)
        assert after.has_lapsed
        assert self.has_room(after.stratum, woman=after.quotas.exists())
        assert after.stratum.seats_taken < seat.stratum.seats_taken

    @rule(
        key=st.sampled_from(list(AGES)),
        wanted=st.integers(0, 3),
        quota=st.none() | st.integers(0, 4),
    )
    def retarget(self, key, wanted, quota):
        """No lease is stranded: each cell wants what the design says, or what it has been given."""
        stratum = self.stratum(key)
        leased = set(self.leases())
        allowed = self.world.retarget(key, wanted, quota)
        if stratum:
            assert allowed == (quota is None or quota >= stratum.seats_taken)
        assert set(self.leases()) == leased
        if stratum and allowed:
            for cell in Coverage.objects.filter(stratum=stratum):
                due = max(wanted, cell.taken)
                # What was allotted adaptively is not taken back.
                assert cell.target >= due if self.world.is_adaptive else cell.target == due

    def leases(self) -> list[int]:
        held = Assignment.objects.filter(status=AssignmentStatus.LEASED)
        return list(held.values_list("pk", flat=True))

    @rule()
    def add_a_stratum(self):
        assert self.world.add_stratum()
        cells = Coverage.objects.filter(stratum__campaign=self.world.campaign)
        items = self.world.campaign.items.count()
        assert cells.count() == items * self.world.campaign.strata.count()

    @rule()
    def adapt(self):
        adapt_open_campaigns()

    @rule()
    def pause(self):
        self.world.pause()

    @rule()
    def open(self):
        self.world.open()

    @rule(count=st.integers(1, 3))
    def bring_items(self, count):
        self.world.bring_items(count)

    @invariant()
    def everything_holds(self):
        self.world.check()


@pytest.fixture(autouse=True)
def _keep_every_open_place(monkeypatch):
    """These campaigns are small: keep ahead what there is, rather than a quarter."""
    monkeypatch.setattr(ahead, "OPEN_FOR_EACH", 1)


@pytest.mark.django_db
def test_no_order_of_services_breaks_an_invariant():
    run_state_machine_as_test(
        OneAfterAnother, settings=settings(QUICK, max_examples=15, stateful_step_count=35)
    )


ACTS: dict[str, Callable[[World, int], object]] = {
    "serve": lambda world, person: world.serve(person),
    "submit": lambda world, person: world.submit(world.held(person)),
    "submit twice": lambda world, person: submit_twice(world, person),
    "submit late": lambda world, person: world.submit(world.latest(person)),
    "skip": lambda world, person: world.end(skip_assignment, world.held(person)),
    "keep": lambda world, person: world.keep(person),
    "submit kept": lambda world, person: world.submit(world.kept(person)),
    "leave": lambda world, person: leave(world, person),
    "revise": lambda world, person: world.revise(person),
    "revise twice": lambda world, person: [world.revise(person, f"r{person}") for _ in range(2)],
    "release": lambda world, person: world.end(release_assignment, world.held(person)),
    "heartbeat": lambda world, person: world.end(extend_lease, world.held(person)),
    "lapse": lambda world, person: world.lapse(person),
    "sweep": lambda world, person: return_lapsed_leases(),
    "join": lambda world, person: world.join(
        list(AGES)[person % 3], "woman" if person % 2 else "man"
    ),
    "withdraw": lambda world, person: world.withdraw(person),
    "neglect": lambda world, person: world.neglect(person),
    "return seats": lambda world, person: return_lapsed_seats(),
    "retarget": lambda world, person: world.retarget("young", person % 4, 2 + person),
    "add a stratum": lambda world, person: world.add_stratum(),
    "adapt": lambda world, person: adapt_open_campaigns(),
    "kill": lambda world, person: kill(world, person),
    "pause": lambda world, person: world.pause(),
    "open": lambda world, person: world.open(),
    "import": lambda world, person: world.bring_items(1),
}
# What people do most comes most often.
OFTEN = ["serve"] * 6 + ["submit"] * 6 + ["keep"] * 3 + ["submit kept"] * 3
OFTEN += ["submit twice", "submit late", "lapse", "sweep", "open"]
PROGRAMME = st.lists(
    st.tuples(st.sampled_from(OFTEN + list(ACTS)), PEOPLE), min_size=8, max_size=16
)


def submit_twice(world: World, person: int) -> None:
    held = world.held(person)
    given = [world.submit(held, f"key-{held.pk}") for _ in range(2)] if held else []
    assert len({judgment.pk for judgment in given if judgment}) <= 1


def leave(world: World, person: int) -> None:
    seat = world.seat(person)
    if seat:
        release_kept_ahead(seat.pk)


def kill(world: World, person: int) -> None:
    """Cut somebody's connection off, wherever in their transaction they are."""
    others = [pid for thread, pid in world.backends.items() if thread != threading.get_ident()]
    if others:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [others[person % len(others)]])


def do(world: World, act: str, person: int) -> None:
    """One act; who is cut off loses it, and goes on with a connection anew."""
    try:
        if threading.get_ident() not in world.backends:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                world.backends[threading.get_ident()] = cursor.fetchone()[0]
        ACTS[act](world, person)
    except (OperationalError, InterfaceError) as error:
        if "deadlock" in str(error):
            raise
        world.backends.pop(threading.get_ident(), None)
        connection.close()


def check_at_one_moment(world: World) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        world.check()


def run_at_once(world: World, programmes: list[list[tuple[str, int]]]) -> None:
    """Each programme in a thread and connection of its own, while another looks on."""
    barrier = threading.Barrier(len(programmes) + 1)
    ended = threading.Event()

    def work(programme: list[tuple[str, int]]) -> None:
        try:
            barrier.wait(timeout=30)
            for act, person in programme:
                do(world, act, person)
        finally:
            world.backends.pop(threading.get_ident(), None)
            connection.close()

    def watch() -> None:
        try:
            barrier.wait(timeout=30)
            while not ended.wait(0.02):
                check_at_one_moment(world)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(programmes) + 1) as pool:
        watching = pool.submit(watch)
        working = [pool.submit(work, programme) for programme in programmes]
        try:
            for one in working:
                one.result(timeout=60)
        finally:
            ended.set()
        watching.result(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_no_services_at_once_break_an_invariant():
    @settings(QUICK, max_examples=8)
    @given(programmes=st.lists(PROGRAMME, min_size=5, max_size=5))
    def hold(programmes):
        world = World(is_adaptive=True)
        for age, gender in (("young", "woman"), ("old", "man"), ("young", "man"), ("old", "woman")):
            world.join(age, gender)
        run_at_once(world, programmes)
        world.check()

    hold()
