import json
from collections import Counter

import pytest
from django.core.management import call_command

from accounts.models import User
from annotation.item_formats.records import item_record
from annotation.models import Campaign, EntryLink, Item, Judgment, Response, Seat
from annotation.task_types import task_type_of
from demo.installation import (
    CONTENT,
    CROWD,
    CROWD_JUDGMENTS,
    CROWDED,
    JUDGMENTS_EACH,
    campaign_body,
    seed_demo,
)
from tests.analysis.builders import finished_run


@pytest.mark.django_db
def test_the_demo_is_partly_answered_and_spans_its_strata():
    call_command("seed_demo")
    assert Counter(User.objects.values_list("role", flat=True)) == {
        "admin": 1,
        "researcher": 1,
        "annotator": 9 + CROWD,
    }
    assert User.objects.get(email="annotator1@demo.test").check_password("demo")
    assert Item.objects.count() >= 40
    for slug, most in JUDGMENTS_EACH.items():
        campaign = Campaign.objects.get(slug=slug)
        assert campaign.status == "open"
        judgments = Judgment.objects.filter(campaign=campaign).count()
        crowd = CROWD * CROWD_JUDGMENTS if slug == CROWDED else 0
        assert judgments == 8 * most + crowd
        assert judgments < sum(stratum.target for stratum in campaign.strata.all()) * (
            campaign.planned_items
        )
        seats = Seat.objects.filter(campaign=campaign).values_list("stratum__key", flat=True)
        assert set(seats) == {one["key"] for one in campaign_body(slug)["strata"]}
    assert not Seat.objects.filter(annotator__user__email="annotator9@demo.test").exists()


@pytest.mark.django_db
def test_seeding_again_changes_nothing():
    assert len(seed_demo()) == 13
    before = Judgment.objects.count(), Response.objects.count(), User.objects.count()
    assert seed_demo() == []
    assert (Judgment.objects.count(), Response.objects.count(), User.objects.count()) == before


@pytest.mark.django_db
def test_an_analysis_of_the_demo_shows_all_its_strata():
    call_command("seed_demo")
    campaign = Campaign.objects.get(slug=CROWDED)
    run = finished_run(campaign, views=["distribution", "systems", "disagreement"])
    strata = {one["key"] for one in campaign_body(CROWDED)["strata"]}
    for view, key in (("distribution", "answers"), ("systems", "scores")):
        (table,) = (one for one in run.result[view]["overall"] if one["key"] == key)
        assert {row["group"]["stratum"] for row in table["rows"]} == {*strata, ""}
        assert not any(row["withheld"] for row in table["rows"])
    (parted,) = run.result["disagreement"]["overall"]
    assert len(parted["rows"]) >= 20


@pytest.mark.django_db
def test_the_demos_short_study_is_open_to_its_link_and_has_checks():
    call_command("seed_demo")
    link = EntryLink.objects.select_related("campaign").get()
    assert (link.token, link.campaign.status) == ("demo-study", "open")
    assert link.campaign.planned_items == 6
    assert link.campaign.items.filter(check_answers__isnull=False).count() == 2


@pytest.mark.parametrize("slug", list(JUDGMENTS_EACH))
def test_the_demos_items_are_valid_and_differ_in_their_traits(slug):
    task_type = task_type_of(campaign_body(slug)["task_type"])
    lines = (CONTENT / f"{slug}.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        record = item_record(json.loads(line), task_type)
        traits = [
            json.dumps(json.loads(response.metadata_json)["traits"])
            for response in record.responses
        ]
        assert len(set(traits)) == len(traits)
