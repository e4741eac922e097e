"""Every missing row is accounted for, and small groups are told of nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.ruling.report import Tally, bounds_report

LAW, HOUSE = ("law", 1, 1), ("house/rule", 2, 2)
RULES = [
    {"rule": "law", "version": 1, "tier": 1, "title": "Law"},
    {"rule": "house/rule", "version": 2, "tier": 2, "title": "House"},
]


def tally_of(*groups: tuple[str | None, int, int, int]) -> Tally:
    """Groups of (stratum, people, judgments each, removed of all by the law)."""
    tally = Tally()
    for stratum, people, each, removed in groups:
        for number in range(people * each):
            rules = (LAW,) if number < removed else ()
            tally.see_judgment(stratum, f"{stratum}-{number % people}", rules)
            tally.see_row(rules)
    return tally


def test_a_row_removed_by_two_rules_is_under_each_and_once_in_the_sum():
    tally = Tally()
    for rules in ((LAW, HOUSE), (LAW,), (), ()):
        tally.see_row(rules)
    report = bounds_report(tally, RULES, least=5, digest="d")
    assert (report["rows_in"], report["rows_out"], report["rows_removed"]) == (4, 2, 2)
    assert [(one["rule"], one["rows_removed"]) for one in report["rules"]] == [
        ("law", 2),
        ("house/rule", 1),
    ]


def test_shares_by_stratum_have_wilson_intervals_and_n():
    report = bounds_report(
        tally_of(("young", 5, 2, 3), ("old", 6, 1, 0)), RULES, least=5, digest=""
    )
    old, young = report["strata"]
    assert (old["stratum"], old["removed"], old["judgments"], old["people"]) == ("old", 0, 6, 6)
    assert young == {
        "stratum": "young",
        "people": 5,
        "judgments": 10,
        "removed": 3,
        "share": 0.3,
        "low": pytest.approx(0.1078, abs=0.00005),
        "high": pytest.approx(0.6032, abs=0.00005),
    }
    law = report["rules"][0]
    assert [(one["stratum"], one["removed"]) for one in law["strata"]] == [("old", 0), ("young", 3)]
    assert report["groups_left_out"] == 0


def test_small_groups_are_left_out_with_the_one_that_would_tell_them():
    groups = (("big", 9, 1, 1), ("small", 4, 1, 1), ("mid", 5, 1, 0))
    report = bounds_report(tally_of(*groups), RULES, least=5, digest="")
    assert [one["stratum"] for one in report["strata"]] == ["big"]
    assert report["groups_left_out"] == 2
    two = bounds_report(tally_of(*groups, ("tiny", 1, 1, 0)), RULES, least=5, digest="")
    assert [one["stratum"] for one in two["strata"]] == ["big", "mid"]


def test_a_persons_own_rule_is_told_by_its_name_alone():
    tally = Tally()
    tally.see_row((("own/rule-1", 1, 3),))
    told = bounds_report(tally, RULES, least=5, digest="")["rules"][-1]
    assert told == {"rule": "own/rule-1", "version": 1, "tier": 3, "rows_removed": 1, "strata": []}


def test_a_sum_that_does_not_come_out_is_no_report():
    tally = Tally(rows_in=3, rows_out=1, removed=1)
    with pytest.raises(ValueError, match="Rows in"):
        bounds_report(tally, RULES, least=5, digest="")


@given(st.lists(st.sets(st.sampled_from([LAW, HOUSE]))))
def test_rows_in_are_rows_out_and_rows_removed(rows: list[set[tuple[str, int, int]]]):
    tally = Tally()
    for rules in rows:
        tally.see_row(sorted(rules))
    report = bounds_report(tally, RULES, least=5, digest="")
    assert report["rows_in"] == len(rows) == report["rows_out"] + report["rows_removed"]
    assert report["rows_removed"] == sum(1 for one in rows if one)
