"""Scales and what is asked besides answers, on the campaign's page."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from annotation.forms.scales import parse_scale, write_scale
from annotation.models import Campaign
from annotation.services.campaigns import open_campaign
from annotation.task_types.scales import DEFAULT_STEPS, DEFAULT_VALUES
from tests.factories import campaign_spec, make_campaign, make_user

SLIDER = {"kind": "slider", "min": 0, "max": 1, "step": 0.1, "low": "none", "high": "all"}


@pytest.mark.parametrize(
    ("scale", "task_type"),
    [(DEFAULT_STEPS, "rating"), (SLIDER, "rating"), (DEFAULT_VALUES, "values")],
)
def test_scales_read_back_as_they_were_written(scale, task_type):
    assert parse_scale(write_scale(scale), task_type) == scale


def test_scales_as_researchers_write_them():
    assert parse_scale("", "rating") is None
    assert parse_scale("-1 = No\n 2.5=Yes ", "rating") == {
        "kind": "steps",
        "steps": [{"value": -1.0, "label": "No"}, {"value": 2.5, "label": "Yes"}],
    }
    assert parse_scale("0 to 10", "rating") == {
        "kind": "slider",
        "min": 0.0,
        "max": 10.0,
        "step": 1.0,
    }
    assert parse_scale("joy = Joy\nduty = Duty: to whom?\nStrengths: some, much", "values") == {
        "kind": "values",
        "values": [
            {"key": "joy", "label": "Joy", "description": ""},
            {"key": "duty", "label": "Duty", "description": "to whom?"},
        ],
        "strengths": ["some", "much"],
    }
    foreign = "joy ＝ 喜び：うれしい\nstrengths： 弱い、強い"
    assert parse_scale(foreign, "values") == {
        "kind": "values",
        "values": [{"key": "joy", "label": "喜び", "description": "うれしい"}],
        "strengths": ["弱い", "強い"],
    }
    for text, task_type in (("one = Poor", "rating"), ("0 to 10\nmiddle = so", "rating")):
        with pytest.raises(ValueError, match=text.splitlines()[-1]):
            parse_scale(text, task_type)


@pytest.fixture
def owner(db, client):
    user = make_user(Role.RESEARCHER)
    client.force_login(user)
    return user


def form_of(**parts):
    body = {
        **{key: value for key, value in campaign_spec().items() if key != "task_type"},
        "task_type": "rating",
        "lease_minutes": "30",
        "repeat_rate": "0",
        "criteria-0-key": "tone",
        "criteria-0-label": "How is the tone?",
        "criteria-0-scale": "1 = Poor\n2 = Good",
        "consent_text": "Yes.",
        "asking_reason": "required",
        "asking_reason_least": "10",
        "asking_confidence": "optional",
        "asking_acceptable": "off",
        "asking_spans": "on",
    }
    return {**body, **parts}


def test_the_page_makes_what_rest_would_make(client, owner):
    page = client.get(reverse("annotation:research-campaign-new")).content.decode()
    assert 'name="asking_reason"' in page
    assert 'name="criteria-0-scale"' in page
    posted = form_of()
    answer = client.post(reverse("annotation:research-campaign-new"), posted)
    assert answer.status_code == 302, answer.content.decode()
    campaign = Campaign.objects.get(slug=posted["slug"])
    assert campaign.criteria[0]["scale"]["steps"][1] == {"value": 2, "label": "Good"}
    assert campaign.asking == {
        "reason": "required",
        "reason_least": 10,
        "confidence": "optional",
        "acceptable": "off",
        "spans": True,
        "partial_rankings": False,
    }


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"criteria-0-scale": "poor"}, "This line does not read as a scale: poor"),
        ({"criteria-0-scale": "2 = b\n1 = a"}, "values must rise"),
        ({"asking_reason_least": "-2"}, "greater than or equal to 0"),
        ({"asking_partial_rankings": "on"}, "Goes with the task type ranking"),
    ],
)
def test_the_page_says_at_the_field_what_is_wrong(client, owner, parts, message):
    answer = client.post(reverse("annotation:research-campaign-new"), form_of(**parts))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert Campaign.objects.count() == 0


def test_a_form_without_these_fields_leaves_them_as_they_are(client, owner):
    criteria = [{"key": "tone", "label": "Tone?", "scale": SLIDER}]
    asking = {"confidence": "required"}
    campaign = make_campaign(owner, task_type="rating", criteria=criteria, asking=asking)
    before = campaign.asking
    posted = form_of(slug=campaign.slug)
    posted = {key: one for key, one in posted.items() if not key.startswith("asking")}
    del posted["criteria-0-scale"]
    url = reverse("annotation:research-campaign-edit", args=[campaign.slug])
    assert client.post(url, posted).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.criteria[0]["scale"], campaign.asking) == (SLIDER, before)
    assert campaign.criteria[0]["label"] == "How is the tone?"


def test_an_open_campaign_shows_what_it_asks(client, owner):
    campaign = open_campaign(make_campaign(owner, asking={"confidence": "required"}))
    url = reverse("annotation:research-campaign-edit", args=[campaign.slug])
    page = client.get(url).content.decode()
    assert 'name="asking_reason"' not in page
    assert "How sure they are" in page
