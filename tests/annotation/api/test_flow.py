"""How judging goes in a campaign, and what follows from it over REST."""

import pytest

from accounts.enums import Role
from annotation.models import Assignment, Campaign, Judgment, Report
from annotation.serializers.campaign import campaign_body
from annotation.services.campaigns import open_campaign
from tests.annotation.views.test_research_campaign_form import FORM
from tests.factories import (
    api,
    campaign_spec,
    first_preferred,
    judge,
    make_annotator,
    make_campaign,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "revise": "last",
    "ahead": 5,
    "break_after_minutes": 45,
    "session_minutes": None,
    "pay": "",
    "content_warning": "",
    "skip_reasons": [],
}
OTHER = {
    "revise": "all",
    "ahead": 0,
    "break_after_minutes": 20,
    "session_minutes": 30,
    "pay": "12 € an hour",
    "content_warning": "Some texts are about illness.",
    "skip_reasons": [{"key": "tired", "label": "I am tired"}],
}


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


def test_what_is_left_out_takes_its_default(owner):
    made = api(owner).post("/api/v1/campaigns/", campaign_spec(), format="json")
    assert made.json()["flow"] == DEFAULTS
    parts = campaign_spec(flow={"revise": "off"})
    made = api(owner).post("/api/v1/campaigns/", parts, format="json")
    assert made.json()["flow"] == {**DEFAULTS, "revise": "off"}


def test_it_can_be_changed_while_the_campaign_is_open(owner):
    campaign = open_campaign(make_campaign(owner))
    address = f"/api/v1/campaigns/{campaign.slug}/"
    assert api(owner).patch(address, {"flow": OTHER}, format="json").json()["flow"] == OTHER
    assert api(make_user()).get(address).json()["flow"] == OTHER


def test_a_campaign_from_before_reads_back_with_defaults(owner):
    campaign = make_campaign(owner)
    Campaign.objects.update(flow={})
    body = api(owner).get(f"/api/v1/campaigns/{campaign.slug}/").json()
    assert body["flow"] == DEFAULTS


@pytest.mark.parametrize(
    ("flow", "field"),
    [
        ({"undo": True}, "flow.undo"),
        ({"revise": "some"}, "flow.revise"),
        ({"ahead": 11}, "flow.ahead"),
        ({"break_after_minutes": -1}, "flow.break_after_minutes"),
        ({"session_minutes": 0}, "flow.session_minutes"),
        ({"skip_reasons": [{"key": "a b", "label": "A"}]}, "flow.skip_reasons.0.key"),
        ({"skip_reasons": [{"key": "warning", "label": "A"}]}, "flow.skip_reasons.0.key"),
        ({"skip_reasons": [{"key": "a", "label": "A"}] * 2}, "flow.skip_reasons"),
        ({"skip_reasons": [{"key": "a"}]}, "flow.skip_reasons.0.label"),
    ],
)
def test_what_does_not_fit_is_named(owner, flow, field):
    made = api(owner).post("/api/v1/campaigns/", campaign_spec(flow=flow), format="json")
    assert made.status_code == 400
    assert [error["field"] for error in made.json()["errors"]] == [field]


def test_the_page_writes_what_rest_does(client, owner):
    client.force_login(owner)
    written = {f"flow_{name}": value for name, value in OTHER.items()}
    form = {**FORM, **written, "flow_skip_reasons": "tired = I am tired"}
    assert client.post("/research/new/", form).status_code == 302
    campaign = Campaign.objects.get()
    assert campaign_body(campaign)["flow"] == OTHER
    page = client.get(f"/research/{campaign.slug}/edit/").content.decode()
    assert "tired = I am tired" in page
    assert "12 € an hour" in page


def test_the_page_says_what_is_wrong_at_its_field(client, owner):
    client.force_login(owner)
    page = client.post("/research/new/", {**FORM, "flow_ahead": "99"})
    assert page.status_code == 422
    html = page.content.decode()
    assert 'href="#id_flow_ahead"' in html
    assert not Campaign.objects.exists()


def test_skipping_says_why_by_the_campaigns_reasons():
    assignment = serve(take_part(open_with_items(2, flow=OTHER)))
    client = api(assignment.annotator.user)
    address = f"/api/v1/assignments/{assignment.pk}/skip/"
    refused = client.post(address, {"kind": "unclear"}, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "kind")
    done = client.post(address, {"kind": "tired", "reason": "Long day"}, format="json")
    assert done.json()["status"] == "skipped"
    stored = Assignment.objects.get()
    assert (stored.skip_kind, stored.skip_reason) == ("tired", "Long day")


def test_items_are_leased_ahead_and_shown_without_models():
    seat = take_part(open_with_items(40, overlap=1))
    shown = serve(seat)
    answer = api(seat.annotator.user).post(f"/api/v1/campaigns/{seat.campaign.slug}/ahead/")
    assert len(answer.json()["assignments"]) == 5
    assert shown.pk not in [one["id"] for one in answer.json()["assignments"]]
    assert "model" not in answer.content.decode()


def test_a_judgment_is_revised_over_rest():
    assignment = serve(take_part(open_with_items(2)))
    first = judge(assignment)
    client = api(assignment.annotator.user)
    address = f"/api/v1/assignments/{assignment.pk}/revise/"
    body = {"answers": {"overall": {"outcome": "tie"}}, "reason": "No difference"}
    headers = {"HTTP_IDEMPOTENCY_KEY": "again"}
    answers = [client.post(address, body, format="json", **headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    second = Judgment.objects.get(pk=answers[0].json()["judgment_id"])
    assert second.supersedes == first
    listed = api(assignment.campaign.owner).get(
        f"/api/v1/campaigns/{assignment.campaign.slug}/judgments/"
    )
    assert [one["supersedes"] for one in listed.json()["results"]] == [None, first.pk]


def test_a_first_answer_is_not_a_revision():
    assignment = serve(take_part(open_with_items(2)))
    body = {"answers": first_preferred(assignment)}
    refused = api(assignment.annotator.user).post(
        f"/api/v1/assignments/{assignment.pk}/revise/", body, format="json"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "not-revisable")


def test_reports_reach_the_owner_newest_first_with_their_number():
    assignment = serve(take_part(open_with_items(2)))
    client = api(assignment.annotator.user)
    address = f"/api/v1/assignments/{assignment.pk}/report/"
    body = {"kind": "harmful", "response": "r1", "note": "It names poisons."}
    first = client.post(address, body, format="json")
    assert first.status_code == 201
    client.post(address, {"kind": "other"}, format="json")
    slug = assignment.campaign.slug
    listed = api(assignment.campaign.owner).get(f"/api/v1/campaigns/{slug}/reports/").json()
    assert (listed["count"], listed["next"]) == (2, None)
    assert [one["kind"] for one in listed["results"]] == ["other", "harmful"]
    shown = listed["results"][1]
    assert shown["id"] == first.json()["id"] == Report.objects.earliest("pk").pk
    assert (shown["item_id"], shown["response_id"]) == (assignment.item.external_id, "r1")
    assert (shown["annotator"], shown["note"]) == (
        assignment.annotator.pseudonym,
        "It names poisons.",
    )
    assert listed["results"][0]["response_id"] is None


def test_a_report_on_a_response_of_another_item_is_refused():
    assignment = serve(take_part(open_with_items(1), make_annotator()))
    refused = api(assignment.annotator.user).post(
        f"/api/v1/assignments/{assignment.pk}/report/",
        {"kind": "other", "response": "r7"},
        format="json",
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "response")
