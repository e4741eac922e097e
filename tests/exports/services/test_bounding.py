"""Bounds of a snapshot: frozen with it, the same at every making, and never short of tier 1."""

import hashlib
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.enums import Role
from annotation.services.erasing import withdraw
from annotation.services.jobs import run_job
from exports.errors import Conflict
from exports.models import Derivation, Moment, Snapshot
from exports.services.derivations import make_derivation
from exports.services.erasing import obey_withdrawals
from exports.services.snapshots import make_snapshot, request_again, request_reissue
from policies.services.own import add_own_rule, agree
from policies.services.rules import end_rule
from policies.services.settings import change_register
from policies.services.verdicts import say_for_oneself
from tests.exports.builders import Built, made, pairwise_campaign, snapshot_of
from tests.factories import make_user
from tests.policies.builders import campaign_rule, installation_rule, response_of, say

pytestmark = pytest.mark.django_db(transaction=True)
WANTED = ["trl-preference"]


@pytest.fixture
def built() -> Built:
    return pairwise_campaign()


def content_of(snapshot: Snapshot, name: str) -> bytes:
    stored = snapshot.files.get(name=name).stored_name
    with default_storage.open(stored) as file:
        content: bytes = file.read()
    return content


def report_of(snapshot: Snapshot) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content_of(snapshot, "trl-preference-bounds.json"))
    return found


def names_of(snapshot: Snapshot) -> set[str]:
    return set(snapshot.files.values_list("name", flat=True))


def digests(snapshot: Snapshot) -> dict[str, str]:
    return {one.name: one.sha256 for one in snapshot.files.all() if one.name.startswith("trl-")}


def test_without_rules_nothing_is_frozen_and_nothing_told(built: Built):
    snapshot = snapshot_of(built.campaign, "jsonl", derived=WANTED)
    assert snapshot.moment.bounds == {}
    assert not snapshot.moment.files.filter(name__startswith="bounds").exists()
    assert not [name for name in names_of(snapshot) if "bounds" in name]


def test_a_tier_1_rule_leaves_no_pair_and_accounts_for_it(built: Built):
    rule = installation_rule()
    say(rule, response_of(built.campaign, "q1", "a"))
    snapshot = snapshot_of(built.campaign, "jsonl", derived=["trl-preference", "trl-kto"])
    report = report_of(snapshot)
    assert (report["rows_in"], report["rows_out"], report["rows_removed"]) == (2, 1, 1)
    told = report["rules"][0]
    assert (told["rule"], told["version"], told["tier"], told["rows_removed"]) == (
        *("no-slurs", 1, 1, 1),
    )
    rows = content_of(snapshot, "trl-preference-overall-train-sidecar.jsonl").decode()
    assert [json.loads(line)["item_id"] for line in rows.splitlines()] == ["q2"]
    listed = json.loads(content_of(snapshot, "trl-preference-bounds.jsonl"))
    assert (listed["item_id"], listed["preferred_id"], listed["rule"]) == ("q1", "a", "no-slurs")
    bounds = snapshot.moment.bounds
    assert bounds["rules"] == [{"rule": "no-slurs", "version": 1, "tier": 1}]
    assert (bounds["rows"], bounds["sha256"]) == (1, report["ruled_out_sha256"])
    judged = content_of(snapshot, "trl-preference.json")
    assert b'"rows_removed": 1' in judged


def test_what_is_told_of_judgments_stays_whole(built: Built):
    say(installation_rule(), response_of(built.campaign, "q1", "a"))
    snapshot = snapshot_of(built.campaign, "jsonl")
    assert snapshot.files.get(table="comparisons").rows == 4


def test_the_same_moment_gives_the_same_bytes_after_rules_have_changed(built: Built):
    law, house = installation_rule(key="law"), campaign_rule(built.campaign)
    say(law, response_of(built.campaign, "q1", "a"))
    snapshot = snapshot_of(built.campaign, "jsonl", derived=WANTED)
    say(house, response_of(built.campaign, "q2", "r1"))
    end_rule(law, by=make_user(Role.ADMIN))
    again = made(request_again(snapshot, format="jsonl", requested_by=None))
    assert digests(again) == digests(snapshot) != {}


def test_a_derivation_of_its_own_makes_the_same_and_knows_its_rules(built: Built):
    say(installation_rule(), response_of(built.campaign, "q1", "a"))
    alone = snapshot_of(built.campaign, "jsonl", derived=["trl-preference", "trl-kto"])
    shared = request_again(alone, format="jsonl", requested_by=None)
    sent: list[int] = []
    run_job(Snapshot, shared.pk, lambda job: make_snapshot(job, spread_derived=sent.extend))
    for pk in sent:
        run_job(Derivation, pk, make_derivation)
    shared = made(shared)
    assert digests(shared) == digests(alone)
    found = [one.bounds["sha256"] for one in Derivation.objects.filter(snapshot=shared)]
    assert found == [shared.moment.bounds["sha256"]] * 2


def test_an_old_moment_gives_no_file_that_tier_1_rules_out_now(built: Built):
    snapshot = snapshot_of(built.campaign, "jsonl", derived=WANTED)
    rule = installation_rule()
    assert request_again(snapshot, format="jsonl", requested_by=None)
    say(rule, response_of(built.campaign, "q1", "a"))
    with pytest.raises(Conflict) as refusal:
        request_again(snapshot, format="jsonl", requested_by=None)
    assert refusal.value.code == "bounds-changed"
    assert request_again(snapshot, format="csv", derived=[], requested_by=None)
    assert request_again(snapshot, format="csv", derived=["matrix"], requested_by=None)


def test_a_reissue_stands_under_the_rules_of_now(built: Built):
    snapshot = snapshot_of(built.campaign, "jsonl", derived=WANTED)
    say(installation_rule(), response_of(built.campaign, "q1", "a"))
    withdraw(built.annotator("cy"), built.campaign)
    obey_withdrawals()
    reissued = made(request_reissue(snapshot, requested_by=None))
    assert report_of(reissued)["rows_removed"] == 1


def test_own_rules_are_for_that_persons_file_and_go_with_the_person(built: Built):
    ada = built.annotator("ada")
    agree(ada)
    rule = add_own_rule(ada, "No sums")
    version = rule.versions.get()
    say_for_oneself(ada, version, response_of(built.campaign, "q1", "a"), verdict="breaks")
    snapshot = snapshot_of(built.campaign, "jsonl", derived=WANTED, pseudonyms="stable")
    assert not [name for name in names_of(snapshot) if "bounds" in name]
    mine = {"format": "trl-preference", "annotators": [ada.pseudonym], "within_bounds": True}
    own = made(request_again(snapshot, format="jsonl", derived=[mine], requested_by=None))
    report = report_of(own)
    assert [(one["rule"], one["rows_removed"]) for one in report["rules"]] == [
        (f"own/{rule.key}", 1)
    ]
    assert "No sums" not in content_of(own, "README.md").decode()
    withdraw(ada, built.campaign)
    obey_withdrawals()
    frozen = Moment.objects.get(pk=snapshot.moment_id).files.get(name="bounds-00000")
    assert frozen.rows == 0


def test_the_digest_tells_two_states_of_rules_apart(built: Built):
    rule = installation_rule()
    first = snapshot_of(built.campaign, "jsonl").moment.bounds
    say(rule, response_of(built.campaign, "q1", "a"))
    second = snapshot_of(built.campaign, "jsonl").moment.bounds
    assert first["sha256"] == hashlib.sha256().hexdigest() != second["sha256"]


def test_the_card_tells_of_rules_and_of_the_register(built: Built):
    installation_rule(source="Act 1", jurisdiction="EU", title="No *slurs*")
    said = [{"key": "privacy", "likelihood": "likely", "note": "Names go.", "mitigation": "k = 5"}]
    change_register(built.campaign, said, by=built.campaign.owner)
    snapshot = snapshot_of(built.campaign, "jsonl", derived=WANTED)
    card = content_of(snapshot, "README.md").decode()
    assert "## Bounds" in card
    assert "| `no-slurs` v1 | 1, law and norms | restriction | No \\*slurs\\* | Act 1, EU |" in card
    assert "`trl-preference-bounds.json` |" in card
    assert "## Risks and benefits" in card
    assert card.count("\n### Risks for ") == 2
    privacy = next(line for line in card.splitlines() if line.startswith("- **Privacy.**"))
    assert privacy.endswith("*Likely.* In this campaign: Names go. What is done about it: k = 5")


def test_without_rules_the_card_has_a_register_and_no_bounds(built: Built):
    card = content_of(snapshot_of(built.campaign, "jsonl"), "README.md").decode()
    assert "## Bounds" not in card
    assert "- **Privacy.** Preferences tell who somebody is" in card
