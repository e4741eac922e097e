"""A whole design."""

import subprocess
import sys

import pytest

from annotation.design.effort import Work
from annotation.design.plan import MOST_COMPARED, Design, Kind, plan_of

WORK = {"seconds": 60, "pay_per_hour": 10}


def design(wanted, *, items=30, cap=None, kinds=(), repeat_rate=0.0, **parts):
    work = Work(**WORK, cap=cap, repeat_rate=repeat_rate)
    return Design([Kind("(rest)", items, wanted), *kinds], work, **parts)


def test_every_pair_of_strata_that_judge_is_compared():
    plan = plan_of(design({"a": 2, "b": 0, "c": 1, "d": 1}, cap=10))
    assert [(pair.first.key, pair.second.key) for pair in plan.pairs] == [
        ("a", "c"),
        ("a", "d"),
        ("c", "d"),
    ]
    assert [part.people for part in plan.strata] == [6, 0, 3, 3]


def test_more_people_for_the_same_judgments_tell_more():
    wanted = {"a": 2, "b": 3}
    few = plan_of(design(wanted, cap=15))
    many = plan_of(design(wanted, cap=15, people={"a": 30, "b": 45}))
    assert many.pairs[0].width < few.pairs[0].width
    assert many.total.judgments == few.total.judgments


def test_of_many_strata_the_first_are_compared():
    plan = plan_of(design({str(number): 1 for number in range(15)}))
    assert len(plan.pairs) == MOST_COMPARED * (MOST_COMPARED - 1) // 2
    assert plan.scopes[0].left_out == 3


def test_one_stratum_has_nothing_to_be_compared_with():
    assert plan_of(design({"a": 2})).pairs == []


def test_an_overlap_shared_out_is_counted_in_fractions():
    plan = plan_of(design(dict.fromkeys("abc", 2 / 3), items=100, cap=50))
    assert [part.judgments for part in plan.strata] == pytest.approx([200 / 3] * 3)
    assert plan.total.judgments == pytest.approx(200)
    # 66⅔ judgments at 50 a person.
    assert [part.people_needed for part in plan.strata] == [2, 2, 2]


def test_strata_that_never_meet_on_an_item_share_nothing_of_it():
    """At an overlap of one, items' differences do not cancel as they do where both judge all."""
    apart = plan_of(design({"a": 0.5, "b": 0.5}, items=400, people={"a": 200, "b": 200}))
    alone = plan_of(design({"a": 1, "b": 1}, items=200, people={"a": 200, "b": 200}))
    assert apart.pairs[0].judgments == alone.pairs[0].judgments == (200, 200)
    assert apart.pairs[0].error > alone.pairs[0].error
    # Without a common item the variances simply add up.
    assert apart.pairs[0].simulated.error == pytest.approx(apart.pairs[0].error, rel=0.1)


def test_kinds_of_items_are_counted_and_compared_each_for_itself():
    safety = Kind("safety", 20, {"a": 3, "b": 3})
    plan = plan_of(design({"a": 1, "b": 0}, items=80, kinds=[safety], cap=20))
    assert [part.judgments for part in plan.strata] == [140, 60]
    assert [part.people_needed for part in plan.strata] == [7, 3]
    everything, rest, of_safety = plan.scopes
    assert (everything.kind, everything.items, len(everything.pairs)) == (None, 100, 1)
    assert everything.pairs[0].judgments == (140, 60)
    assert (rest.kind, rest.items, rest.pairs) == ("(rest)", 80, [])
    assert (of_safety.kind, of_safety.items) == ("safety", 20)
    assert of_safety.pairs[0].judgments == (60, 60)
    assert of_safety.pairs[0].simulated.error == pytest.approx(of_safety.pairs[0].error, rel=0.12)
    assert everything.pairs[0].simulated.error == pytest.approx(everything.pairs[0].error, rel=0.12)


def test_a_kind_without_items_is_as_though_it_were_not_there():
    plan = plan_of(design({"a": 1, "b": 1}, kinds=[Kind("safety", 0, {"a": 9, "b": 9})], cap=10))
    assert [scope.kind for scope in plan.scopes] == [None]
    assert [part.people_needed for part in plan.strata] == [3, 3]


def test_what_is_allotted_adaptively_costs_beyond_the_targets():
    plan = plan_of(design({"a": 1, "b": 1}, cap=10, budget=40))
    assert (plan.adaptive.judgments, plan.adaptive.people_needed) == (40, 4)
    assert (plan.total.judgments, plan.total.people) == (100, 10)
    assert plan.total.hours == pytest.approx(100 / 60)
    free = plan_of(design({"a": 1, "b": 1}, budget=40))
    assert (free.adaptive.people_needed, free.total.people) == (0, 2)


def test_the_estimators_know_nothing_of_django():
    code = "import annotation.design.plan, annotation.design.arrivals, annotation.design.positions"
    check = f"{code}, sys; sys.exit('django' in sys.modules)".replace(
        "import ", "import sys; import ", 1
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
