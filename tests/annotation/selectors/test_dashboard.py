"""What the dashboard counts: exact figures of a small campaign, by hour, person, stratum, step."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from annotation.enums import Outcome, Reached, WhatBecame
from annotation.models import Arrival, Assignment, Campaign, EntryLink, Seat
from annotation.selectors.dashboard import HOURS_SHOWN, dashboard_of, days_of, hours_of
from annotation.selectors.operations import hour_number
from annotation.services.comprehension import mark_practised, try_comprehension
from annotation.services.erasing import withdraw
from annotation.services.leases import release_assignment, skip_assignment
from annotation.services.outcomes import settle
from tests.annotation.services.test_arriving import come, link_to, prolific
from tests.annotation.services.test_comprehension import QUESTIONS, RIGHT, WRONG
from tests.annotation.services.test_flagging import all_served, with_checks
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    judge_everything,
    make_annotator,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
PRACTICE = [{"prompt": "Which?", "responses": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}]


def with_strata(items=4, **parts):
    return open_with_items(items, questions=[AGE_QUESTION], strata=AGE_STRATA, **parts)


def dashboard(campaign):
    return dashboard_of(Campaign.objects.get(pk=campaign.pk), timezone.now())


def people_by_step(live):
    return {one.step: one.people for one in live.funnel}


def people_by_fate(live):
    return {one.fate: one.people for one in live.fates if one.people}


def test_an_untouched_campaign_has_nothing_but_what_is_wanted():
    live = dashboard(with_strata())
    assert (live.wanted, live.submitted) == (12, 0)
    assert (live.active.now, live.active.hour, live.active.week) == (0, 0, 0)
    assert [span.judgments for span in live.hours] == [0] * HOURS_SHOWN
    assert live.times == live.skips == []
    assert [(one.stratum, one.ended, one.share_skipped) for one in live.served] == [
        (None, 0, None),
        ("young", 0, None),
        ("old", 0, None),
    ]
    assert set(people_by_step(live).values()) == {0}


def test_judgments_fall_into_their_hours_and_days():
    live = dashboard(campaign := with_strata())
    judge_everything(take_part(campaign, age="young"))
    live = dashboard(campaign)
    assert sum(span.judgments for span in live.hours) == 4
    assert sum(span.judgments for span in live.days) == 4
    newest = live.hours[-1].begins_at
    assert newest <= timezone.now() < newest + timedelta(hours=2)


def test_hours_and_days_are_those_of_the_clock_and_the_calendar_in_order():
    at = datetime(2026, 3, 2, 10, 40, tzinfo=UTC)
    hour = hour_number(at)
    rows = [[hour - 24 * 40, 9], [hour - 47, 3], [hour - 11, 2], [hour - 10, 4], [hour, 1]]
    hours = hours_of(rows, at)
    assert (hours[0].begins_at, hours[0].judgments) == (datetime(2026, 2, 28, 11, tzinfo=UTC), 3)
    assert (hours[-1].begins_at, hours[-1].judgments) == (datetime(2026, 3, 2, 10, tzinfo=UTC), 1)
    assert sum(span.judgments for span in hours) == 10
    days = days_of(rows, at)
    assert [span.judgments for span in days[-3:]] == [3, 2, 5]
    assert days[-1].begins_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert (len(days), sum(span.judgments for span in days)) == (30, 10)


def test_revisions_are_no_new_work_and_repeats_are():
    campaign = open_with_items(20, overlap=1, repeat_rate=0.4)
    given = judge_everything(take_part(campaign))
    repeats = sum(judgment.is_repeat for judgment in given)
    assert repeats > 0
    live = dashboard(campaign)
    assert live.hours[-1].judgments + live.hours[-2].judgments == 20 + repeats


def test_active_now_is_who_has_a_page_open():
    campaign = with_strata()
    serve(take_part(campaign, age="young"))
    serve(take_part(campaign, age="young"))
    gone = serve(take_part(campaign, age="old"))
    assert dashboard(campaign).active.now_by_stratum == {"young": 2, "old": 1}
    soon = timezone.now() + timedelta(minutes=campaign.lease_minutes - 6)
    Assignment.objects.filter(pk=gone.pk).update(lease_expires_at=soon)
    live = dashboard(campaign)
    assert (live.active.now, live.active.now_by_stratum) == (2, {"young": 2})


def test_active_lately_is_who_sent_a_judgment_within_the_time():
    campaign = open_with_items(3, overlap=5)
    for ago in (0.5, 5, 100, 300):
        seat = take_part(campaign)
        judge(serve(seat))
        then = timezone.now() - timedelta(hours=ago)
        Seat.objects.filter(pk=seat.pk).update(last_submitted_at=then)
    active = dashboard(campaign).active
    assert (active.hour, active.day, active.week) == (1, 2, 3)


def test_times_are_quartiles_of_measured_active_time_by_stratum():
    campaign = with_strata()
    seat = take_part(campaign, age="young")
    for seconds in (10, 20, 40):
        judge(serve(seat), active_ms=seconds * 1000)
    judge(serve(seat))  # not measured
    judge(serve(take_part(campaign, age="old")), active_ms=100_000)
    both, young, old = dashboard(campaign).times
    assert (both.stratum, both.n, both.lower, both.median, both.upper) == (None, 4, 17.5, 30, 55)
    assert (young.stratum, young.n, young.lower, young.median, young.upper) == (
        *("young", 3, 15, 20, 30),
    )
    assert (old.stratum, old.n, old.lower, old.median, old.upper) == ("old", 1, 100, 100, 100)


def test_what_became_of_items_served_and_why_they_were_skipped():
    campaign = with_strata()
    young, old = take_part(campaign, age="young"), take_part(campaign, age="old")
    judge(serve(young))
    skip_assignment(serve(young), kind="unclear")
    skip_assignment(serve(young), kind="unclear")
    skip_assignment(serve(old))
    release_assignment(serve(old))
    serve(old)
    live = dashboard(campaign)
    both, of_young, of_old = live.served
    assert (both.submitted, both.skipped, both.released, both.leased) == (1, 3, 1, 1)
    assert both.share_skipped == 0.6
    assert (of_young.stratum, of_young.skipped, of_young.share_skipped) == ("young", 2, 2 / 3)
    assert (of_old.stratum, of_old.skipped, of_old.released) == ("old", 1, 1)
    assert [(skip.label, skip.count) for skip in live.skips] == [
        ("I do not understand what is asked", 2),
        ("no reason given", 1),
    ]


def test_flags_are_counted_with_what_they_were_possible_for():
    campaign = with_checks(items=20, checks=2, repeat_rate=0.4, overlap=2)
    all_served(take_part(campaign), "r1")  # the checks say r2
    all_served(take_part(campaign), "r2")
    flags = {one.flag: one for one in dashboard(campaign).flags}
    assert (flags["check_failed"].judgments, flags["check_failed"].of) == (2, 4)
    assert (flags["check_passed"].judgments, flags["check_passed"].people) == (2, 1)
    same = flags["repeat_same"]
    assert same.judgments == same.of > 0
    assert same.people == 2
    assert (flags["too_fast"].judgments, flags["too_fast"].of) == (0, None)


def test_the_way_from_a_link_to_the_end_counts_every_step_and_what_became_of_people():
    campaign = open_with_items(
        3,
        overlap=9,
        guideline="Your own view.",
        max_per_annotator=2,
        entry={"comprehension": {"questions": QUESTIONS}, "practice": PRACTICE},
    )
    link = link_to(campaign)
    come(link, prolific("a" * 24))  # came and no more
    seated = take_part(campaign, come(link, prolific("b" * 24)).annotator)
    stopped = take_part(campaign, come(link, prolific("c" * 24)).annotator)
    for _try in range(2):
        try_comprehension(stopped, WRONG)
    begun = take_part(campaign, come(link, prolific("d" * 24)).annotator)
    through(begun)
    judge(serve(begun))
    done = take_part(campaign)
    through(done)
    judge(serve(done))
    judge(serve(done))
    live = dashboard(campaign)
    assert people_by_step(live) == {
        Reached.ARRIVED: 5,
        Reached.CONSENTED: 4,
        Reached.SEATED: 4,
        Reached.UNDERSTOOD: 2,
        Reached.PRACTISED: 2,
        Reached.JUDGED: 2,
        Reached.FINISHED: 1,
    }
    assert [(one.share, one.of_before) for one in live.funnel][:2] == [(1, 1), (0.8, 0.8)]
    assert people_by_fate(live) == {
        WhatBecame.UNDER_WAY: 3,
        WhatBecame.SCREENED_OUT: 1,
        WhatBecame.FINISHED: 1,
    }
    assert seated.submitted == 0


def through(seat):
    try_comprehension(seat, RIGHT)
    mark_practised(seat, seat.campaign.guideline.version)


def test_whoever_was_not_seen_for_a_day_has_left_and_others_lapsed_withdrew_or_were_sent_back():
    campaign = open_with_items(3, overlap=9)
    long_ago = timezone.now() - timedelta(hours=30)
    link = link_to(campaign)
    Arrival.objects.filter(pk=come(link, prolific("a" * 24)).pk).update(arrived_at=long_ago)
    sent_back = come(link, prolific("b" * 24))
    settle(sent_back, Outcome.COMPLETED)
    lapsed = take_part(campaign)
    Seat.objects.filter(pk=lapsed.pk).update(has_lapsed=True)
    withdrawn = take_part(campaign)
    withdraw(withdrawn.annotator, campaign)
    here = take_part(campaign)
    judge(serve(here))
    assert people_by_fate(dashboard(campaign)) == {
        WhatBecame.LEFT: 1,
        WhatBecame.FINISHED: 1,
        WhatBecame.TIMED_OUT: 1,
        WhatBecame.WITHDRAWN: 1,
        WhatBecame.UNDER_WAY: 1,
    }


def test_steps_that_a_campaign_does_not_have_are_left_out_and_others_campaigns_do_not_count():
    campaign, other = with_strata(), with_strata()
    person = make_annotator()
    judge(serve(take_part(other, person, age="old")))
    take_part(campaign, person, age="old")
    live = dashboard(campaign)
    assert list(people_by_step(live)) == [
        Reached.ARRIVED,
        Reached.CONSENTED,
        Reached.SEATED,
        Reached.JUDGED,
        Reached.FINISHED,
    ]
    assert list(people_by_step(live).values()) == [1, 1, 1, 0, 0]
    assert live.active.week == 0
    assert EntryLink.objects.count() == 0
