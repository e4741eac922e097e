"""Sides by people's own judgments: a distribution over people, by stratum, small ones hidden."""

from collections.abc import Sequence

import pytest
from django.core.files.storage import default_storage

from annotation.enums import JobState
from annotation.models import Campaign, Item
from annotation.services.campaigns import open_campaign
from tests.values.builders import BY_AGE, audit_of, corpus, judged_by, labelled_sample
from values.selectors.corpus import corpus_batches, people_by_stratum
from values.services.reporting import told_strata

pytestmark = pytest.mark.django_db
KINDNESS = "empathy-helpfulness"
PAIRS = 12


def kind_side(item: Item, side: str) -> str:
    return next(one.external_id for one in item.responses.all() if one.metadata["side"] == side)


def young_and_old(young: int, old: int) -> Campaign:
    """The young prefer what the file says was chosen, the old what it says was rejected."""
    source = open_campaign(corpus(PAIRS, **BY_AGE))

    def chosen(item: Item, _order: Sequence[str]) -> str:
        return kind_side(item, "chosen")

    def rejected(item: Item, _order: Sequence[str]) -> str:
        return kind_side(item, "rejected")

    judged_by(source, chosen, ["young"] * young)
    judged_by(source, rejected, ["old"] * old)
    return source


def labels_for(source: Campaign) -> Campaign:
    """Labels of another corpus of the same make: forty pairs are enough to learn from."""
    return labelled_sample(corpus(40, owner=source.owner))


def share(audit, stratum: str | None, side: str) -> float:
    row = next(
        one
        for one in audit.results["shares"]
        if (one["stratum"], one["value"]) == (stratum, KINDNESS)
    )
    return row["told"][side]["share"]


def test_each_stratum_s_choice_is_told_and_all_of_them_together():
    source = young_and_old(5, 5)
    audit = audit_of(source, labels_for(source), sides="judgments")
    assert (audit.state, audit.error) == (JobState.DONE, "")
    assert audit.results["hidden"] == []
    # By the file 1 of chosen and 1/4 of rejected texts are kind; the old chose the other way.
    assert share(audit, "young", "chosen") == 1.0
    assert share(audit, "young", "rejected") == 0.25
    assert share(audit, "old", "chosen") == 0.25
    assert share(audit, None, "chosen") == share(audit, None, "rejected") == 0.625
    people = {one["stratum"]: one["people"] for one in audit.results["shares"]}
    assert people == {None: None, "young": 5, "old": 5}


def test_a_small_stratum_is_hidden_and_so_is_what_would_tell_of_it():
    source = young_and_old(5, 2)
    assert people_by_stratum(source, 10**9) == {"young": 5, "old": 2}
    audit = audit_of(source, labels_for(source), sides="judgments")
    assert audit.state == JobState.DONE
    assert {one["stratum"] for one in audit.results["shares"]} == {None}
    assert audit.results["hidden"] == ["old", "young"]
    for file in audit.files.exclude(name="results.json"):
        with default_storage.open(file.stored_name) as opened:
            text = opened.read().decode()
        assert "young" not in text
        assert "old" not in text.split()


def test_fewer_people_than_the_minimum_are_not_told_of_at_all():
    source = young_and_old(4, 0)
    audit = audit_of(source, labels_for(source), sides="judgments")
    assert audit.state == JobState.FAILED
    assert audit.error == "Not enough: fewer than 5 people judged in this campaign."


def test_ties_count_for_nobody_and_every_item_weighs_the_same():
    source = open_campaign(corpus(2, **BY_AGE))
    answered = iter(["chosen", None, "rejected", "chosen"])

    def prefers(item: Item, _order: Sequence[str]) -> str | None:
        side = next(answered)
        return kind_side(item, side) if side else None

    judged_by(source, prefers, ["young", "young"])
    (batch,) = corpus_batches(
        source, "judgments", criterion="overall", last_item=10**9, until=10**9
    )
    assert batch.items == 2
    whole = {}
    for one in batch.texts:
        up, down = one.weights[""]
        assert one.weights["young"] == (up, down)
        whole[one.item_id] = whole.get(one.item_id, 0) + up
    assert set(whole.values()) == {1.0}


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ({"a": 5, "b": 9}, ["a", "b"]),
        ({"a": 5, "b": 9, "c": 4}, ["b"]),
        ({"a": 4, "b": 4, "c": 9}, ["c"]),
        ({"a": 1, "b": 5}, []),
        ({"": 3, "b": 5, "c": 6}, ["c"]),
        ({"": 7, "b": 5}, ["b"]),
        ({}, []),
    ],
)
def test_which_strata_are_told_of(people: dict[str, int], told: list[str]):
    assert told_strata(people, 5) == told
