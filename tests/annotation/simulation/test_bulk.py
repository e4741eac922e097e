from collections import Counter
from statistics import median

import pytest
from django.db import models

from annotation.enums import AssignmentStatus, CampaignStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Coverage, Judgment, Seat
from annotation.services.campaigns import pause_campaign
from annotation.simulation.answering import simulate_campaign, synthetic_annotators
from annotation.simulation.behaviour import Behaviour
from tests.annotation.simulation.checks import assert_sound
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    import_lines,
    item_line,
    judge,
    make_campaign,
    open_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db

TWO_STRATA = {
    "questions": [AGE_QUESTION],
    "strata": [{**AGE_STRATA[0], "target": 3}, {**AGE_STRATA[1], "target": 2}],
}


def simulate(campaign, people=12, seed=4, **options):
    options.setdefault("fast", True)
    behaviour = Behaviour(**options.pop("behaviour", {}))
    annotators = synthetic_annotators(campaign, people, seed)
    return simulate_campaign(
        campaign, annotators=annotators, seed=seed, behaviour=behaviour, **options
    )


@pytest.mark.parametrize("strategy", ["balanced", "depth-first", "random"])
def test_bulk_fills_every_cell_and_keeps_every_rule(strategy):
    campaign = open_with_items(40, strategy=strategy, **TWO_STRATA)
    report = simulate(campaign)
    assert report.judgments == Judgment.objects.count() == 200
    assert set(Coverage.objects.values_list("stratum__key", "leased", "submitted")) == {
        ("young", 0, 3),
        ("old", 0, 2),
    }
    assert report.skips == Assignment.objects.filter(status=AssignmentStatus.SKIPPED).count()
    assert set(Judgment.objects.values_list("idempotency_key", flat=True)) == {""}
    assert_sound(campaign)


@pytest.mark.parametrize("fast", [True, False])
def test_an_adaptive_budget_is_allotted_and_answered(fast):
    plan = {"budget": 40, "most": 6}
    campaign = open_with_items(20, strategy="adaptive", adaptive=plan, **TWO_STRATA)
    report = simulate(campaign, people=24, fast=fast, behaviour={"dropout": 0.002})
    campaign.refresh_from_db()
    assert campaign.adaptive_granted == 40
    assert report.judgments == Judgment.objects.count() == 20 * 5 + 40
    cells = Coverage.objects.all()
    assert sum(cells.values_list("submitted", flat=True)) == 140
    assert max(cells.values_list("target", flat=True)) <= 6
    # A few were certain; the others keep the probability with which they were drawn.
    drawn = Assignment.objects.filter(propensity__lt=1, status=AssignmentStatus.SUBMITTED)
    assert 30 < drawn.count() <= 40
    assert_sound(campaign)


def test_who_left_does_not_come_back_for_the_next_round():
    plan = {"budget": 60, "most": 8}
    campaign = open_with_items(20, overlap=2, strategy="adaptive", adaptive=plan)
    report = simulate(campaign, people=12, behaviour={"dropout": 0.2})
    assert report.dropouts == 12
    assert report.judgments == Judgment.objects.count() < 20 * 2 + 60
    again = simulate(campaign, people=12, behaviour={"dropout": 0.2})
    assert again.judgments == 0


def test_bulk_keeps_every_rule_with_all_that_can_go_wrong_at_once():
    criteria = [{"key": key, "label": key} for key in ("clear", "kind")]
    campaign = open_with_items(
        40, 3, task_type="ranking", criteria=criteria, repeat_rate=0.2, **TWO_STRATA
    )
    behaviour = {"dropout": 0.02, "lapse": 0.15, "skip": 0.1, "careless": 0.2, "contrarian": 0.2}
    report = simulate(campaign, people=30, behaviour=behaviour)
    assert min(report.dropouts, report.lapses, report.skips) > 0
    assert Assignment.objects.filter(is_repeat=True).exists()
    assert report.judgments == Judgment.objects.count()
    assert_sound(campaign)


def test_bulk_takes_up_again_what_lapsed_where_nobody_else_can():
    campaign = open_with_items(30, overlap=4)
    report = simulate(campaign, people=4, behaviour={"lapse": 0.3, "skip": 0.0})
    assert report.lapses > 10
    assert set(Coverage.objects.values_list("leased", "submitted")) == {(0, 4)}
    assert_sound(campaign)


@pytest.mark.parametrize("arrivals", ["poisson", "waves"])
def test_bulk_has_people_come_when_they_come_in_the_slow_mode(arrivals):
    shares = []
    for fast in (False, True):
        campaign = open_with_items(60, overlap=2)
        behaviour = {"arrivals": arrivals, "days": 3, "skip": 0.0}
        simulate(campaign, people=8, behaviour=behaviour, fast=fast)
        seats = Seat.objects.filter(campaign=campaign)
        shares.append({number_of(seat.annotator): seat.submitted for seat in seats})
        assert_sound(campaign)
    slow, fast_shares = shares
    assert slow == fast_shares
    assert len(set(slow.values())) > 2


def test_bulk_keeps_to_the_limits_of_a_person():
    campaign = open_with_items(30, overlap=3, max_per_annotator=4)
    simulate(campaign, people=5)
    assert set(campaign.seats.values_list("submitted", flat=True)) == {4}
    daily = open_with_items(30, overlap=3, max_per_day=5, max_per_session=7)
    simulate(daily, people=5)
    assert set(daily.seats.values_list("submitted", "submitted_on_day")) == {(5, 5)}
    sessions = open_with_items(30, overlap=3, max_per_session=7)
    simulate(sessions, people=5)
    assert set(sessions.seats.values_list("submitted_in_session", flat=True)) == {7}
    other = open_with_items(30, overlap=3)
    simulate(other, people=5, most_each=3)
    assert set(other.seats.values_list("submitted", flat=True)) == {3}
    assert_sound(campaign)
    assert_sound(other)


def test_bulk_goes_on_beside_real_people_and_where_it_was():
    campaign = open_with_items(20, overlap=3)
    real, idle = take_part(campaign), take_part(campaign)
    for _ in range(5):
        judge(serve(real))
    held = serve(idle)
    simulate(campaign, people=4, most_each=6)
    simulate(campaign, people=4)
    held.refresh_from_db()
    assert held.status == AssignmentStatus.LEASED
    assert Coverage.objects.get(item=held.item).taken == 3
    assert_sound(campaign)


def test_bulk_ends_what_its_people_held_first():
    campaign = open_with_items(5, overlap=1)
    seat = take_part(campaign)
    held = serve(seat)
    simulate_campaign(campaign, annotators=[seat.annotator], seed=1, fast=True)
    held.refresh_from_db()
    assert held.status in (AssignmentStatus.SUBMITTED, AssignmentStatus.SKIPPED)
    assert_sound(campaign)


def test_bulk_stops_where_the_campaign_is_paused_meanwhile(monkeypatch):
    monkeypatch.setattr("annotation.simulation.cells.CELLS_AT_ONCE", 10)
    campaign = open_with_items(40, overlap=2)

    def pause(judgments):
        if campaign.status == CampaignStatus.OPEN and judgments:
            campaign.status = pause_campaign(campaign).status

    report = simulate(campaign, on_progress=pause)
    assert report.judgments == Judgment.objects.count() == 10
    with pytest.raises(Conflict):
        simulate(campaign)


def test_both_modes_write_the_same_fields():
    """Whatever serving and judging come to write, bulk has to write as well."""
    filled = []
    for fast in (False, True):
        campaign = open_with_items(30, overlap=3, repeat_rate=0.3)
        simulate(campaign, people=3, fast=fast, behaviour={"lapse": 0.1, "skip": 0.1})
        rows = {}
        for model, status in ((Assignment, "status"), (Judgment, "task_type")):
            for row in model.objects.filter(campaign=campaign):
                for field in model._meta.concrete_fields:
                    is_set = getattr(row, field.attname) not in (None, "", [], {})
                    key = (model.__name__, getattr(row, status), row.is_repeat, field.attname)
                    rows.setdefault(key, set()).add(is_set)
        ids = ("idempotency_key",)
        filled.append({key: seen for key, seen in rows.items() if key[-1] not in ids})
    slow, fast_rows = filled
    common = slow.keys() & fast_rows.keys()
    assert {key: slow[key] for key in common} == {key: fast_rows[key] for key in common}
    assert len({key[:3] for key in common}) >= 5
    kinds = {type(field) for field in Judgment._meta.concrete_fields}
    assert models.JSONField in kinds


def test_both_modes_have_the_same_distributions():
    seen = {}
    for fast in (False, True):
        campaign = make_campaign(**TWO_STRATA)
        lines = [item_line(f"q{number}") for number in range(1, 61)]
        import_lines(campaign, lines)
        campaign = open_campaign(campaign)
        report = simulate(campaign, people=10, fast=fast)
        judgments = list(Judgment.objects.filter(campaign=campaign).select_related("item"))
        given = {
            (number_of(judgment.annotator), judgment.item.external_id): judgment
            for judgment in judgments
        }
        first_shown = Counter(judgment.presented_order[0] for judgment in judgments)
        seen[fast] = (report, given, first_shown)
    (slow, by_slow, first_slow), (quick, by_quick, first_quick) = seen[False], seen[True]
    assert slow.judgments == quick.judgments == 300
    assert slow.people_by_kind == quick.people_by_kind
    assert abs(slow.skips - quick.skips) <= 8
    # Orders are balanced alike: half of the showings begin with either response.
    assert abs(first_slow["r1"] - 150) <= 12 >= abs(first_quick["r1"] - 150)
    # The same person on the same item gives the same answer, at the same pace.
    common = by_slow.keys() & by_quick.keys()
    assert len(common) > 60
    assert all(by_slow[key].answers == by_quick[key].answers for key in common)
    assert all(by_slow[key].active_ms == by_quick[key].active_ms for key in common)
    assert grades(by_slow.values()) == pytest.approx(grades(by_quick.values()), abs=0.12)
    paces = [median(one.active_ms for one in given.values()) for given in (by_slow, by_quick)]
    assert paces[0] == pytest.approx(paces[1], rel=0.15)
    people = [Counter(key[0] for key in given) for given in (by_slow, by_quick)]
    assert people[0].keys() == people[1].keys()
    assert all(abs(people[0][number] - people[1][number]) <= 2 for number in people[0])


def number_of(annotator):
    return int(annotator.user.email.split("@")[0].rpartition("-")[2])


def grades(judgments):
    """Shares of ties, slight and clear preferences."""
    strengths = Counter(judgment.answers["overall"].get("strength", 0) for judgment in judgments)
    return {strength: strengths[strength] / sum(strengths.values()) for strength in (0, 1, 2)}
