"""Derived formats from request to published files, through the service."""

import json
from typing import Any

import pytest

from analysis.models import Population
from annotation.errors import Unfit
from annotation.models import Stratum
from exports.derived import FORMATS
from exports.models import Snapshot
from exports.profiles.choices import Choices, Recoding
from exports.services.snapshots import request_again, request_snapshot
from exports.services.storing import folder_of
from tests.exports.builders import (
    CONVERSATION,
    made,
    pairwise_campaign,
    ranking_campaign,
    snapshot_of,
)
from tests.exports.reading import content_of, rows_in

TABLES = (
    *("judgments", "comparisons", "rankings", "ratings", "annotators", "items", "responses"),
    *("assignments", "coverage"),
)

pytestmark = pytest.mark.django_db(transaction=True)


def lines_in(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content_of(snapshot, name).decode().splitlines()]


def test_rows_and_sidecars_are_published_with_the_tables():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign, derived=["trl-preference"])
    assert snapshot.state == "done"
    rows = lines_in(snapshot, "trl-preference-overall-train.jsonl")
    beside = lines_in(snapshot, "trl-preference-overall-train-sidecar.jsonl")
    assert rows == [
        {
            "prompt": [{"role": "user", "content": "=SUM(1;2) What is it?"}],
            "chosen": [{"role": "assistant", "content": "Drei 😀"}],
            "rejected": [{"role": "assistant", "content": "Three."}],
        },
        {
            "prompt": CONVERSATION,
            "chosen": [{"role": "assistant", "content": "Yes"}],
            "rejected": [{"role": "assistant", "content": "No"}],
        },
    ]
    judgments = {row["judgment_id"]: row for row in rows_in(snapshot, "judgments")}
    for one in beside:
        judgment = judgments[one["judgment_id"]]
        assert one["annotator_id"] == judgment["annotator_id"]
        assert one["stratum"] == judgment["annotator_stratum"] == "young"
    # cy's both_bad and tie.
    told = json.loads(content_of(snapshot, "trl-preference.json"))
    assert told["left_out"] == {"both_bad": 1, "ties": 1}


def test_the_manifest_lists_them():
    snapshot = snapshot_of(
        pairwise_campaign().campaign, derived=[{"format": "trl-kto", "mode": "soft"}, "lewidi"]
    )
    manifest = json.loads(content_of(snapshot, "MANIFEST.json"))
    assert manifest["derived"] == snapshot.derived
    listed = {file["name"]: file for file in manifest["files"]}
    for name in (
        "trl-kto-soft-overall-train.jsonl",
        "trl-kto-soft-overall-train-sidecar.jsonl",
        "trl-kto-soft.json",
        "lewidi-overall_train.json",
        "lewidi_annotators_meta.json",
    ):
        file = snapshot.files.get(name=name)
        assert listed[name] == {
            "name": name,
            "bytes": file.bytes,
            "rows": file.rows,
            "sha256": file.sha256,
        }
    assert snapshot.files.get(name="trl-kto-soft-overall-train.jsonl").table == "trl-kto"
    assert listed["trl-kto-soft.json"]["rows"] is None


def test_the_same_moment_has_the_same_bytes_and_may_have_other_formats():
    built = pairwise_campaign()
    first = snapshot_of(built.campaign, derived=["trl-reward", "label-studio"])
    again = made(request_again(first, format="parquet", requested_by=None))
    assert again.derived == first.derived
    assert {file.name: file.sha256 for file in again.files.all()} == {
        file.name: file.sha256 for file in first.files.all()
    }
    people = [row["annotator_id"] for row in rows_in(first, "judgments")]
    request = {"format": "trl-kto", "annotators": [people[0]]}
    other = made(request_again(first, format="jsonl", derived=[request], requested_by=None))
    beside = lines_in(other, "trl-kto-overall-train-sidecar.jsonl")
    assert {one["annotator_id"] for one in beside} == {people[0]}
    assert not other.files.filter(table="trl-reward").exists()


def test_several_campaigns_are_one_dataset():
    pairs, ranks = pairwise_campaign().campaign, ranking_campaign().campaign
    snapshot = snapshot_of(pairs, campaigns=[ranks], derived=["trl-preference", "label-studio"])
    assert {name for name in snapshot.files.values_list("name", flat=True) if "trl" in name} == {
        f"trl-preference-{criterion}-train{end}.jsonl"
        for criterion in ("overall", "tone", "facts")
        for end in ("", "-sidecar")
    } | {"trl-preference.json"}
    beside = lines_in(snapshot, "trl-preference-facts-train-sidecar.jsonl")
    assert {one["item_id"] for one in beside} == {"ranks/k1"}
    tasks = json.loads(content_of(snapshot, "label-studio-ranking.json"))
    assert [task["data"]["item_id"] for task in tasks] == ["ranks/k1"]


def test_they_tell_no_more_than_the_release():
    built = pairwise_campaign()
    choices = Choices("public", "excluded", 5, (Recoding("age"), Recoding("tongues")))
    snapshot = snapshot_of(built.campaign, choices=choices, derived=list(FORMATS))
    assert snapshot.state == "done", snapshot.error
    # Three people are too few to tell any of their answers, and so their stratum.
    assert {row["annotator_stratum"] for row in rows_in(snapshot, "judgments")} == {None}
    beside = lines_in(snapshot, "trl-kto-overall-train-sidecar.jsonl")
    assert {row["stratum"] for row in beside} == {None}
    people = json.loads(content_of(snapshot, "lewidi_annotators_meta.json"))
    assert list(people.values()) == [{}, {}]
    tasks = json.loads(content_of(snapshot, "label-studio-pairwise.json"))
    given = [one for task in tasks for one in task["annotations"]]
    assert {one["stratum"] for one in given} == {None}
    days = {row["submitted_at"].date() for row in rows_in(snapshot, "judgments")}
    assert {one["created_at"] for one in given} == {f"{day}T00:00:00.000000Z" for day in days}
    for file in snapshot.files.exclude(table__in=TABLES).exclude(table=""):
        content = content_of(snapshot, file.name)
        for hidden in (b"Because", b"young", b"@people.test"):
            assert hidden not in content, file.name


def test_a_slice_without_judgments_fails_with_its_reason_and_leaves_nothing(storage_folder: Any):
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign, derived=[{"format": "matrix", "items": ["q9"]}])
    assert snapshot.state == "failed"
    assert snapshot.error == "matrix: No judgments match: items q9. 4 judgments are outside."
    assert not snapshot.files.exists()
    assert not list((storage_folder / folder_of(snapshot) / "derived").glob("*"))


def test_keys_that_the_campaign_does_not_have_are_refused_at_once():
    campaign = pairwise_campaign().campaign
    for body, message in (
        (
            {"format": "trl-kto", "criteria": ["tone"]},
            "criteria: The campaign has no tone; it has overall.",
        ),
        (
            {"format": "lewidi", "strata": ["young", "mid"]},
            "strata: The campaign has no mid; it has old, young.",
        ),
        ({"format": "trl-kto", "seed": "x"}, "seed: Must be a whole number from 0 to 2147483647."),
    ):
        with pytest.raises(Unfit) as problem:
            request_snapshot(campaign, derived=[body], requested_by=None)
        assert problem.value.fields == {"formats": message}
    assert not Snapshot.objects.exists()


def test_weights_go_by_the_reference_population_where_it_is_stated():
    campaign = pairwise_campaign().campaign
    body = {"format": "trl-kto", "mode": "weighted", "weights": "stratum"}
    plain = request_snapshot(campaign, derived=[body], requested_by=None)
    assert plain.derived[0]["shares"] == {}
    Stratum.objects.filter(campaign=campaign, key="young").update(share=0.25)
    Stratum.objects.filter(campaign=campaign, key="old").update(share=0.75)
    snapshot = made(request_snapshot(campaign, derived=[body], requested_by=None))
    assert snapshot.derived[0]["shares"] == {"old": 0.75, "young": 0.25}
    told = json.loads(content_of(snapshot, "trl-kto-weighted.json"))
    assert told["weights"]["weights"] == {"old": 1.5, "young": 0.5}


def test_a_reference_population_is_named_or_the_only_one():
    campaign = pairwise_campaign().campaign
    body = {"format": "trl-kto", "mode": "weighted", "weights": "raking"}
    with pytest.raises(Unfit) as problem:
        request_snapshot(campaign, derived=[body], requested_by=None)
    assert "Name one of the campaign's reference populations" in problem.value.fields["formats"]
    shares = {"young": 0.5, "old": 0.5}
    margins = [{"question": "age", "shares": shares}]
    for name in ("Here", "There"):
        Population.objects.create(campaign=campaign, name=name, margins=margins)
    with pytest.raises(Unfit) as problem:
        request_snapshot(campaign, derived=[body], requested_by=None)
    assert "it has Here, There." in problem.value.fields["formats"]
    named = {**body, "population": "There"}
    snapshot = request_snapshot(campaign, derived=[named], requested_by=None)
    assert snapshot.derived[0]["population"] == {"age": shares}
