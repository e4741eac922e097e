import pytest

from annotation.errors import Conflict
from annotation.models import Coverage, Stratum
from annotation.serializers.campaign import (
    CampaignSerializer,
    campaign_body,
    changed_campaign,
    changed_parts,
)
from annotation.services.campaigns import (
    change_campaign,
    close_campaign,
    open_campaign,
    pause_campaign,
)
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    campaign_spec,
    make_campaign,
    open_with_items,
)

pytestmark = pytest.mark.django_db


def change(campaign, **parts):
    body = changed_campaign(campaign, parts)
    body.is_valid(raise_exception=True)
    return change_campaign(campaign, changed_parts(body, parts))


def test_the_smallest_campaign_takes_the_defaults():
    campaign = make_campaign(slug="small", title="Small", task_type="ranking", overlap=3)
    body = campaign_body(campaign)
    assert body["consent"].pop("text").startswith("I take part of my own free will")
    assert body == {
        "slug": "small",
        "title": "Small",
        "status": "draft",
        "archived_at": None,
        "guideline": "",
        "guideline_version": 1,
        "paradigm": "descriptive",
        "task_type": "ranking",
        "criteria": [{"key": "overall", "label": "Overall, which is better?", "scale": None}],
        "questions": [],
        "max_per_annotator": None,
        "consent": {"version": 1, "purposes": [], "on_withdrawal": "erase"},
        "strata": [],
        "overlap": 3,
        "strategy": "balanced",
        "lease_minutes": 30,
        "repeat_rate": 0.0,
        "max_per_day": None,
        "max_per_session": None,
        "session_break_minutes": 30,
        "seat_hours": 24,
        "adaptive": None,
        "item_strata": [],
        "quotas": [],
        "excludes": [],
        "about": {},
        "asking": {
            "reason": "optional",
            "reason_least": 0,
            "confidence": "off",
            "acceptable": "off",
            "spans": False,
            "partial_rankings": False,
        },
        "flow": {
            "revise": "last",
            "ahead": 5,
            "break_after_minutes": 45,
            "session_minutes": None,
            "pay": "",
            "content_warning": "",
            "skip_reasons": [],
        },
        "entry": {
            "open_to": "everyone",
            "comprehension": {
                "questions": [],
                "tries": 2,
                "needed": None,
                "after_failing": "stop",
            },
            "practice": [],
            "check_rate": 0.0,
            "fastest_reading": None,
        },
        "translations": {},
        "items": 0,
    }


def test_a_campaign_reads_back_as_it_was_written():
    parts = {
        "guideline": "Be *kind*.",
        "paradigm": "prescriptive",
        "criteria": [{"key": "style", "label": "Style?", "scale": {"steps": 5}}],
        "questions": [{**AGE_QUESTION, "purpose": "research"}],
        "strata": [{**stratum, "quota": 5, "targets": {}, "share": 0.5} for stratum in AGE_STRATA],
        "strategy": "depth-first",
        "lease_minutes": 5,
        "repeat_rate": 0.1,
        "max_per_annotator": 9,
        "consent": {
            "text": "Agree?",
            "purposes": [{"key": "research", "label": "Research", "required": True}],
            "on_withdrawal": "keep_judgments",
        },
    }
    body = campaign_body(make_campaign(**parts))
    assert body["consent"].pop("version") == 1
    assert {key: body[key] for key in parts} == parts
    assert body["overlap"] == 3


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"slug": "not a slug"}, "slug"),
        ({"title": ""}, "title"),
        ({"task_type": "essay"}, "task_type"),
        ({"overlap": None}, "overlap"),
        ({"overlap": 0}, "overlap"),
        ({"strategy": "whim"}, "strategy"),
        ({"strategy": "adaptive"}, "adaptive"),
        ({"adaptive": {"budget": 5, "most": 3}}, "adaptive"),
        ({"criteria": [{"key": "a b", "label": "x"}]}, "criteria"),
        ({"criteria": [{"key": "a", "label": "x"}, {"key": "a", "label": "y"}]}, "criteria"),
        (
            {"questions": [{"key": "annotator_id", "label": "x", "options": [{"key": "a"}]}]},
            "questions",
        ),
        ({"questions": [{"key": "age", "label": "x", "options": []}]}, "questions"),
        ({"questions": [{**AGE_QUESTION, "purpose": "fame"}]}, "questions.0.purpose"),
        ({"strata": AGE_STRATA}, "strata.0.where"),
        (
            {
                "questions": [AGE_QUESTION],
                "strata": [{"key": "x", "where": {"age": ["mid"]}, "target": 1}],
            },
            "strata.0.where",
        ),
        ({"strata": [{"key": "x", "target": -1}]}, "strata"),
        ({"lease_minutes": 0}, "lease_minutes"),
        ({"repeat_rate": 0.9}, "repeat_rate"),
        ({"repeat_rate": "nan"}, "repeat_rate"),
    ],
)
def test_bodies_that_are_not_valid_name_the_field(parts, field):
    body = CampaignSerializer(data={**campaign_spec(), **parts})
    assert not body.is_valid()
    assert field in body.errors


def test_a_slug_is_used_once():
    make_campaign(slug="taken")
    with pytest.raises(Conflict) as refused:
        make_campaign(slug="taken")
    assert refused.value.code == "slug-in-use"


def test_the_lifecycle_goes_draft_open_paused_open_closed():
    campaign = make_campaign()
    assert open_campaign(campaign).status == "open"
    opened_at = open_campaign(campaign).opened_at
    assert pause_campaign(campaign).status == "paused"
    assert open_campaign(campaign).opened_at == opened_at
    assert close_campaign(campaign).status == "closed"
    assert close_campaign(campaign).closed_at is not None


@pytest.mark.parametrize("steps", [[pause_campaign], [close_campaign]])
def test_a_draft_can_only_be_opened(steps):
    campaign = make_campaign()
    with pytest.raises(Conflict) as refused:
        steps[0](campaign)
    assert refused.value.code == "wrong-state"


def test_a_closed_campaign_stays_closed():
    campaign = close_campaign(open_campaign(make_campaign()))
    for step in (open_campaign, pause_campaign):
        with pytest.raises(Conflict):
            step(campaign)


def test_what_is_frozen_after_opening_says_so_and_nothing_is_changed():
    campaign = open_with_items(1)
    with pytest.raises(Conflict, match="Frozen since the campaign was opened: task_type, criteria"):
        change(campaign, title="New", task_type="ranking", criteria=[{"key": "x", "label": "X"}])
    campaign.refresh_from_db()
    assert campaign.title == "A campaign"


def test_what_is_not_frozen_changes_in_an_open_campaign():
    campaign = change(open_with_items(1), title="New", guideline="Now *this*.", lease_minutes=9)
    campaign.refresh_from_db()
    assert (campaign.title, campaign.lease_minutes) == ("New", 9)
    assert (campaign.guideline.version, campaign.guideline.text) == (2, "Now *this*.")
    assert campaign.guideline.html == "<p>Now <em>this</em>.</p>\n"


def test_the_same_guideline_again_is_no_new_version():
    campaign = change(make_campaign(guideline="Same"), guideline="Same")
    assert campaign.guideline.version == 1


def test_new_strata_in_a_draft_replace_the_old_and_their_coverage():
    campaign = make_campaign()
    add_items(campaign, 2)
    assert Coverage.objects.count() == 2
    change(campaign, questions=[AGE_QUESTION], strata=AGE_STRATA)
    assert list(Stratum.objects.values_list("key", flat=True)) == ["young", "old"]
    assert Coverage.objects.count() == 0


def test_overlap_alone_does_not_take_strata_away():
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    change(campaign, overlap=7)
    assert list(campaign.strata.values_list("target", flat=True)) == [2, 1]
    plain = make_campaign(overlap=2)
    change(plain, overlap=7)
    assert list(plain.strata.values_list("target", flat=True)) == [7]


def test_without_its_strata_an_item_needs_as_many_judgments_as_before():
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    change(campaign, strata=[])
    assert list(campaign.strata.values_list("key", "target")) == [("everyone", 3)]


def test_questions_that_strata_need_cannot_be_taken_away():
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    body = changed_campaign(campaign, {"questions": []})
    assert not body.is_valid()
    assert "strata.0.where" in body.errors


def test_the_task_type_stays_once_there_are_items():
    campaign = make_campaign()
    assert change(campaign, task_type="ranking").task_type == "ranking"
    add_items(campaign, 1, responses=3)
    with pytest.raises(Conflict) as refused:
        change(campaign, task_type="pairwise")
    assert refused.value.code == "has-items"
