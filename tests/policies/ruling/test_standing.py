"""The standing of a response: the strictest rule holds, and no lower tier loosens a higher one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.enums import DecidedBy, RuleKind, Standing, VerdictKind
from policies.ruling.standing import (
    Bound,
    Evidence,
    Share,
    Threshold,
    Word,
    finding_of,
    ruling_of,
)

BREAKS, KEEPS, UNSURE = VerdictKind.BREAKS.value, VerdictKind.KEEPS.value, VerdictKind.UNSURE.value
STRICTNESS = {Standing.ALLOWED: 0, Standing.UNDECIDED: 1, Standing.RULED_OUT: 2}


def bound(tier: int = 1, rule: str = "r", **parts: Any) -> Bound:
    facts = {"kind": RuleKind.RESTRICTION.value, "decided_by": DecidedBy.REVIEW.value, **parts}
    return Bound(rule=rule, version=1, tier=tier, **facts)


def said(*verdicts: str) -> Evidence:
    return Evidence([Word(number, one) for number, one in enumerate(verdicts, 1)])


@pytest.mark.parametrize(
    ("verdicts", "standing"),
    [
        ((), Standing.UNDECIDED),
        ((BREAKS,), Standing.RULED_OUT),
        ((KEEPS,), Standing.ALLOWED),
        ((UNSURE,), Standing.UNDECIDED),
        ((BREAKS, KEEPS), Standing.ALLOWED),
        ((KEEPS, BREAKS), Standing.RULED_OUT),
    ],
)
def test_the_newest_verdict_counts(verdicts: tuple[str, ...], standing: Standing):
    assert ruling_of([(bound(), said(*verdicts))]).standing == standing


def test_on_tier_1_an_admins_word_goes_before_later_ones_of_researchers():
    words = [Word(1, BREAKS, by_admin=True), Word(2, KEEPS), Word(3, UNSURE)]
    assert finding_of(bound(1), Evidence(words)).says == BREAKS
    assert finding_of(bound(2), Evidence(words)).says == UNSURE


@pytest.mark.parametrize(
    ("kind", "found", "people", "says"),
    [
        ("restriction", 3, 5, BREAKS),
        ("restriction", 2, 5, KEEPS),
        ("restriction", 4, 4, None),
        ("restriction", 5, 10, BREAKS),
        ("requirement", 3, 5, KEEPS),
        ("requirement", 2, 5, BREAKS),
        ("requirement", 0, 0, None),
    ],
)
def test_values_count_from_a_share_of_enough_people(
    kind: str, found: int, people: int, says: str | None
):
    rule = bound(kind=kind, decided_by="values", threshold=Threshold(0.5, 5))
    assert finding_of(rule, Evidence(values=Share(people, found))).says == says


def test_what_nobody_reported_keeps_to_a_rule_decided_by_reports():
    rule = bound(decided_by="reports")
    assert finding_of(rule, Evidence()).says == KEEPS
    assert finding_of(rule, Evidence(reports=1)).says is None
    assert finding_of(rule, Evidence([Word(1, BREAKS)], reports=1)).says == BREAKS


def test_a_lower_tier_that_is_satisfied_is_overruled_and_told_of():
    """Tier 2 requires what tier 1 restricts: tier 1 holds."""
    ruling = ruling_of(
        [
            (bound(2, "say-it", kind="requirement"), said(KEEPS)),
            (bound(1, "never"), said(BREAKS)),
            (bound(2, "also"), said(BREAKS)),
        ]
    )
    assert ruling.standing == Standing.RULED_OUT
    assert ruling.tier == 1
    assert [one.bound.rule for one in ruling.decisive] == ["never"]
    assert [one.bound.rule for one in ruling.overruled] == ["say-it"]


def test_a_lower_tier_may_be_stricter():
    ruling = ruling_of([(bound(1, "a"), said(KEEPS)), (bound(2, "b"), said(BREAKS))])
    assert (ruling.standing, ruling.tier) == (Standing.RULED_OUT, 2)
    assert list(ruling.overruled) == []


def test_without_rules_everything_is_allowed():
    assert ruling_of([]).standing == Standing.ALLOWED


words = st.lists(
    st.builds(
        Word,
        number=st.integers(1, 50),
        verdict=st.sampled_from(VerdictKind.values),
        by_admin=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda one: one.number,
)
shares = st.integers(0, 20).flatmap(
    lambda people: st.builds(Share, st.just(people), st.integers(0, people))
)
known = st.tuples(
    st.builds(
        Bound,
        rule=st.text("abc", min_size=1, max_size=3),
        version=st.integers(1, 3),
        tier=st.integers(1, 3),
        kind=st.sampled_from(RuleKind.values),
        decided_by=st.sampled_from(DecidedBy.values),
        threshold=st.builds(Threshold, st.floats(0.01, 1), st.integers(5, 10)),
    ),
    st.builds(Evidence, words=words, reports=st.integers(0, 3), values=shares),
)


@given(st.lists(known, max_size=5), known)
def test_another_rule_never_loosens(rules: list[Any], another: Any):
    before, after = ruling_of(rules), ruling_of([*rules, another])
    assert STRICTNESS[after.standing] >= STRICTNESS[before.standing]


@given(st.lists(known, max_size=5), known)
def test_a_lower_tier_never_makes_allowed_what_a_higher_one_rules_out(rules: Any, lower: Any):
    before = ruling_of(rules)
    if before.tier is None or lower[0].tier <= before.tier:
        return
    after = ruling_of([*rules, lower])
    assert (after.standing, after.tier) == (Standing.RULED_OUT, before.tier)
    assert after.decisive == before.decisive


@given(st.permutations(range(4)), st.lists(known, min_size=4, max_size=4))
def test_the_order_of_rules_does_not_matter(order: list[int], rules: list[Any]):
    assert ruling_of(rules).standing == ruling_of([rules[place] for place in order]).standing
