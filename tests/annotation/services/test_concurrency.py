"""Many people at once, each on a connection of their own."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from annotation.enums import AssignmentStatus, NothingToServe
from annotation.errors import Conflict, StratumFull
from annotation.models import Assignment, Coverage, Judgment, Seat, Stratum
from annotation.services.ahead import keep_ahead
from annotation.services.judging import submit_judgment
from annotation.services.leases import (
    release_assignment,
    release_kept_ahead,
    return_lapsed_leases,
    skip_assignment,
)
from annotation.services.revising import revise_judgment
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    first_preferred,
    judge,
    make_annotator,
    make_campaign,
    open_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Run every work in a thread and connection of its own, all starting together."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, one) for one in works]]


def assert_counters_match_assignments():
    recounted = Coverage.objects.annotate(
        real_leased=Count("assignments", filter=Q(assignments__status=AssignmentStatus.LEASED)),
        real_submitted=Count(
            "assignments", filter=Q(assignments__status=AssignmentStatus.SUBMITTED)
        ),
    )
    for cell in recounted:
        assert (cell.leased, cell.submitted) == (cell.real_leased, cell.real_submitted)
        assert cell.leased + cell.submitted <= cell.target


def work_through(seat: Seat) -> int:
    """Serve and answer until nothing is left, now and then skipping or releasing."""
    given = 0
    until = time.monotonic() + 60
    for turn in itertools.count(seat.pk):
        assert time.monotonic() < until, "no end in sight"
        served = next_assignment(seat)
        if served == NothingToServe.WAITING:
            time.sleep(0.02)
        elif isinstance(served, NothingToServe):
            return given
        else:
            given += step(served, turn)
    return given


def step(served: Assignment, turn: int) -> int:
    """Skip, release or answer; the lease may have been taken away in between."""
    try:
        if turn % 11 == 3:
            skip_assignment(served)
        elif turn % 11 == 5:
            release_assignment(served)
        else:
            judge(served, idempotency_key=f"{served.seat_id}-{served.pk}")
            return 1
    except Conflict:
        pass
    return 0


def test_sixteen_people_never_pass_a_target_or_meet_an_item_twice():
    campaign = open_with_items(
        30,
        questions=[AGE_QUESTION],
        strata=[{**AGE_STRATA[0], "target": 5}, {**AGE_STRATA[1], "target": 3}],
    )
    seats = [take_part(campaign, age="young" if number % 2 else "old") for number in range(THREADS)]
    sweeping = threading.Event()

    def sweep() -> int:
        swept = 0
        while not sweeping.is_set():
            Assignment.objects.filter(
                pk__in=Assignment.objects.filter(status=AssignmentStatus.LEASED)
                .order_by("?")
                .values("pk")[:1]
            ).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
            swept += return_lapsed_leases()
            time.sleep(0.05)
        return swept

    def work(seat: Seat) -> int:
        try:
            return work_through(seat)
        finally:
            done.release()

    done = threading.Semaphore(0)

    def stop_sweeping() -> None:
        for _ in seats:
            done.acquire(timeout=90)
        sweeping.set()

    works = [lambda seat=seat: work(seat) for seat in seats]
    given = at_once([*works, sweep, stop_sweeping])[:THREADS]
    assert sum(given) == Judgment.objects.count()
    assert_counters_match_assignments()
    pairs = Counter(Judgment.objects.values_list("annotator_id", "item_id"))
    assert max(pairs.values()) == 1
    by_cell = Counter(Judgment.objects.values_list("item_id", "stratum__key"))
    assert len(by_cell) == 60
    assert set(by_cell.values()) <= {1, 2, 3, 4, 5}
    targets = dict(Stratum.objects.values_list("key", "target"))
    assert all(count <= targets[stratum] for (_item, stratum), count in by_cell.items())


def test_sixteen_people_fill_every_cell_exactly():
    campaign = open_with_items(12, overlap=4)
    seats = [take_part(campaign) for _ in range(THREADS)]

    def work(seat: Seat) -> int:
        given = 0
        while True:
            served = next_assignment(seat)
            if served == NothingToServe.WAITING:
                time.sleep(0.01)
            elif isinstance(served, NothingToServe):
                return given
            else:
                judge(served)
                given += 1

    given = at_once([lambda seat=seat: work(seat) for seat in seats])
    assert sum(given) == 48
    assert set(Coverage.objects.values_list("leased", "submitted")) == {(0, 4)}
    assert_counters_match_assignments()


def test_an_answer_and_the_next_item_asked_for_at_the_same_moment_do_not_deadlock():
    campaign = open_with_items(60, overlap=3)
    seats = [take_part(campaign) for _ in range(3)]
    for _round in range(10):
        works: list[Callable[[], object]] = []
        for seat in seats:
            held = Assignment.objects.select_related("campaign").get(pk=serve(seat).pk)
            works += [lambda held=held: judge(held)]
            works += [lambda seat=seat: next_assignment(seat)] * 3
        for served in at_once(works):
            assert isinstance(served, Assignment | Judgment)
    assert Judgment.objects.count() == 30
    assert_counters_match_assignments()


def test_a_cell_that_somebody_is_claiming_is_waited_for_where_nothing_else_is_left():
    campaign = open_with_items(1, overlap=2)
    first, second = take_part(campaign), take_part(campaign)
    claimed = threading.Event()

    def claim_slowly() -> object:
        with transaction.atomic():
            served = next_assignment(first)
            claimed.set()
            time.sleep(0.3)
        return served

    def claim_meanwhile() -> object:
        assert claimed.wait(10)
        return next_assignment(second)

    served = at_once([claim_slowly, claim_meanwhile])
    assert all(isinstance(one, Assignment) for one in served)
    assert Coverage.objects.get().leased == 2


def test_a_lease_that_is_given_back_while_its_person_asks_is_not_handed_out_again():
    for _ in range(5):
        campaign = open_with_items(4, overlap=1)
        seat = take_part(campaign)
        held = serve(seat)
        _released, served = at_once(
            [lambda held=held: release_assignment(held), lambda seat=seat: next_assignment(seat)]
        )
        served.refresh_from_db()
        assert served.pk != held.pk or served.status == AssignmentStatus.RELEASED
        assert_counters_match_assignments()


def test_the_last_place_goes_to_one_of_sixteen():
    campaign = open_with_items(1, overlap=1)
    seats = [take_part(campaign) for _ in range(THREADS)]
    served = at_once([lambda seat=seat: next_assignment(seat) for seat in seats])
    assert sum(isinstance(one, Assignment) for one in served) == 1
    assert served.count(NothingToServe.WAITING) + served.count(NothingToServe.DONE) == THREADS - 1


def test_one_person_in_sixteen_tabs_holds_one_assignment():
    seat = take_part(open_with_items(20))
    served = at_once([lambda: next_assignment(seat)] * THREADS)
    assert len({one.pk for one in served}) == 1
    assert Assignment.objects.count() == 1


def test_sixteen_people_keeping_items_ahead_never_pass_a_target():
    """Each serves, keeps ahead, answers out of turn, leaves and comes back, all at once."""
    campaign = open_with_items(60, overlap=3)
    seats = [take_part(campaign) for _ in range(THREADS)]

    def work(seat: Seat) -> int:
        given, until = 0, time.monotonic() + 60
        for turn in itertools.count(seat.pk):
            assert time.monotonic() < until, "no end in sight"
            served = next_assignment(seat)
            if served == NothingToServe.WAITING:
                time.sleep(0.02)
                continue
            if isinstance(served, NothingToServe):
                return given
            kept = keep_ahead(seat.pk).assignments
            if turn % 7 == 3:
                release_kept_ahead(seat.pk)
            for one in (*kept[1 : 1 + turn % 3], served):
                given += answered(one)
        return given

    def answered(assignment: Assignment) -> int:
        try:
            judge(assignment)
        except Conflict:
            return 0
        return 1

    given = at_once([lambda seat=seat: work(seat) for seat in seats])
    assert sum(given) == Judgment.objects.count() == 180
    assert set(Coverage.objects.values_list("leased", "submitted")) == {(0, 3)}
    assert_counters_match_assignments()


def test_sixteen_tabs_keep_the_same_items_ahead():
    seat = take_part(open_with_items(60))
    serve(seat)
    kept = at_once([lambda: keep_ahead(seat.pk).assignments] * THREADS)
    assert len({tuple(one.pk for one in assignments) for assignments in kept}) == 1
    assert Assignment.objects.count() == 6


def test_sixteen_revisions_at_once_make_one_chain():
    assignment = serve(take_part(open_with_items(1, flow={"revise": "all"})))
    assignment = Assignment.objects.select_related("campaign").get(pk=assignment.pk)
    judge(assignment)

    def revise(number: int) -> Judgment:
        answers = {"overall": {"outcome": "tie"}}
        submission = Submission(answers=answers, reason=f"Because {number}", language="en")
        return revise_judgment(assignment, submission)[0]

    at_once([lambda number=number: revise(number) for number in range(THREADS)])
    judgments = Judgment.objects.order_by("pk")
    assert judgments.count() == THREADS + 1
    ids = list(judgments.values_list("pk", flat=True))
    assert list(judgments.values_list("supersedes", flat=True)) == [None, *ids[:-1]]
    assert Seat.objects.get().submitted == 1
    assert_counters_match_assignments()


def test_sixteen_retries_with_one_key_store_one_judgment():
    assignment = serve(take_part(open_with_items(1)))
    assignment = Assignment.objects.select_related("campaign").get(pk=assignment.pk)
    submission = Submission(
        answers=first_preferred(assignment), language="en", idempotency_key="one"
    )
    stored = at_once([lambda: submit_judgment(assignment, submission)] * THREADS)
    assert len({judgment.pk for judgment, _created in stored}) == 1
    assert [created for _judgment, created in stored].count(True) == 1
    assert Judgment.objects.count() == 1
    assert Seat.objects.get().submitted == 1
    assert_counters_match_assignments()


def test_an_answer_and_the_end_of_its_lease_at_the_same_moment_count_once():
    campaign = open_with_items(8, overlap=1)
    assignments = [serve(take_part(campaign)) for _ in range(8)]
    Assignment.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    works = [lambda one=one: judge(one) for one in assignments] + [return_lapsed_leases] * 8
    at_once(works)
    assert Judgment.objects.count() == 8
    assert_counters_match_assignments()
    assert set(Coverage.objects.values_list("leased", "submitted")) == {(0, 1)}


def test_a_quota_of_three_seats_takes_three_of_sixteen():
    strata = [{**AGE_STRATA[0], "quota": 3}]
    campaign = open_campaign(make_campaign(questions=[AGE_QUESTION], strata=strata))
    people = [make_annotator() for _ in range(THREADS)]

    def join(person) -> str:
        try:
            return take_part(campaign, person, age="young").stratum.key
        except StratumFull:
            return "full"

    joined = at_once([lambda person=person: join(person) for person in people])
    assert Counter(joined) == {"young": 3, "full": THREADS - 3}
    assert (Seat.objects.count(), Stratum.objects.get().seats_taken) == (3, 3)


def test_one_person_joining_sixteen_times_at_once_takes_one_seat():
    campaign = open_campaign(make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA))
    person = make_annotator()
    seats = at_once([lambda: take_part(campaign, person, age="young").pk] * THREADS)
    assert len(set(seats)) == 1
    assert Stratum.objects.get(key="young").seats_taken == 1


def test_skipping_and_answering_at_the_same_moment_is_one_or_the_other():
    campaign = open_with_items(8, overlap=1)
    assignments = [serve(take_part(campaign)) for _ in range(8)]

    def attempt(work: Callable[[], object]) -> bool:
        try:
            work()
        except Conflict:
            return False
        return True

    works = [lambda one=one: attempt(lambda: judge(one)) for one in assignments]
    works += [lambda one=one: attempt(lambda: skip_assignment(one)) for one in assignments]
    outcomes = at_once(works)
    for answered, skipped in zip(outcomes[:8], outcomes[8:], strict=True):
        assert answered != skipped
    assert Judgment.objects.count() == outcomes[:8].count(True)
    assert_counters_match_assignments()
