"""Writing campaigns by the page: the same campaign as by REST, errors at their fields."""

from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from annotation.models import Campaign, PlanningRun
from annotation.serializers.campaign import campaign_body
from tests.factories import add_items, api, make_campaign, make_user

pytestmark = pytest.mark.django_db

FORM = {
    "title": " Tone ",
    "slug": "tone",
    "task_type": "ranking",
    "paradigm": "prescriptive",
    "guideline": "# Read\r\n\r\nJudge *tone*.\r\n",
    "criteria-0-key": "overall",
    "criteria-0-label": "Which is better?",
    "criteria-7-key": "polite",
    "criteria-7-label": "Which is more polite?",
    "questions-0-key": "age",
    "questions-0-label": "How old are you?",
    "questions-0-kind": "single",
    "questions-0-options": "young = Under 40\r\nold = 40 or older\r\n\r\n",
    "questions-0-purpose": "demographics",
    "questions-2-key": "",
    "questions-2-label": "",
    "questions-2-kind": "single",
    "strata-0-key": "young",
    "strata-0-target": "2",
    "strata-0-quota": "10",
    "strata-0-where": "age: young",
    "strata-1-key": "others",
    "strata-1-target": "1",
    "strata-1-quota": "",
    "strata-1-where": "",
    "overlap": "3",
    "strategy": "depth-first",
    "lease_minutes": "45",
    "max_per_annotator": "",
    "repeat_rate": "0.1",
    "consent_text": "I take part.\r\nI may stop.",
    "purposes-0-key": "demographics",
    "purposes-0-label": "Use what I say about myself",
    "purposes-1-key": "publish",
    "purposes-1-label": "Publish my judgments",
    "purposes-1-required": "on",
}
BODY = {
    "title": "Tone",
    "slug": "tone",
    "task_type": "ranking",
    "paradigm": "prescriptive",
    "guideline": "# Read\n\nJudge *tone*.",
    "criteria": [
        {"key": "overall", "label": "Which is better?"},
        {"key": "polite", "label": "Which is more polite?"},
    ],
    "questions": [
        {
            "key": "age",
            "label": "How old are you?",
            "kind": "single",
            "options": [
                {"key": "young", "label": "Under 40"},
                {"key": "old", "label": "40 or older"},
            ],
            "purpose": "demographics",
        }
    ],
    "strata": [
        {"key": "young", "target": 2, "quota": 10, "where": {"age": ["young"]}},
        {"key": "others", "target": 1},
    ],
    "strategy": "depth-first",
    "lease_minutes": 45,
    "repeat_rate": 0.1,
    "consent": {
        "text": "I take part.\nI may stop.",
        "purposes": [
            {"key": "demographics", "label": "Use what I say about myself"},
            {"key": "publish", "label": "Publish my judgments", "required": True},
        ],
    },
}


@pytest.fixture
def researcher() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def signed_in(client: Client, researcher: User) -> Client:
    client.force_login(researcher)
    return client


def without_slug(campaign: Campaign) -> dict[str, Any]:
    return {key: value for key, value in campaign_body(campaign).items() if key != "slug"}


def form_of(campaign: Campaign, client: Client, **changes: str) -> dict[str, str]:
    """What a browser would send from the campaign's edit page, with these changes."""
    editor = client.get(f"/research/{campaign.slug}/edit/").context["editor"]
    forms = [editor.fields]
    for rows in (editor.criteria, editor.questions, editor.strata, editor.purposes):
        forms += rows.forms
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    return {**data, **changes}


def test_page_makes_the_same_campaign_as_rest(signed_in: Client, researcher: User) -> None:
    response = signed_in.post("/research/new/", FORM)
    assert response["Location"] == "/research/tone/"
    by_page = Campaign.objects.get(slug="tone")

    created = api(researcher).post("/api/v1/campaigns/", {**BODY, "slug": "rest"}, format="json")
    assert created.status_code == 201
    by_rest = Campaign.objects.get(slug="rest")
    assert without_slug(by_page) == without_slug(by_rest)
    assert by_page.owner == researcher


def test_smallest_campaign_takes_the_same_defaults_as_rest(
    signed_in: Client, researcher: User
) -> None:
    editor = signed_in.get("/research/new/").context["editor"]
    assert editor.fields["overlap"].value() == 3
    smallest = {
        "title": "Small",
        "slug": "small",
        "task_type": "pairwise",
        "overlap": "2",
        "lease_minutes": "30",
        "repeat_rate": "0",
        "consent_text": editor.fields["consent_text"].value(),
    }
    signed_in.post("/research/new/", smallest)
    body = {"title": "Small", "slug": "rest", "task_type": "pairwise", "overlap": 2}
    api(researcher).post("/api/v1/campaigns/", body, format="json")
    assert without_slug(Campaign.objects.get(slug="small")) == without_slug(
        Campaign.objects.get(slug="rest")
    )


@pytest.mark.parametrize(
    ("changes", "part", "number", "field"),
    [
        ({"title": ""}, "fields", None, "title"),
        ({"slug": "no spaces"}, "fields", None, "slug"),
        ({"slug": "taken"}, "fields", None, "slug"),
        ({"task_type": ""}, "fields", None, "task_type"),
        ({"lease_minutes": "soon"}, "fields", None, "lease_minutes"),
        ({"repeat_rate": "0.9"}, "fields", None, "repeat_rate"),
        ({"max_per_annotator": "0"}, "fields", None, "max_per_annotator"),
        ({"consent_text": ""}, "fields", None, "consent_text"),
        ({"criteria-7-key": "not polite"}, "criteria", 1, "key"),
        ({"questions-0-options": "young\nnot a key"}, "questions", 0, "options"),
        ({"questions-0-options": ""}, "questions", 0, "options"),
        ({"questions-0-purpose": "other"}, "questions", 0, "purpose"),
        ({"strata-0-target": ""}, "strata", 0, "target"),
        ({"strata-0-quota": "-1"}, "strata", 0, "quota"),
        ({"strata-0-where": "age = young"}, "strata", 0, "where"),
        ({"strata-0-where": "age: ancient"}, "strata", 0, "where"),
        ({"purposes-1-key": "a b"}, "purposes", 1, "key"),
    ],
)
def test_errors_stand_at_their_fields(
    signed_in: Client, changes: dict[str, str], part: str, number: int | None, field: str
) -> None:
    make_campaign(slug="taken")
    response = signed_in.post("/research/new/", {**FORM, **changes})
    assert response.status_code == 422
    place = getattr(response.context["editor"], part)
    form = place if number is None else place.forms[number]
    assert list(form.errors) == [field]
    assert str(form.errors[field][0]) in response.context["editor"].fields.errors.get(
        field, form.errors[field]
    )
    assert not Campaign.objects.filter(slug="tone").exists()
    # What was written is still there.
    assert 'value="Which is more polite?"' in response.content.decode()


def test_a_key_used_twice_is_said_above_its_list(signed_in: Client) -> None:
    response = signed_in.post("/research/new/", {**FORM, "criteria-7-key": "overall"})
    assert response.context["editor"].criteria.errors == ["Used twice: overall."]
    assert "Used twice: overall." in response.content.decode()


def test_without_strata_the_overlap_is_needed(signed_in: Client) -> None:
    bare = {key: value for key, value in FORM.items() if not key.startswith("strata")}
    response = signed_in.post("/research/new/", {**bare, "overlap": ""})
    assert list(response.context["editor"].fields.errors) == ["overlap"]


def test_saving_the_edit_page_untouched_changes_nothing(signed_in: Client) -> None:
    signed_in.post("/research/new/", FORM)
    campaign = Campaign.objects.get(slug="tone")
    before = campaign_body(campaign), campaign.questionnaire_id, campaign.consent_document_id
    response = signed_in.post("/research/tone/edit/", form_of(campaign, signed_in))
    assert response["Location"] == "/research/tone/"
    campaign = Campaign.objects.get(slug="tone")
    after = campaign_body(campaign), campaign.questionnaire_id, campaign.consent_document_id
    assert after == before


def test_draft_with_items_is_planned_again_when_its_strata_change(
    signed_in: Client, researcher: User
) -> None:
    campaign = make_campaign(researcher)
    add_items(campaign, 2)
    signed_in.post(f"/research/{campaign.slug}/edit/", form_of(campaign, signed_in, title="Other"))
    assert PlanningRun.objects.count() == 0
    signed_in.post(f"/research/{campaign.slug}/edit/", form_of(campaign, signed_in, overlap="5"))
    assert PlanningRun.objects.get().campaign == campaign
    assert campaign.strata.get().target == 5


def test_strata_can_give_way_to_an_overlap(signed_in: Client) -> None:
    signed_in.post("/research/new/", FORM)
    campaign = Campaign.objects.get(slug="tone")
    data = form_of(campaign, signed_in, overlap="4")
    assert "overlap" in data
    bare = {key: value for key, value in data.items() if not key.startswith("strata")}
    signed_in.post("/research/tone/edit/", bare)
    assert [(one.key, one.target) for one in campaign.strata.all()] == [("everyone", 4)]


def test_scale_given_by_rest_outlives_the_page(signed_in: Client, researcher: User) -> None:
    criteria = [{"key": "overall", "label": "Better?", "scale": {"ends": ["bad", "good"]}}]
    campaign = make_campaign(researcher, criteria=criteria)
    changes = {"criteria-0-label": "Which is better?"}
    signed_in.post(f"/research/{campaign.slug}/edit/", form_of(campaign, signed_in, **changes))
    campaign.refresh_from_db()
    assert campaign.criteria == [{**criteria[0], "label": "Which is better?"}]


def test_frozen_parts_are_shown_and_not_taken(signed_in: Client, researcher: User) -> None:
    campaign = make_campaign(researcher, slug="frozen")
    signed_in.post("/research/frozen/open/")
    html = signed_in.get("/research/frozen/edit/").content.decode()
    assert 'name="title"' in html
    for name in ("slug", "task_type", "paradigm", "criteria-0-key", "overlap"):
        assert f'name="{name}"' not in html

    data = {
        **form_of(campaign, signed_in, title="New title", guideline="Read *this*."),
        "slug": "other",
        "task_type": "ranking",
        "overlap": "9",
    }
    assert signed_in.post("/research/frozen/edit/", data)["Location"] == "/research/frozen/"
    campaign = Campaign.objects.get(pk=campaign.pk)
    assert (campaign.title, campaign.slug, campaign.task_type) == (
        "New title",
        "frozen",
        "pairwise",
    )
    assert campaign.guideline is not None
    assert campaign.guideline.version == 2
    assert campaign.strata.get().target == 2


def test_preview_shows_the_guideline_rendered_and_safe(signed_in: Client) -> None:
    text = "# Read\n\n**fair** <script>alert(1)</script>"
    response = signed_in.post("/research/new/guideline/", {"guideline": text})
    html = response.content.decode()
    assert "<strong>fair</strong>" in html
    assert "<script" not in html
    assert signed_in.get("/research/new/guideline/").status_code == 405
