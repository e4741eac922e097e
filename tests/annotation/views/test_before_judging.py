"""Before judging, page by page, without scripts: branching, screening, comprehension, practice."""

import pytest
from django.urls import reverse

from accounts.models import Profile
from annotation.models import Assignment, Judgment, ScreenOut, Seat
from tests.annotation.services.test_comprehension import QUESTIONS
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    make_annotator,
    make_campaign,
    open_with_items,
    take_part,
)

pytestmark = pytest.mark.django_db
TOWN = {
    "key": "town",
    "label": "Which town?",
    "options": [{"key": "big"}, {"key": "small"}],
    "show_if": {"age": ["old"]},
}
HOBBY = {"key": "hobby", "label": "Which hobby?", "options": [{"key": "chess"}]}
PRACTICE = [
    {
        "prompt": "Try **me**.",
        "responses": [{"id": "p1", "text": "One."}, {"id": "p2", "text": "Two."}],
        "note": "Ties are allowed.",
    }
]


@pytest.fixture
def annotator(client):
    annotator = make_annotator()
    client.force_login(annotator.user)
    return annotator


def url(name, campaign):
    return reverse(f"annotation:{name}", kwargs={"slug": campaign.slug})


def consent(client, campaign):
    return client.post(url("campaign-consent", campaign), {"version": 1})


def test_questions_come_in_steps_and_what_is_not_asked_is_not_stored(client, annotator):
    campaign = open_with_items(1, questions=[AGE_QUESTION, TOWN, HOBBY], strata=AGE_STRATA)
    assert consent(client, campaign).url == url("campaign-questions", campaign)
    page = url("campaign-questions", campaign)
    first = client.get(page).content.decode()
    assert "How old are you?" in first
    assert "Which hobby?" not in first
    second = client.post(page, {"asked": ["age"], "question-age": "young"}).content.decode()
    assert "Which hobby?" in second
    assert "Which town?" not in second
    assert not Profile.objects.exists()
    sent = {"asked": ["age", "hobby"], "question-age": "young", "question-town": "big"}
    assert client.post(page, sent).url == url("campaign-judge", campaign)
    assert Profile.objects.get().answers == {"age": ["young"], "hobby": None}


def test_a_full_stratum_is_told_after_the_questions_that_tell(client, annotator):
    strata = [{**AGE_STRATA[0], "quota": 1}, AGE_STRATA[1]]
    campaign = open_with_items(1, questions=[AGE_QUESTION, HOBBY], strata=strata)
    take_part(campaign, age="young")
    consent(client, campaign)
    page = client.post(
        url("campaign-questions", campaign), {"asked": ["age"], "question-age": "young"}
    )
    assert page.status_code == 409
    assert "No seat left for you here" in page.content.decode()
    assert not Profile.objects.filter(annotator=annotator).exists()
    assert ScreenOut.objects.get().count == 1


def test_who_is_excluded_is_told_before_consent(client, annotator):
    earlier = open_with_items(1)
    take_part(earlier, annotator)
    campaign = open_with_items(1, owner=earlier.owner, excludes=[earlier.slug])
    page = client.get(url("campaign-consent", campaign))
    assert page.status_code == 409
    assert "must not overlap" in page.content.decode()


@pytest.fixture
def prepared(annotator):
    campaign = open_with_items(
        1,
        guideline="Your *own* view.",
        entry={"comprehension": {"questions": QUESTIONS}, "practice": PRACTICE},
    )
    take_part(campaign, annotator)
    return campaign


RIGHT = {"comprehension-whose": "own", "comprehension-may": ["tie", "skip"], "version": "1"}
WRONG = {**RIGHT, "comprehension-whose": "all"}


def test_guideline_comprehension_practice_and_then_the_first_item(client, prepared):
    questions, practice = (
        url("campaign-comprehension", prepared),
        url("campaign-practice", prepared),
    )
    assert client.get(url("campaign-judge", prepared)).url == url("campaign-guideline", prepared)
    assert client.post(url("campaign-guideline", prepared)).url == questions
    assert client.get(practice).url == questions
    failed = client.post(questions, WRONG)
    assert failed.status_code == 422
    text = failed.content.decode()
    assert "you have 1 more try" in text
    assert "The guideline asks for your own view." in text
    assert client.post(questions, RIGHT).url == practice
    asked = client.get(practice).content.decode()
    assert "<strong>me</strong>" in asked
    assert client.post(practice, {"number": "0", "answered": "1"}).status_code == 422
    answer = {"number": "0", "answered": "1", "answer-overall": "tie"}
    said = client.post(practice, answer).content.decode()
    assert "<dd>tie</dd>" in said
    assert "Ties are allowed." in said
    assert client.post(practice, {"number": "1"}).url == url("campaign-judge", prepared)
    assert "What about q1?" in client.get(url("campaign-judge", prepared)).content.decode()
    assert Assignment.objects.count() == 1
    assert not Judgment.objects.exists()


def test_what_is_right_is_on_no_page_before_it_was_tried(client, prepared):
    client.post(url("campaign-guideline", prepared))
    page = client.get(url("campaign-comprehension", prepared)).content.decode()
    assert "The guideline asks for your own view." not in page
    assert "checked" not in page


def test_failing_twice_ends_kindly_and_stays_so(client, prepared):
    client.post(url("campaign-guideline", prepared))
    client.post(url("campaign-comprehension", prepared), WRONG)
    end = client.post(url("campaign-comprehension", prepared), WRONG)
    assert end.url == url("campaign-stopped", prepared)
    assert "That says nothing about you" in client.get(end.url).content.decode()
    assert client.get(url("campaign-judge", prepared)).url == url("campaign-stopped", prepared)
    assert Seat.objects.get().has_lapsed


def test_a_campaign_may_go_on_after_the_last_try(client, annotator):
    rules = {"questions": QUESTIONS, "tries": 1, "after_failing": "go-on"}
    campaign = open_with_items(1, entry={"comprehension": rules})
    take_part(campaign, annotator)
    page = client.post(url("campaign-comprehension", campaign), WRONG)
    assert "You can go on." in page.content.decode()
    assert client.get(url("campaign-start", campaign)).url == url("campaign-judge", campaign)


def shown_value(field):
    return "" if field.value() is None else field.value()


def test_researchers_write_it_on_the_campaigns_page(client):
    campaign = make_campaign(
        entry={"comprehension": {"questions": QUESTIONS}, "practice": PRACTICE}
    )
    client.force_login(campaign.owner)
    page = reverse("annotation:research-campaign-edit", kwargs={"slug": campaign.slug})
    shown = client.get(page)
    editor = shown.context["editor"]
    data = {}
    for form in (editor.fields, editor.entry, editor.flow, editor.about):
        data |= {form.add_prefix(name): shown_value(form[name]) for name in form.fields}
    for rows in editor.rows.values():
        for row in rows.forms:
            data |= {row.add_prefix(name): shown_value(row[name]) for name in row.fields}
    assert data["comprehension-1-options"] == "*tie = Call a tie\n*skip = Skip\ncopy = Copy others"
    assert client.post(page, data).status_code == 302
    campaign.refresh_from_db()
    assert campaign.guideline.version == 1
    data |= {"practice-1-prompt": "More", "practice-1-responses": 'Yes.\n"No,\\nnever."'}
    data |= {"entry_check_rate": "0.2", "entry_open_to": "links"}
    assert client.post(page, data).status_code == 302
    campaign.refresh_from_db()
    assert campaign.entry["practice"][1]["responses"] == [
        {"id": "p1", "text": "Yes."},
        {"id": "p2", "text": "No,\nnever."},
    ]
    assert (campaign.entry["check_rate"], campaign.entry["open_to"]) == (0.2, "links")
    assert campaign.guideline.version == 2
    data["comprehension-0-options"] = "*own = My own"
    refused = client.post(page, data)
    assert refused.status_code == 422
    assert "at least two options" in refused.content.decode()
