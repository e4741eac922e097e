"""Building step by step: each step saves what it asks, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from annotation.forms.editor import STEPS
from annotation.models import Campaign
from annotation.serializers.campaign import campaign_body
from tests.annotation.views.test_research_campaign_form import form_fields
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    make_annotator,
    make_campaign,
    make_user,
    open_with_items,
)

pytestmark = pytest.mark.django_db
KEYS = [step.key for step in STEPS]
WHOLE: dict[str, Any] = {
    "slug": "tone",
    "title": "Tone",
    "guideline": "# Read\n\nJudge *tone*.",
    "questions": [{**AGE_QUESTION, "purpose": "demographics"}],
    "strata": [*AGE_STRATA, {"key": "others", "where": {}, "target": 1}],
    "quotas": [{"key": "youth", "where": {"age": ["young"]}, "seats": 5}],
    "item_strata": [{"key": "art", "where": {"topic": ["art"]}}],
    "consent": {"text": "Yes.", "purposes": [{"key": "demographics"}]},
    "translations": {"de": {"title": "Ton"}},
    "about": {"summary": "How tone is heard."},
    "entry": {
        "check_rate": 0.1,
        "comprehension": {
            "questions": [
                {
                    "key": "what",
                    "label": "What is judged?",
                    "options": [
                        {"key": "tone", "label": "Tone"},
                        {"key": "truth", "label": "Truth"},
                    ],
                    "right": ["tone"],
                }
            ]
        },
        "practice": [
            {
                "prompt": "Try",
                "responses": [{"id": "p1", "text": "One"}, {"id": "p2", "text": "Two"}],
            }
        ],
    },
    "max_per_day": 20,
}


@pytest.fixture
def researcher() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def signed_in(client: Client, researcher: User) -> Client:
    client.force_login(researcher)
    return client


@pytest.fixture
def campaign(researcher: User) -> Campaign:
    return make_campaign(researcher, **WHOLE)


def sent(client: Client, slug: str, step: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from a step's page: the fields that stand on it, and no others."""
    page = client.get(f"/research/{slug}/build/{step}/")
    html = page.content.decode()
    fields = form_fields(page.context["editor"])
    shown = {name: value for name, value in fields.items() if f'name="{name}"' in html}
    return {**shown, **changes}


@pytest.mark.parametrize("step", KEYS)
def test_saving_a_step_untouched_changes_nothing(
    signed_in: Client, campaign: Campaign, step: str
) -> None:
    before = campaign_body(campaign), campaign.questionnaire_id, campaign.consent_document_id
    data = sent(signed_in, "tone", step)
    assert data
    saved = signed_in.post(f"/research/tone/build/{step}/", data)
    assert saved.status_code == 302, saved.context["editor"].problems
    campaign = Campaign.objects.get()
    after = campaign_body(campaign), campaign.questionnaire_id, campaign.consent_document_id
    assert after == before


@pytest.mark.parametrize(
    ("step", "changes", "part", "wanted"),
    [
        ("asked", {"title": "Manner"}, "title", "Manner"),
        ("asked", {"asking_confidence": "required"}, "asking", "required"),
        ("guideline", {"guideline": "Judge."}, "guideline", "Judge."),
        ("consent", {"consent_text": "I agree."}, "consent", "I agree."),
        ("questions", {"questions-0-label": "Your age?"}, "questions", "Your age?"),
        ("strata", {"strata-0-target": "7"}, "strata", "'target': 7"),
        ("quality", {"repeat_rate": "0.25"}, "repeat_rate", "0.25"),
        ("quality", {"entry_check_rate": "0.2"}, "entry", "'check_rate': 0.2"),
        ("people", {"max_per_day": "3"}, "max_per_day", "3"),
        ("people", {"entry_open_to": "links"}, "entry", "links"),
        ("people", {"flow_pay": "Two euros"}, "flow", "Two euros"),
        ("datasets", {"about_summary": "In short."}, "about", "In short."),
    ],
)
def test_a_step_changes_its_part_alone(
    signed_in: Client,
    campaign: Campaign,
    step: str,
    changes: dict[str, str],
    part: str,
    wanted: str,
) -> None:
    before = campaign_body(campaign)
    saved = signed_in.post(
        f"/research/tone/build/{step}/", sent(signed_in, "tone", step, **changes)
    )
    following = KEYS.index(step) + 1
    behind = f"{KEYS[following]}/" if following < len(KEYS) else ""
    assert saved["Location"] == f"/research/tone/build/{behind}"
    after = campaign_body(Campaign.objects.get())
    consequences = {"overlap"} if part == "strata" else {"guideline_version"}
    changed = {name for name in after if after[name] != before[name]} - consequences
    assert changed == {part}
    assert wanted in str(after[part])


def test_a_step_can_be_saved_without_going_on(signed_in: Client, campaign: Campaign) -> None:
    data = sent(signed_in, "tone", "quality", stay="1")
    saved = signed_in.post("/research/tone/build/quality/", data)
    assert saved["Location"] == "/research/tone/build/quality/"


def test_what_another_step_would_have_to_mend_is_said_with_the_way_there(
    signed_in: Client, campaign: Campaign
) -> None:
    data = sent(signed_in, "tone", "questions", **{"questions-0-key": "", "questions-0-label": ""})
    data["questions-0-options"] = ""
    refused = signed_in.post("/research/tone/build/questions/", data)
    assert refused.status_code == 422
    assert {problem.step for problem in refused.context["editor"].problems} == {"strata"}
    assert 'href="/research/tone/build/strata/"' in refused.content.decode()
    assert campaign_body(Campaign.objects.get())["questions"][0]["key"] == "age"


def test_errors_of_a_step_stand_at_their_fields(signed_in: Client, campaign: Campaign) -> None:
    data = sent(signed_in, "tone", "strata", **{"strata-1-target": "-2"})
    refused = signed_in.post("/research/tone/build/strata/", data)
    assert list(refused.context["editor"].strata.forms[1].errors) == ["target"]
    assert 'href="#id_strata-1-target"' in refused.content.decode()


def test_a_standard_question_is_added_and_saved_in_its_step(
    signed_in: Client, campaign: Campaign
) -> None:
    address = "/research/tone/build/questions/"
    page = signed_in.post(address, sent(signed_in, "tone", "questions", add_set="religion"))
    html = page.content.decode()
    fields = form_fields(page.context["editor"])
    data = {name: value for name, value in fields.items() if f'name="{name}"' in html}
    assert signed_in.post(address, data).status_code == 302
    body = campaign_body(Campaign.objects.get())
    assert [one["key"] for one in body["questions"]] == ["age", "religion"]
    assert [one["key"] for one in body["consent"]["purposes"]] == ["demographics", "beliefs"]
    assert body["consent"]["text"] == "Yes."


def test_strata_are_built_in_their_step_of_questions_saved_before(
    signed_in: Client, campaign: Campaign
) -> None:
    address = "/research/tone/build/strata/"
    built = signed_in.post(
        address,
        sent(signed_in, "tone", "strata", build_strata="1", split=["age"], split_target="3"),
    )
    keys = [row.text("key") for row in built.context["editor"].strata.forms]
    assert keys == ["young", "old"]


@pytest.mark.parametrize("step", KEYS)
def test_steps_of_an_open_campaign_show_what_is_frozen(
    signed_in: Client, researcher: User, step: str
) -> None:
    campaign = open_with_items(1, owner=researcher, **{**WHOLE, "entry": {}})
    before = campaign_body(campaign)
    data = sent(signed_in, "tone", step)
    assert signed_in.post(f"/research/tone/build/{step}/", data).status_code == 302
    assert campaign_body(Campaign.objects.get()) == before


@pytest.mark.parametrize("address", ["", *(f"{key}/" for key in KEYS)])
def test_pages_ask_few_queries(
    signed_in: Client,
    campaign: Campaign,
    address: str,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    add_items(campaign, 3)
    signed_in.get(f"/research/tone/build/{address}")
    with django_assert_max_num_queries(12):
        assert signed_in.get(f"/research/tone/build/{address}").status_code == 200


def test_an_unknown_step_is_not_found(signed_in: Client, campaign: Campaign) -> None:
    assert signed_in.get("/research/tone/build/none/").status_code == 404


def test_others_find_nothing(client: Client, campaign: Campaign) -> None:
    for person in (make_user(Role.RESEARCHER), make_annotator().user):
        client.force_login(person)
        for page in ("", "asked/"):
            assert client.get(f"/research/tone/build/{page}").status_code == 404
        posted = client.post("/research/tone/build/asked/", {"title": "Mine"})
        assert posted.status_code == 404
    client.logout()
    assert client.get("/research/tone/build/").status_code == 302
    assert Campaign.objects.get().title == "Tone"
