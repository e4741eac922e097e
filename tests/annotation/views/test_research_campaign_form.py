"""Writing campaigns by the page: the same campaign as by REST, errors at their fields."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import Role
from accounts.models import User
from annotation.forms.text_lists import parse_targets, parse_where, write_targets, write_where
from annotation.models import Campaign, PlanningRun
from annotation.serializers.campaign import campaign_body
from annotation.services.campaigns import open_campaign
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    api,
    make_campaign,
    make_user,
    open_with_items,
    take_part,
)

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


def form_of(campaign: Campaign, client: Client, **changes: str) -> dict[str, Any]:
    """What a browser would send from the campaign's edit page, with these changes."""
    editor = client.get(f"/research/{campaign.slug}/edit/").context["editor"]
    return {**form_fields(editor), **changes}


def form_fields(editor: Any) -> dict[str, Any]:
    """Every field of an editor's page as a browser would send it."""
    forms = [editor.fields, editor.asking, editor.flow, editor.entry, editor.about]
    for rows in editor.rows.values():
        forms += rows.forms
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, list):
                data[field.html_name] = value
            elif value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    return data


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
        ({"on_withdrawal": "sell"}, "fields", None, "on_withdrawal"),
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


def test_what_withdrawing_does_is_chosen_and_makes_a_version(
    signed_in: Client, researcher: User
) -> None:
    campaign = open_campaign(make_campaign(researcher))
    path = f"/research/{campaign.slug}/edit/"
    assert 'name="on_withdrawal"' in signed_in.get(path).content.decode()
    signed_in.post(path, form_of(campaign, signed_in, on_withdrawal="keep_judgments"))
    campaign = Campaign.objects.get(pk=campaign.pk)
    document = campaign.consent_document
    assert (document.version, document.on_withdrawal) == (2, "keep_judgments")
    # A page from before, which does not ask, leaves it as it is.
    without = form_of(campaign, signed_in, consent_text="Another text.")
    del without["on_withdrawal"]
    signed_in.post(path, without)
    document = Campaign.objects.get(pk=campaign.pk).consent_document
    assert (document.version, document.on_withdrawal) == (3, "keep_judgments")


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
    for name in ("slug", "task_type", "paradigm", "criteria-0-key", "quotas-0-key"):
        assert f'name="{name}"' not in html

    data = {
        **form_of(campaign, signed_in, title="New title", guideline="Read *this*."),
        "slug": "other",
        "task_type": "ranking",
        "quotas-0-key": "women",
        "quotas-0-seats": "1",
        "quotas-0-where": "gender: woman",
        "strata-0-key": "all",
        "strata-0-target": "7",
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


# Everything that a design can be


WHOLE = {
    **FORM,
    "strata-0-target": "",
    "strata-0-share": "0.7",
    "strata-1-target": "",
    "strata-1-share": "0.3",
    "overlap": "3",
    "item_strata-4-key": "safety",
    "item_strata-4-where": 'topic: safety, "harm, grave"\r\nlanguage: en',
    "item_strata-5-key": "",
    "quotas-0-key": "youth",
    "quotas-0-seats": "50",
    "quotas-0-where": "age: young",
    "strategy": "adaptive",
    "adaptive_budget": "200",
    "adaptive_most": "5",
    "adaptive_measure": "entropy",
    "max_per_annotator": "100",
    "max_per_day": "40",
    "max_per_session": "20",
    "session_break_minutes": "45",
    "seat_hours": "12",
    "excludes": ["pilot-b", "pilot-a"],
}
WHOLE_BODY = {
    **BODY,
    "strata": [
        {"key": "young", "quota": 10, "where": {"age": ["young"]}, "share": 0.7},
        {"key": "others", "share": 0.3},
    ],
    "overlap": 3,
    "item_strata": [
        {"key": "safety", "where": {"topic": ["safety", "harm, grave"], "language": ["en"]}}
    ],
    "quotas": [{"key": "youth", "seats": 50, "where": {"age": ["young"]}}],
    "strategy": "adaptive",
    "adaptive": {"budget": 200, "most": 5, "measure": "entropy"},
    "max_per_annotator": 100,
    "max_per_day": 40,
    "max_per_session": 20,
    "session_break_minutes": 45,
    "seat_hours": 12,
    "excludes": ["pilot-a", "pilot-b"],
}
TARGETS = {
    "strata-0-target": "2",
    "strata-0-targets": "safety: 4",
    "strata-1-target": "0",
    "strata-1-targets": "safety: 1",
}


@pytest.fixture
def pilots(researcher: User) -> list[Campaign]:
    return [make_campaign(researcher, slug=slug) for slug in ("pilot-a", "pilot-b")]


def test_a_whole_design_is_the_same_by_page_as_by_rest(
    signed_in: Client, researcher: User, pilots: list[Campaign]
) -> None:
    assert signed_in.post("/research/new/", WHOLE).status_code == 302
    created = api(researcher).post(
        "/api/v1/campaigns/", {**WHOLE_BODY, "slug": "rest"}, format="json"
    )
    assert created.status_code == 201
    by_page, by_rest = (Campaign.objects.get(slug=slug) for slug in ("tone", "rest"))
    assert without_slug(by_page) == without_slug(by_rest)
    assert [one.expected for one in by_page.strata.all()] == pytest.approx([2.1, 0.9])


@pytest.mark.parametrize("changes", [{}, TARGETS], ids=["allocated", "targets"])
def test_saving_a_whole_design_untouched_changes_nothing(
    signed_in: Client, pilots: list[Campaign], changes: dict[str, str]
) -> None:
    signed_in.post("/research/new/", {**WHOLE, **changes})
    campaign = Campaign.objects.get(slug="tone")
    add_items(campaign, 1)
    before = campaign_body(campaign)
    for _step in ("draft", "open"):
        strata = list(campaign.strata.values_list("pk", flat=True))
        response = signed_in.post("/research/tone/edit/", form_of(campaign, signed_in))
        assert response.status_code == 302
        campaign = Campaign.objects.get(slug="tone")
        assert {**campaign_body(campaign), "status": "draft"} == {**before, "items": 1}
        assert list(campaign.strata.values_list("pk", flat=True)) == strata
        assert PlanningRun.objects.count() == 0
        open_campaign(campaign)


def test_a_design_goes_from_shares_to_targets_and_back(
    signed_in: Client, pilots: list[Campaign]
) -> None:
    signed_in.post("/research/new/", WHOLE)
    campaign = Campaign.objects.get(slug="tone")
    signed_in.post("/research/tone/edit/", form_of(campaign, signed_in, **TARGETS))
    campaign.refresh_from_db()
    assert campaign.overlap is None
    assert [(one.target, one.targets) for one in campaign.strata.all()] == [
        (4, {"safety": 4}),
        (1, {"safety": 1}),
    ]
    back = {"strata-0-target": "", "strata-1-target": "", "overlap": "2"}
    back |= {"strata-0-targets": "", "strata-1-targets": ""}
    signed_in.post("/research/tone/edit/", form_of(campaign, signed_in, **back))
    campaign = Campaign.objects.get(slug="tone")
    assert campaign.overlap == 2
    assert [one.expected for one in campaign.strata.all()] == pytest.approx([1.4, 0.6])


@pytest.mark.parametrize(
    ("changes", "part", "number", "field"),
    [
        ({"strata-0-share": "much"}, "strata", 0, "share"),
        ({"strata-0-target": "2"}, "strata", 1, "target"),
        ({"strata-0-targets": "safety 3"}, "strata", 0, "targets"),
        ({**TARGETS, "strata-0-targets": "safety: many"}, "strata", 0, "targets"),
        ({**TARGETS, "strata-0-targets": "danger: 3"}, "strata", 0, "targets"),
        ({"item_strata-4-where": ""}, "item_strata", 0, "where"),
        ({"item_strata-4-where": "topic"}, "item_strata", 0, "where"),
        ({"item_strata-4-where": 'topic: "harm'}, "item_strata", 0, "where"),
        ({"quotas-0-seats": ""}, "quotas", 0, "seats"),
        ({"quotas-0-where": "age: ancient"}, "quotas", 0, "where"),
        ({"adaptive_budget": ""}, "fields", None, "adaptive_budget"),
        ({"adaptive_most": "0"}, "fields", None, "adaptive_most"),
        ({"max_per_day": "0"}, "fields", None, "max_per_day"),
        ({"session_break_minutes": ""}, "fields", None, "session_break_minutes"),
        ({"seat_hours": "9999"}, "fields", None, "seat_hours"),
        ({"excludes": ["of-another"]}, "fields", None, "excludes"),
        ({"overlap": ""}, "fields", None, "overlap"),
    ],
)
def test_errors_of_a_design_stand_at_their_fields_and_above(
    signed_in: Client,
    pilots: list[Campaign],
    changes: dict[str, Any],
    part: str,
    number: int | None,
    field: str,
) -> None:
    make_campaign(slug="of-another")
    response = signed_in.post("/research/new/", {**WHOLE, **changes})
    assert response.status_code == 422
    editor = response.context["editor"]
    place = editor.fields if part == "fields" else editor.rows[part].forms[number]
    assert list(place.errors) == [field]
    [problem] = editor.problems
    html = response.content.decode()
    assert f'href="#{problem.anchor}"' in html
    assert f'id="{problem.anchor}"' in html
    # What was written elsewhere is still there.
    assert 'name="max_per_session" value="20"' in html
    assert "&quot;harm, grave&quot;" in html or "item_strata-4-where" in changes
    assert not Campaign.objects.filter(slug="tone").exists()


def test_adaptive_settings_go_only_with_their_strategy(
    signed_in: Client, pilots: list[Campaign]
) -> None:
    signed_in.post("/research/new/", WHOLE)
    campaign = open_campaign(Campaign.objects.get(slug="tone"))
    signed_in.post("/research/tone/edit/", form_of(campaign, signed_in, strategy="balanced"))
    campaign.refresh_from_db()
    assert (campaign.strategy, campaign_body(campaign)["adaptive"]) == ("balanced", None)
    changes = {"strategy": "adaptive", "adaptive_budget": "9", "adaptive_most": "7"}
    signed_in.post("/research/tone/edit/", form_of(campaign, signed_in, **changes))
    campaign.refresh_from_db()
    assert campaign_body(campaign)["adaptive"] == {"budget": 9, "most": 7, "measure": "width"}


# After opening


def test_targets_quotas_and_new_strata_of_an_open_campaign_can_be_given(
    signed_in: Client, researcher: User
) -> None:
    campaign = open_with_items(
        2, owner=researcher, questions=[AGE_QUESTION], strata=AGE_STRATA, max_per_day=3
    )
    html = signed_in.get(f"/research/{campaign.slug}/edit/").content.decode()
    assert html.count("readonly") == 4
    changes = {
        "strata-0-target": "3",
        "strata-1-quota": "8",
        "strata-2-key": "rest",
        "strata-2-target": "1",
        "max_per_day": "5",
    }
    sent = signed_in.post(
        f"/research/{campaign.slug}/edit/", form_of(campaign, signed_in, **changes)
    )
    assert sent.status_code == 302
    campaign.refresh_from_db()
    assert [(one.key, one.target, one.quota) for one in campaign.strata.all()] == [
        ("young", 3, None),
        ("old", 1, 8),
        ("rest", 1, None),
    ]
    assert campaign.max_per_day == 5
    assert PlanningRun.objects.get().campaign == campaign


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"strata-0-where": "age: old"}, "Frozen since the campaign was opened: strata."),
        ({"strata-0-target": "", "strata-1-target": ""}, "Frozen since the campaign was opened"),
        ({"strata-0-quota": "0"}, "have seats already"),
    ],
)
def test_what_an_open_campaign_cannot_change_is_said_and_nothing_lost(
    signed_in: Client, researcher: User, changes: dict[str, str], said: str
) -> None:
    campaign = open_with_items(
        1, owner=researcher, questions=[AGE_QUESTION], strata=AGE_STRATA, max_per_day=3
    )
    take_part(campaign, age="young")
    before = campaign_body(campaign)
    data = form_of(campaign, signed_in, max_per_day="77", **changes)
    response = signed_in.post(f"/research/{campaign.slug}/edit/", data)
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert 'name="max_per_day" value="77"' in html
    assert campaign_body(Campaign.objects.get(pk=campaign.pk)) == before


def test_overlap_of_an_open_campaign_without_strata_can_change(
    signed_in: Client, researcher: User
) -> None:
    campaign = open_with_items(1, owner=researcher, overlap=2)
    data = form_of(campaign, signed_in, overlap="4")
    signed_in.post(f"/research/{campaign.slug}/edit/", data)
    assert campaign.strata.get().target == 4


def test_an_allocated_overlap_is_shown_and_stays(signed_in: Client, researcher: User) -> None:
    strata = [{"key": one["key"], "where": one["where"]} for one in AGE_STRATA]
    campaign = open_with_items(
        1, owner=researcher, questions=[AGE_QUESTION], strata=strata, overlap=3
    )
    html = signed_in.get(f"/research/{campaign.slug}/edit/").content.decode()
    assert "3, shared out among the strata." in html
    assert 'name="strata-0-target"' not in html
    assert 'name="overlap"' not in html


def test_only_own_other_campaigns_are_offered_for_exclusion(
    signed_in: Client, researcher: User, pilots: list[Campaign]
) -> None:
    make_campaign(slug="of-another")
    html = signed_in.get("/research/pilot-a/edit/").content.decode()
    assert 'value="pilot-b"' in html
    assert 'name="excludes" value="pilot-a"' not in html
    assert "of-another" not in html


# Lists as text


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=5),
        st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3),
        max_size=3,
    )
)
def test_every_definition_reads_back_as_it_was_written(where: dict[str, list[str]]) -> None:
    assert parse_where(write_where(where)) == where


def test_targets_read_back_as_they_were_written() -> None:
    assert parse_targets(write_targets({"safety": 3, "a.b": 0})) == {"safety": "3", "a.b": "0"}
