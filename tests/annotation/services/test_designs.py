"""What a campaign may ask of whom: allocation, item strata, quotas, caps, retargeting."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from annotation.enums import AssignmentStatus, NothingToServe
from annotation.errors import Conflict, StratumFull, Unfit
from annotation.models import Assignment, Coverage, Quota, Seat, Stratum
from annotation.selectors.allocation import expected_by_stratum
from annotation.serializers.campaign import changed_campaign, changed_parts
from annotation.services.campaigns import change_campaign, open_campaign
from annotation.services.planning import plan_coverage
from annotation.services.seats import return_lapsed_seats
from annotation.services.serving import next_assignment
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    import_lines,
    item_line,
    judge,
    judge_everything,
    make_annotator,
    make_campaign,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
REGIONS = {
    "key": "region",
    "label": "Region?",
    "kind": "single",
    "options": [{"key": key} for key in ("north", "south", "east")],
}


def regions(**parts):
    return [
        {"key": key, "where": {"region": [key]}, **parts.get(key, {})}
        for key in ("north", "south", "east")
    ]


def change(campaign, **parts):
    body = changed_campaign(campaign, parts)
    body.is_valid(raise_exception=True)
    campaign = change_campaign(campaign, changed_parts(body, parts))
    plan_coverage(campaign)
    return campaign


def targets_by_item(campaign):
    cells = Coverage.objects.filter(stratum__campaign=campaign).order_by(
        "item", "stratum__position"
    )
    found = {}
    for item, target in cells.values_list("item__external_id", "target"):
        found.setdefault(item, []).append(target)
    return found


def stratum_spec(target=None, share=None):
    return {"key": "x", "where": {}, "target": target, "targets": {}, "share": share, "quota": None}


@pytest.mark.parametrize(
    ("strata", "overlap", "expected"),
    [
        ([stratum_spec(2), stratum_spec(1)], None, [2.0, 1.0]),
        ([stratum_spec(), stratum_spec(), stratum_spec()], 3, [1.0, 1.0, 1.0]),
        ([stratum_spec(), stratum_spec()], 3, [1.5, 1.5]),
        (
            [stratum_spec(share=60), stratum_spec(share=20), stratum_spec(share=20)],
            5,
            [3.0, 1.0, 1.0],
        ),
        ([stratum_spec(share=0.7), stratum_spec()], 2, [2.0, 0.0]),
    ],
)
def test_targets_decide_or_the_overlap_is_allocated(strata, overlap, expected):
    assert expected_by_stratum(strata, overlap) == pytest.approx(expected)


def test_an_equal_allocation_gives_every_item_its_overlap_and_each_stratum_its_part():
    campaign = make_campaign(questions=[REGIONS], strata=regions(), overlap=2)
    add_items(campaign, 300)
    by_item = targets_by_item(campaign)
    assert len(by_item) == 300
    assert {sum(targets) for targets in by_item.values()} == {2}
    assert {max(targets) for targets in by_item.values()} == {1}
    totals = [sum(column) for column in zip(*by_item.values(), strict=True)]
    assert sum(totals) == 600
    # Each is binomial around 200 with a standard deviation of about 8.
    assert all(160 <= total <= 240 for total in totals)
    for inclusion in Coverage.objects.values_list("inclusion", flat=True):
        assert inclusion == pytest.approx(2 / 3)


def test_a_proportional_allocation_follows_the_shares():
    shares = {"north": {"share": 50}, "south": {"share": 30}, "east": {"share": 20}}
    campaign = make_campaign(questions=[REGIONS], strata=regions(**shares), overlap=10)
    add_items(campaign, 5)
    assert set(map(tuple, targets_by_item(campaign).values())) == {(5, 3, 2)}


def test_the_same_seed_draws_the_same_design_and_another_seed_another():
    def drawn(seed):
        campaign = make_campaign(questions=[REGIONS], strata=regions(), overlap=1)
        campaign.seed = seed
        campaign.save(update_fields=["seed"])
        add_items(campaign, 40)
        cells = Coverage.objects.filter(stratum__campaign=campaign)
        order = cells.order_by("stratum__position", "shuffle").values_list("item__external_id")
        return targets_by_item(campaign), list(order)

    assert drawn(7) == drawn(7)
    assert drawn(7)[0] != drawn(8)[0]
    assert drawn(7)[1] != drawn(8)[1]


def test_planning_an_allocation_again_draws_nothing_anew():
    campaign = make_campaign(questions=[REGIONS], strata=regions(), overlap=1)
    add_items(campaign, 40)
    before = targets_by_item(campaign)
    campaign = open_campaign(campaign)
    plan_coverage(campaign)
    assert targets_by_item(campaign) == before


def test_item_strata_want_different_numbers():
    campaign = make_campaign(
        questions=[REGIONS],
        item_strata=[
            {"key": "safety", "where": {"topic": ["safety", "harm"]}},
            {"key": "german", "where": {"language": ["de"]}},
        ],
        strata=regions(
            north={"target": 1, "targets": {"safety": 3}},
            south={"target": 1, "targets": {"safety": 3, "german": 0}},
            east={"target": 1},
        ),
    )
    import_lines(
        campaign,
        [
            item_line("plain"),
            item_line("safe", metadata={"topic": "safety"}),
            item_line("both", metadata={"topic": "harm"}, language="de"),
            item_line("german", language="de"),
        ],
    )
    assert targets_by_item(campaign) == {
        "plain": [1, 1, 1],
        "safe": [3, 3, 1],
        "both": [3, 3, 1],
        "german": [1, 0, 1],
    }
    assert dict(Stratum.objects.values_list("key", "target")) == {"north": 3, "south": 3, "east": 1}


def test_designs_that_do_not_fit_name_the_field():
    from annotation.serializers.campaign import CampaignSerializer
    from tests.factories import campaign_spec

    for parts, field in [
        ({"strata": regions(north={"target": 1})}, "strata.1.target"),
        ({"strata": regions(), "overlap": None}, "overlap"),
        ({"strata": regions(north={"targets": {"x": 1}}), "overlap": 2}, "strata.0.targets"),
        ({"quotas": [{"key": "q", "where": {"age": ["young"]}, "seats": 1}]}, "quotas.0.where"),
        ({"quotas": [{"key": "q", "where": {}, "seats": 1}]}, "quotas"),
        ({"strata": regions(north={"share": "nan"}), "overlap": 2}, "strata"),
    ]:
        body = CampaignSerializer(data=campaign_spec(questions=[REGIONS], **parts))
        assert not body.is_valid()
        assert field in body.errors, parts


def test_marginal_quotas_hold_across_strata_and_give_all_or_nothing():
    campaign = open_campaign(
        make_campaign(
            questions=[AGE_QUESTION, REGIONS],
            strata=[{**one, "quota": 2} for one in AGE_STRATA],
            quotas=[
                {"key": "north", "where": {"region": ["north"]}, "seats": 1},
                {"key": "southern", "where": {"region": ["south", "east"]}, "seats": 5},
            ],
        )
    )
    take_part(campaign, age="young", region="north")
    newcomer = make_annotator()
    with pytest.raises(StratumFull):
        take_part(campaign, newcomer, age="old", region="north")
    assert dict(Stratum.objects.values_list("key", "seats_taken")) == {"young": 1, "old": 0}
    take_part(campaign, newcomer, age="old", region="east")
    assert dict(Quota.objects.values_list("key", "seats_taken")) == {"north": 1, "southern": 1}
    take_part(campaign, age="young")
    with pytest.raises(StratumFull):
        take_part(campaign, age="young", region="south")
    assert dict(Quota.objects.values_list("key", "seats_taken")) == {"north": 1, "southern": 1}


def test_who_took_part_in_an_excluded_campaign_may_not_join():
    pilot = open_campaign(make_campaign())
    study = open_campaign(make_campaign(pilot.owner, excludes=[pilot.slug]))
    veteran = make_annotator()
    take_part(pilot, veteran)
    with pytest.raises(Conflict) as refused:
        take_part(study, veteran)
    assert refused.value.code == "excluded"
    take_part(study)
    with pytest.raises(Unfit) as unfit:
        make_campaign(excludes=[pilot.slug])
    assert list(unfit.value.fields) == ["excludes"]


def test_the_limit_of_a_day_ends_with_the_day():
    seat = take_part(open_with_items(4, max_per_day=2))
    assert len(judge_everything(seat)) == 2
    assert next_assignment(seat) == NothingToServe.DAY_LIMIT
    Seat.objects.update(day=timezone.now().date() - timedelta(days=1))
    assert len(judge_everything(seat)) == 2


def test_the_limit_of_a_session_ends_with_a_break():
    seat = take_part(open_with_items(4, max_per_session=3, session_break_minutes=10))
    assert len(judge_everything(seat)) == 3
    assert next_assignment(seat) == NothingToServe.SESSION_LIMIT
    Seat.objects.update(last_submitted_at=timezone.now() - timedelta(minutes=11))
    assert len(judge_everything(seat)) == 1
    assert Seat.objects.get().submitted_in_session == 1


def test_an_unused_seat_returns_and_is_taken_again_where_there_is_room():
    quotas = [{"key": "all", "where": {"age": ["young"]}, "seats": 1}]
    campaign = open_with_items(
        2, questions=[AGE_QUESTION], strata=[{**AGE_STRATA[0], "quota": 1}], quotas=quotas
    )
    sleeper = take_part(campaign, age="young")
    assert return_lapsed_seats() == 0
    Seat.objects.update(held_since=timezone.now() - timedelta(hours=25))
    assert return_lapsed_seats() == 1
    assert return_lapsed_seats() == 0
    assert (Stratum.objects.get().seats_taken, Quota.objects.get().seats_taken) == (0, 0)
    other = take_part(campaign, age="young")
    assert next_assignment(sleeper) == NothingToServe.SEAT_LAPSED
    Seat.objects.filter(pk=other.pk).update(held_since=timezone.now() - timedelta(hours=25))
    assert return_lapsed_seats() == 1
    assert isinstance(next_assignment(sleeper), Assignment)
    assert (Stratum.objects.get().seats_taken, Quota.objects.get().seats_taken) == (1, 1)


def test_a_seat_in_use_does_not_lapse():
    campaign = open_with_items(2)
    working, started = take_part(campaign), take_part(campaign)
    judge(serve(working))
    serve(started)
    Seat.objects.update(held_since=timezone.now() - timedelta(days=9))
    assert return_lapsed_seats() == 0


def test_targets_change_while_people_work_and_strand_no_lease():
    campaign = open_with_items(2, questions=[AGE_QUESTION], strata=AGE_STRATA)
    held = [serve(take_part(campaign, age="young")) for _ in range(4)]
    judge(held[0])
    lower = [{**AGE_STRATA[0], "target": 1}, AGE_STRATA[1]]
    campaign = change(campaign, strata=lower)
    young = Coverage.objects.filter(stratum__key="young").order_by("item")
    assert [cell.target for cell in young] == [2, 2]
    for assignment in held[1:]:
        judge(assignment)
    assert {(cell.leased, cell.submitted) for cell in young.all()} == {(0, 2)}
    campaign = change(campaign, strata=[{**AGE_STRATA[0], "target": 3}, AGE_STRATA[1]])
    assert [cell.target for cell in young.all()] == [3, 3]
    assert len(judge_everything(take_part(campaign, age="young"))) == 2


def test_strata_can_be_added_to_an_open_campaign_but_not_changed_in_kind():
    campaign = open_with_items(3, questions=[AGE_QUESTION], strata=[AGE_STRATA[0]])
    campaign = change(campaign, strata=AGE_STRATA)
    assert Coverage.objects.filter(stratum__key="old").count() == 3
    assert len(judge_everything(take_part(campaign, age="old"))) == 3
    for wrong in (
        [AGE_STRATA[1]],
        AGE_STRATA[::-1],
        [{**AGE_STRATA[0], "where": {}}, AGE_STRATA[1]],
    ):
        with pytest.raises(Conflict) as refused:
            change(campaign, strata=wrong)
        assert refused.value.code == "frozen"


def test_a_quota_cannot_go_below_the_seats_taken():
    campaign = open_with_items(1, questions=[AGE_QUESTION], strata=AGE_STRATA)
    for _ in range(2):
        take_part(campaign, age="old")
    with pytest.raises(Conflict) as refused:
        change(campaign, strata=[AGE_STRATA[0], {**AGE_STRATA[1], "quota": 1}])
    assert refused.value.code == "quota-below-seats"
    change(campaign, strata=[AGE_STRATA[0], {**AGE_STRATA[1], "quota": 2}])
    with pytest.raises(StratumFull):
        take_part(campaign, age="old")


def test_items_added_to_an_open_campaign_are_served():
    campaign = open_with_items(1, overlap=1)
    seat = take_part(campaign)
    assert len(judge_everything(seat)) == 1
    import_lines(campaign, [item_line("late")])
    assert serve(seat).item.external_id == "late"


def test_the_overlap_of_an_open_campaign_can_grow():
    campaign = open_with_items(1, overlap=1)
    judge_everything(take_part(campaign))
    campaign = change(campaign, overlap=2)
    assert len(judge_everything(take_part(campaign))) == 1
    assert Assignment.objects.filter(status=AssignmentStatus.SUBMITTED).count() == 2


def test_assignments_know_the_designs_probability():
    campaign = open_campaign(make_campaign(questions=[REGIONS], strata=regions(), overlap=1))
    add_items(campaign, 30)
    for region in ("north", "south", "east"):
        judge_everything(take_part(campaign, region=region))
    found = Counter(Assignment.objects.values_list("propensity", flat=True))
    assert list(found.values()) == [30]
    assert next(iter(found)) == pytest.approx(1 / 3)


@given(
    shares=st.lists(st.floats(0.01, 100), min_size=1, max_size=8),
    overlap=st.integers(1, 30),
    u=st.integers(0, 2**20 - 1).map(lambda number: number / 2**20),
)
def test_systematic_rounding_is_exact_for_every_draw(shares, overlap, u):
    """The arithmetic of planning's SQL, in Python."""
    expected = expected_by_stratum([stratum_spec(share=share) for share in shares], overlap)
    upto, drawn = 0.0, []
    for wanted in expected:
        before, upto = upto, upto + wanted
        drawn.append(int(round(upto, 6) + u) - int(round(before, 6) + u))
    assert sum(drawn) == overlap
    for wanted, target in zip(expected, drawn, strict=True):
        assert wanted - 1 - 1e-5 < target < wanted + 1 + 1e-5
