"""Large campaigns are counted by a worker: what, when, and never twice at once."""

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from annotation.enums import JobState
from annotation.models import Campaign, ItemImport, PlanningRun, Seat, Summary
from annotation.selectors import counting
from annotation.selectors.counting import PARTS, counts_of, newest_summary
from annotation.services import summarising
from annotation.services.summarising import request_due_summaries
from annotation.tasks import run_summary, summarise_campaigns
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    import_lines,
    item_line,
    judge,
    judge_everything,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
KINDS = [{"key": "safety", "where": {"topic": ["safety", "harm"]}}]


@pytest.fixture
def large(monkeypatch):
    """Campaigns from five cells or judgments on are large."""
    for module in (counting, summarising):
        monkeypatch.setattr(module, "LIVE_CELLS", 5)
        monkeypatch.setattr(module, "LIVE_JUDGMENTS", 5)


def under_way():
    campaign = open_with_items(
        4, questions=[AGE_QUESTION], strata=AGE_STRATA, item_strata=KINDS, max_per_annotator=3
    )
    judge_everything(take_part(campaign, age="young"))
    judge(serve(take_part(campaign, age="old")))
    serve(take_part(campaign, age="young"))
    return campaign


def counted_now(campaign):
    [job] = request_due_summaries()
    run_summary(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return job


def test_small_campaigns_are_counted_at_once_and_never_by_a_worker():
    campaign = under_way()
    now = timezone.now()
    counted = counts_of(campaign, "cells", now=now)
    assert (counted.is_stored, counted.at, counted.items, counted.judgments) == (False, now, 4, 4)
    assert request_due_summaries() == []


def test_a_worker_counts_exactly_what_a_request_would(large, monkeypatch):
    campaign = under_way()
    assert counts_of(campaign, "cells", now=timezone.now()) is None
    job = counted_now(campaign)
    stored = counts_of(campaign, *PARTS, now=timezone.now())
    assert (stored.is_stored, stored.at) == (True, job.counted_at)
    assert (stored.items, stored.judgments, job.wanted, job.submitted) == (4, 4, 12, 4)
    live = {name: count(campaign, job.counted_at) for name, count in PARTS.items()}
    # What is live has to be what JSON gives back, so that pages need not tell them apart.
    assert json.loads(json.dumps(live, cls=DjangoJSONEncoder)) == live
    assert stored.parts == live


def test_cells_are_added_up_with_leases():
    campaign = under_way()
    young, old = campaign.strata.all()
    assert counting.sums(counting.cells(campaign, timezone.now())) == {
        young.pk: {"items": 4, "wanted": 8, "leased": 1, "submitted": 3},
        old.pk: {"items": 4, "wanted": 4, "leased": 0, "submitted": 1},
    }


def test_kinds_of_items_are_counted_by_the_first_that_fits():
    kinds = [*KINDS, {"key": "english", "where": {"language": ["en"]}}]
    campaign = make_campaign(item_strata=kinds)
    lines = [
        item_line("a", metadata={"topic": "harm"}),
        item_line("b", metadata={"topic": "cooking"}),
        item_line("c", language="es", metadata={"topic": "safety"}),
        item_line("d", language="es"),
        item_line("e", language="es", metadata={"topic": "art"}),
    ]
    assert import_lines(campaign, lines).state == JobState.DONE
    found = dict(counting.kinds(campaign, timezone.now()))
    assert found == {"": 2, "english": 1, "safety": 2}


def test_a_campaign_is_counted_again_when_it_has_changed_and_a_pause_has_passed(large):
    campaign = under_way()
    job = counted_now(campaign)
    judge(serve(take_part(campaign, age="young")))
    assert request_due_summaries() == []  # the pause
    ago = timezone.now() - timedelta(minutes=5)
    Summary.objects.update(started_at=ago, finished_at=ago)
    counted_now(campaign)
    assert newest_summary(campaign).judgments == job.judgments + 1


def age(**ago):
    """The last count was so long ago, and took no time."""
    then = timezone.now() - timedelta(**ago)
    Summary.objects.update(started_at=then, finished_at=then, counted_at=then)


def test_a_campaign_without_change_is_left_alone_until_its_days_have_moved(large):
    campaign = under_way()
    Campaign.objects.filter(pk=campaign.pk).update(opened_at=timezone.now() - timedelta(days=2))
    counted_now(campaign)
    past = timezone.now() - timedelta(days=1)
    for jobs in (PlanningRun, ItemImport):
        jobs.objects.update(finished_at=past)
    age(minutes=-1)
    Summary.objects.update(finished_at=timezone.now() - timedelta(minutes=2))
    assert request_due_summaries() == []
    age(hours=2)
    assert [one.campaign for one in request_due_summaries()] == [campaign]


def test_counting_takes_a_twentieth_of_a_worker(large):
    campaign = under_way()
    counted_now(campaign)
    now = timezone.now()
    judge(serve(take_part(campaign, age="young")))
    Summary.objects.update(
        started_at=now - timedelta(minutes=11), finished_at=now - timedelta(minutes=10)
    )
    assert request_due_summaries() == []
    Summary.objects.update(
        started_at=now - timedelta(minutes=22), finished_at=now - timedelta(minutes=21)
    )
    assert len(request_due_summaries()) == 1


def test_a_campaign_that_is_being_counted_is_not_counted_besides(large):
    under_way()
    assert len(request_due_summaries()) == 1
    assert request_due_summaries() == []
    assert Summary.objects.count() == 1


def test_old_counts_go_and_one_stays_readable_meanwhile(large):
    campaign = under_way()
    for _time in range(4):
        counted_now(campaign)
        age(hours=2)
    assert Summary.objects.filter(state=JobState.DONE).count() == 2


def test_a_failed_count_is_tried_again_after_a_pause_and_the_last_one_stays(large, monkeypatch):
    campaign = under_way()
    kept = counted_now(campaign)
    age(hours=2)
    with monkeypatch.context() as broken:
        broken.setitem(PARTS, "cells", lambda campaign, now: 1 / 0)
        [job] = request_due_summaries()
        run_summary(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert newest_summary(campaign) == kept
    assert request_due_summaries() == []
    then = timezone.now() - timedelta(minutes=2)
    Summary.objects.filter(pk=job.pk).update(started_at=then, finished_at=then)
    counted_now(campaign)


def test_beat_sends_each_campaign_that_is_due_to_a_worker(large, monkeypatch):
    campaign = under_way()
    Seat.objects.update(submitted=0)  # nor would its seats tell
    sent = []
    monkeypatch.setattr(run_summary, "delay", sent.append)
    summarise_campaigns()
    assert sent == [Summary.objects.get(campaign=campaign).pk]
