import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Consent, Profile
from annotation.models import Assignment, Judgment, Seat
from annotation.services.campaigns import change_campaign, pause_campaign
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    judge,
    make_annotator,
    make_campaign,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
LANGUAGES = {
    "key": "languages",
    "label": "Languages?",
    "kind": "multiple",
    "options": [{"key": "en"}, {"key": "ar"}],
}
PURPOSES = [
    {"key": "research", "label": "Research on people", "required": True},
    {"key": "contact", "label": "Being asked again", "required": False},
]


@pytest.fixture
def campaign():
    return open_with_items(
        2,
        questions=[AGE_QUESTION, LANGUAGES],
        strata=AGE_STRATA,
        guideline="Be **kind**.",
        consent={"text": "Do you agree?", "purposes": PURPOSES},
        overlap=None,
    )


@pytest.fixture
def annotator(client):
    annotator = make_annotator()
    client.force_login(annotator.user)
    return annotator


def url(name, campaign, **more):
    return reverse(f"annotation:{name}", kwargs={"slug": campaign.slug, **more})


def judging_form(assignment, **parts):
    order = assignment.presented_order
    return {
        "answer-overall": f"2:{order[0]}",
        "idempotency_key": "key-1",
        "active_ms": "1500",
        **parts,
    }


def test_the_way_from_the_list_to_the_first_item(client, annotator, campaign):
    page = client.get(reverse("annotation:campaign-list"))
    assert url("campaign-start", campaign) in page.content.decode()
    start = client.get(url("campaign-start", campaign))
    assert start.url == url("campaign-consent", campaign)
    assert "Do you agree?" in client.get(start.url).content.decode()
    agreed = client.post(start.url, {"version": 1, "purposes": ["research"]})
    assert agreed.url == url("campaign-questions", campaign)
    answered = client.post(agreed.url, {"question-age": "old", "question-languages": ["en", "ar"]})
    assert answered.url == url("campaign-guideline", campaign)
    assert "<strong>kind</strong>" in client.get(answered.url).content.decode()
    assert client.post(answered.url).url == url("campaign-judge", campaign)
    assert "What about q" in client.get(url("campaign-judge", campaign)).content.decode()
    seat = Seat.objects.get()
    assert seat.profile.answers == {"age": ["old"], "languages": ["en", "ar"]}
    assert seat.consent.purposes == ["research"]


def test_required_purposes_are_required(client, annotator, campaign):
    page = client.post(url("campaign-consent", campaign), {"version": 1, "purposes": ["contact"]})
    assert page.status_code == 422
    assert "Taking part needs your agreement" in page.content.decode()
    assert not Consent.objects.exists()


def test_consent_to_a_text_that_has_changed_is_refused(client, annotator, campaign):
    change_campaign(campaign, {"consent": {"text": "New text", "purposes": PURPOSES}})
    page = client.post(url("campaign-consent", campaign), {"version": 1, "purposes": ["research"]})
    assert page.status_code == 422
    assert "New text" in page.content.decode()


@pytest.mark.parametrize(
    ("on_withdrawal", "words"),
    [("erase", "are erased for good"), ("keep_judgments", "under a new pseudonym")],
)
def test_the_consent_page_says_what_withdrawing_does(client, annotator, on_withdrawal, words):
    consent = {"text": "Do you agree?", "on_withdrawal": on_withdrawal}
    page = client.get(url("campaign-consent", open_with_items(1, consent=consent)))
    assert "If you withdraw later" in page.content.decode()
    assert words in page.content.decode()


def test_prefer_not_to_say_is_an_answer_that_stands_alone(client, annotator, campaign):
    client.post(url("campaign-consent", campaign), {"version": 1, "purposes": ["research"]})
    client.post(
        url("campaign-questions", campaign),
        {"question-age": "young", "question-languages": ["", "en"]},
    )
    assert Profile.objects.get().answers == {"age": ["young"], "languages": None}


def test_people_outside_all_strata_are_told_kindly(client, annotator, campaign):
    client.post(url("campaign-consent", campaign), {"version": 1, "purposes": ["research"]})
    page = client.post(url("campaign-questions", campaign), {"question-age": ""})
    assert page.status_code == 409
    assert "This one is looking for others" in page.content.decode()
    assert not Profile.objects.exists()


def test_without_questions_and_guideline_consent_leads_to_judging(client, annotator):
    campaign = open_with_items(1)
    agreed = client.post(url("campaign-consent", campaign), {"version": 1})
    assert agreed.url == url("campaign-judge", campaign)


def test_a_changed_guideline_is_shown_again(client, annotator):
    campaign = open_with_items(1, guideline="First.")
    take_part(campaign, annotator)
    client.post(url("campaign-guideline", campaign))
    assert client.get(url("campaign-judge", campaign)).status_code == 200
    change_campaign(campaign, {"guideline": "Second."})
    assert client.get(url("campaign-judge", campaign)).url == url("campaign-guideline", campaign)


def test_submitting_stores_the_judgment_and_brings_the_next_item(client, annotator):
    campaign = open_with_items(2)
    seat = take_part(campaign, annotator)
    assignment = serve(seat)
    page = client.post(
        url("assignment-submit", campaign, pk=assignment.pk),
        judging_form(assignment, reason="Why"),
        **HTMX,
    )
    assert page.status_code == 200
    html = page.content.decode()
    assert html.lstrip().startswith('<div id="stage"')
    assert "Saved." in html
    assert "1 of 2" in html
    judgment = Judgment.objects.get()
    assert judgment.answers == {
        "overall": {"preferred": assignment.presented_order[0], "strength": 2}
    }
    assert (judgment.reason, judgment.active_ms, judgment.language) == ("Why", 1500, "en")
    assert Assignment.objects.filter(status="leased").count() == 1


def test_without_htmx_submitting_redirects(client, annotator):
    campaign = open_with_items(2)
    assignment = serve(take_part(campaign, annotator))
    page = client.post(
        url("assignment-submit", campaign, pk=assignment.pk), judging_form(assignment)
    )
    assert (page.status_code, page.url) == (302, url("campaign-judge", campaign))


def test_the_same_form_twice_is_one_judgment(client, annotator):
    campaign = open_with_items(2)
    assignment = serve(take_part(campaign, annotator))
    for _ in range(2):
        page = client.post(
            url("assignment-submit", campaign, pk=assignment.pk), judging_form(assignment), **HTMX
        )
        assert page.status_code == 200
    assert Judgment.objects.count() == 1


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_an_unanswered_question_is_said_and_nothing_is_lost(client, annotator, headers):
    campaign = open_with_items(2)
    assignment = serve(take_part(campaign, annotator))
    page = client.post(
        url("assignment-submit", campaign, pk=assignment.pk), {"reason": "typed already"}, **headers
    )
    assert page.status_code == 422
    html = page.content.decode()
    assert "Please answer every question before you go on." in html
    if headers:
        assert page["HX-Retarget"] == "#judge-problems"
    else:
        assert "typed already" in html
    assert not Judgment.objects.exists()


def test_a_place_taken_meanwhile_is_explained(client, annotator):
    campaign = open_with_items(1, overlap=1)
    assignment = serve(take_part(campaign, annotator))
    Assignment.objects.update(status="expired")
    assignment.coverage.__class__.objects.update(leased=0)
    judge(serve(take_part(campaign)))
    page = client.post(
        url("assignment-submit", campaign, pk=assignment.pk), judging_form(assignment), **HTMX
    )
    assert page.status_code == 409
    assert "others have answered it since" in page.content.decode()
    assert "Go to the next item" in page.content.decode()


def test_skipping_brings_the_next_item(client, annotator):
    campaign = open_with_items(2)
    assignment = serve(take_part(campaign, annotator))
    page = client.post(url("assignment-skip", campaign, pk=assignment.pk), **HTMX)
    assert page.status_code == 200
    assert "Skipped." in page.content.decode()
    assignment.refresh_from_db()
    assert assignment.status == "skipped"


def test_the_heartbeat_keeps_the_lease(client, annotator):
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign, annotator))
    before = assignment.lease_expires_at
    assert client.post(url("assignment-heartbeat", campaign, pk=assignment.pk)).status_code == 204
    assignment.refresh_from_db()
    assert assignment.lease_expires_at > before
    judge(assignment)
    assert client.post(url("assignment-heartbeat", campaign, pk=assignment.pk)).status_code == 204


def test_the_end_thanks_and_counts(client, annotator):
    campaign = open_with_items(1)
    judge(serve(take_part(campaign, annotator)))
    html = client.get(url("campaign-judge", campaign)).content.decode()
    assert "Thank you" in html
    assert "You have given 1 judgment." in html
    assert "hx-trigger" not in html


def test_a_pause_is_said_and_looked_at_again(client, annotator):
    campaign = open_with_items(1)
    take_part(campaign, annotator)
    pause_campaign(campaign)
    html = client.get(url("campaign-judge", campaign)).content.decode()
    assert "The campaign is paused." in html
    assert 'hx-trigger="every 60s"' in html


def test_rankings_are_given_by_places(client, annotator):
    campaign = open_with_items(1, responses=3, task_type="ranking")
    assignment = serve(take_part(campaign, annotator))
    a, b, c = assignment.presented_order
    client.post(
        url("assignment-submit", campaign, pk=assignment.pk),
        {
            "rank-overall-0": "2",
            "rank-overall-1": "1",
            "rank-overall-2": "2",
            "idempotency_key": "k",
        },
    )
    assert Judgment.objects.get().answers == {"overall": {"ranking": [[b], sorted([a, c])]}}


def test_models_and_other_people_are_nowhere_on_the_page(client, annotator):
    campaign = open_with_items(1)
    other = take_part(campaign)
    judge(serve(other), reason="the other one's reason")
    take_part(campaign, annotator)
    html = client.get(url("campaign-judge", campaign)).content.decode()
    for hidden in ("model-1x", "model-2x", "the other one", other.annotator.pseudonym):
        assert hidden not in html


PAGES = [
    ("get", "campaign-start"),
    ("get", "campaign-consent"),
    ("get", "campaign-questions"),
    ("get", "campaign-guideline"),
    ("get", "campaign-judge"),
    ("post", "assignment-submit"),
    ("post", "assignment-skip"),
    ("post", "assignment-heartbeat"),
]


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_only_annotators_reach_these_pages(client, campaign, method, name):
    assignment = serve(take_part(campaign, age="old"))
    more = {"pk": assignment.pk} if name.startswith("assignment") else {}
    path = url(name, campaign, **more)
    assert getattr(client, method)(path).url.startswith(reverse("accounts:sign-in"))
    for role in (Role.RESEARCHER, Role.ADMIN):
        client.force_login(make_user(role))
        assert getattr(client, method)(path).status_code == 404
    client.force_login(campaign.owner)
    assert getattr(client, method)(path).status_code == 404


@pytest.mark.parametrize("name", ["assignment-submit", "assignment-skip", "assignment-heartbeat"])
def test_another_persons_assignment_is_not_there(client, annotator, campaign, name):
    assignment = serve(take_part(campaign, age="old"))
    take_part(campaign, annotator, age="old")
    page = client.post(url(name, campaign, pk=assignment.pk), judging_form(assignment))
    assert page.status_code == 404
    assert not Judgment.objects.exists()


def test_drafts_are_not_there_for_annotators(client, annotator):
    draft = make_campaign()
    assert client.get(url("campaign-start", draft)).status_code == 404
    assert draft.slug not in client.get(reverse("annotation:campaign-list")).content.decode()


@pytest.mark.parametrize("items", [2, 30])
def test_the_judging_page_asks_a_constant_number_of_queries(
    client, annotator, items, django_assert_num_queries
):
    campaign = open_with_items(items)
    assignment = serve(take_part(campaign, annotator))
    client.get(url("campaign-judge", campaign))
    with django_assert_num_queries(8):
        client.get(url("campaign-judge", campaign))
    # Nine to accept the judgment, nine to serve and show the next item.
    with django_assert_num_queries(17):
        client.post(
            url("assignment-submit", campaign, pk=assignment.pk), judging_form(assignment), **HTMX
        )
