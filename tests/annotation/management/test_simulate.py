import io
import json

import pytest
from django.core.management import CommandError, call_command

from annotation.models import Judgment, Response
from tests.factories import AGE_QUESTION, AGE_STRATA, open_with_items

pytestmark = pytest.mark.django_db


def run(campaign, **options):
    said, progress = io.StringIO(), io.StringIO()
    call_command("simulate", campaign.slug, stdout=said, stderr=progress, **options)
    return said.getvalue(), progress.getvalue()


def test_simulate_says_who_took_part_and_what_they_did(tmp_path):
    campaign = open_with_items(8, questions=[AGE_QUESTION], strata=AGE_STRATA)
    truth = tmp_path / "truth.json"
    options = {"careless": 0.4, "contrarian": 0.3, "lapse": 0.2, "truth": truth, "seed": 2}
    said, progress = run(campaign, annotators=8, fast=True, **options)
    lines = said.splitlines()
    assert lines[0].startswith(f"{campaign.slug}: 8 people gave 24 judgments and skipped ")
    assert [line.split("  ")[1] for line in lines[1:]] == [
        "people",
        "left early",
        "let lapse",
        "took",
    ]
    people = json.loads(truth.read_text())["people"]
    seats = campaign.seats.values_list("annotator__pseudonym", "stratum__key")
    assert {(name, one["group"]) for name, one in people.items()} == set(seats)
    counts = {kind: sum(one["kind"] == kind for one in people.values()) for kind in KINDS}
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()) if count)
    assert lines[1] == f"  people      {told}"
    assert progress.startswith("  ")
    assert "judgments\r" in progress


KINDS = ("sincere", "careless", "contrarian")


def test_simulate_takes_utilities_from_a_file(tmp_path):
    campaign = open_with_items(2, questions=[AGE_QUESTION], strata=AGE_STRATA)
    given, truth = tmp_path / "given.json", tmp_path / "truth.json"
    given.write_text(json.dumps({"young": {"t1": 2, "t2": -1.5}}))
    run(campaign, utilities=given, truth=truth, annotators=2)
    weights = json.loads(truth.read_text())["utilities"]
    assert weights["young"] == {"t1": 2.0, "t2": -1.5, "t3": 0.0, "t4": 0.0, "t5": 0.0}
    assert set(weights["old"].values()).isdisjoint({0.0})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"middle": {"t1": 1}}', "no strata of this campaign: middle. It has young, old."),
        ('{"young": {"charm": 1}}', "no response of this campaign has: charm. There are t1, t2"),
        ('{"young": {"t1": "much"}}', "weight of trait 't1' in group 'young' must be a number"),
        ('{"young": {"t1": NaN}}', "must be a number"),
        ('{"young": 3}', "group 'young' must be an object of trait → weight"),
        ("[]", "must be an object of group → trait → weight"),
        ("{oops", "is not JSON"),
    ],
)
def test_simulate_says_what_is_wrong_with_utilities(tmp_path, content, message):
    campaign = open_with_items(2, questions=[AGE_QUESTION], strata=AGE_STRATA)
    path = tmp_path / "given.json"
    path.write_text(content)
    with pytest.raises(CommandError, match=message):
        run(campaign, utilities=path)
    with pytest.raises(CommandError, match="cannot be read"):
        run(campaign, utilities=tmp_path / "missing.json")
    assert not campaign.seats.exists()


def test_traits_that_only_late_responses_declare_are_known(tmp_path, monkeypatch):
    monkeypatch.setattr("annotation.simulation.answering.RESPONSES_SAMPLED", 1)
    campaign = open_with_items(2)
    Response.objects.filter(pk=Response.objects.last().pk).update(
        metadata={"traits": {"charm": 1.0}}
    )
    path = tmp_path / "given.json"
    path.write_text('{"everyone": {"charm": 1.0}}')
    run(campaign, utilities=path, annotators=2)
    assert Judgment.objects.exists()


def test_simulate_refuses_probabilities_that_are_none():
    with pytest.raises(CommandError, match="--skip must be from 0 to 1"):
        run(open_with_items(1), skip=2.0)
