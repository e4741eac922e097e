"""A whole design."""

import subprocess
import sys

from annotation.design.plan import MOST_COMPARED, Design, plan_of


def design(**parts):
    return Design(**{"items": 30, "targets": {"a": 2, "b": 3}, "seconds": 60, "pay": 10, **parts})


def test_every_pair_of_strata_that_judge_is_compared():
    plan = plan_of(design(targets={"a": 2, "b": 0, "c": 1, "d": 1}, cap=10))
    assert [(pair.first.key, pair.second.key) for pair in plan.pairs] == [
        ("a", "c"),
        ("a", "d"),
        ("c", "d"),
    ]
    assert [part.people for part in plan.strata] == [6, 0, 3, 3]


def test_more_people_for_the_same_judgments_tell_more():
    few, many = plan_of(design(cap=15)), plan_of(design(cap=15, people={"a": 30, "b": 45}))
    assert many.pairs[0].width < few.pairs[0].width
    assert many.total.judgments == few.total.judgments


def test_of_many_strata_the_first_are_compared():
    plan = plan_of(design(targets={str(number): 1 for number in range(15)}))
    assert len(plan.pairs) == MOST_COMPARED * (MOST_COMPARED - 1) // 2
    assert plan.left_out == 3


def test_one_stratum_has_nothing_to_be_compared_with():
    assert plan_of(design(targets={"a": 2})).pairs == []


def test_the_estimators_know_nothing_of_django():
    code = "import annotation.design.plan, annotation.design.arrivals, annotation.design.positions"
    check = f"{code}, sys; sys.exit('django' in sys.modules)".replace(
        "import ", "import sys; import ", 1
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
