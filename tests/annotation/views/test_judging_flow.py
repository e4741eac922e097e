"""Drafts, items ahead, revising, skipping, reporting and warnings on the judging page."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Role
from annotation.models import Assignment, Coverage, Item, Judgment, Report
from annotation.services.campaigns import change_campaign, close_campaign
from annotation.services.leases import skip_assignment
from tests.annotation.views.test_annotator_pages import HTMX, judging_form, url
from tests.factories import judge, make_annotator, make_user, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
QUEUE = {"HTTP_VARIORUM_QUEUE": "1"}


@pytest.fixture
def annotator(client):
    annotator = make_annotator()
    client.force_login(annotator.user)
    return annotator


def test_a_draft_is_kept_and_shown_again_and_is_no_answer(client, annotator):
    campaign = open_with_items(2)
    assignment = serve(take_part(campaign, annotator))
    chosen = f"2:{assignment.presented_order[1]}"
    form = {"answer-overall": chosen, "reason": "Half a th", "idempotency_key": "k"}
    saved = client.post(url("assignment-draft", campaign, pk=assignment.pk), form, **QUEUE)
    assignment.refresh_from_db()
    assert assignment.draft == {
        "form": {"answer-overall": chosen, "reason": "Half a th"},
        "saved": saved.json()["saved"],
    }
    html = client.get(url("campaign-judge", campaign)).content.decode()
    assert "Half a th" in html
    assert f'value="{chosen}" data-key="5" required checked' in html
    assert f'data-draft-saved="{saved.json()["saved"]}"' in html
    assert not Judgment.objects.exists()


def test_a_draft_of_another_program_leaves_the_form_empty(client, annotator):
    campaign = open_with_items(1)
    serve(take_part(campaign, annotator))
    Assignment.objects.update(draft={"notes": [1, 2]})
    html = client.get(url("campaign-judge", campaign)).content.decode()
    assert " checked" not in html


def test_a_draft_of_what_is_over_is_refused_quietly(client, annotator):
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign, annotator))
    judge(assignment)
    answer = client.post(
        url("assignment-draft", campaign, pk=assignment.pk), {"reason": "x"}, **QUEUE
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not-leased")


@pytest.mark.parametrize(("reason", "status"), [("x" * 70_000, 413), ("a\x00b", 422)])
def test_a_draft_that_cannot_be_kept_says_so(client, annotator, reason, status):
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign, annotator))
    path = url("assignment-draft", campaign, pk=assignment.pk)
    assert client.post(path, {"reason": reason}, **QUEUE).status_code == status
    assignment.refresh_from_db()
    assert assignment.draft is None


def test_what_comes_from_a_queue_gets_a_receipt_and_serves_nothing(client, annotator):
    campaign = open_with_items(3)
    assignment = serve(take_part(campaign, annotator))
    path = url("assignment-submit", campaign, pk=assignment.pk)
    for _ in range(2):
        answer = client.post(path, judging_form(assignment), **QUEUE)
        assert (answer.status_code, answer.json()) == (200, {"done": "saved"})
    assert Judgment.objects.count() == 1
    assert Assignment.objects.count() == 1


def test_what_a_queue_cannot_deliver_is_refused_with_words(client, annotator):
    campaign = open_with_items(3)
    assignment = serve(take_part(campaign, annotator))
    path = url("assignment-submit", campaign, pk=assignment.pk)
    unfit = client.post(path, {}, **QUEUE)
    assert (unfit.status_code, unfit.json()["code"]) == (422, "unfit")
    skip_assignment(assignment)
    refused = client.post(path, judging_form(assignment), **QUEUE)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-leased")
    assert "You gave this item back" in refused.json()["message"]


@pytest.mark.parametrize("headers", [QUEUE, HTMX])
def test_without_a_session_scripts_are_told_so_and_no_page_comes(client, headers):
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign))
    path = url("assignment-submit", campaign, pk=assignment.pk)
    answer = client.post(path, judging_form(assignment), **headers)
    assert (answer.status_code, answer.json()) == (401, {"code": "signed-out"})


def test_items_ahead_come_as_pages_and_only_once(client, annotator):
    campaign = open_with_items(40, overlap=1)
    shown = serve(take_part(campaign, annotator))
    path = url("campaign-ahead", campaign)
    answer = client.post(path, **QUEUE).json()
    assert len(answer["kept"]) == 5
    assert [one["assignment"] for one in answer["items"]] == answer["kept"]
    assert shown.pk not in answer["kept"]
    for one in answer["items"]:
        assert one["html"].lstrip().startswith('<div id="stage"')
        assert f'data-assignment="{one["assignment"]}"' in one["html"]
        assert one["gate"] == ""
    have = ",".join(str(one) for one in answer["kept"][:3])
    again = client.post(path, {"have": have}, **QUEUE).json()
    assert again["kept"] == answer["kept"]
    assert [one["assignment"] for one in again["items"]] == answer["kept"][3:]


@pytest.mark.parametrize("items", [30, 90])
def test_keeping_one_more_asks_a_constant_number_of_queries(
    client, annotator, items, django_assert_num_queries
):
    campaign = open_with_items(items)
    shown = serve(take_part(campaign, annotator))
    path = url("campaign-ahead", campaign)
    have = client.post(path, **QUEUE).json()["kept"]
    judge(shown)
    client.get(url("campaign-judge", campaign))
    # Who asks and their seat, then ten: see test_ahead.
    with django_assert_num_queries(12):
        answer = client.post(path, {"have": ",".join(map(str, have))}, **QUEUE).json()
    assert len(answer["items"]) == 1


@pytest.mark.parametrize("items", [30, 90])
def test_with_items_ahead_submitting_asks_no_more_than_without(
    client, annotator, items, django_assert_max_num_queries
):
    campaign = open_with_items(items)
    shown = serve(take_part(campaign, annotator))
    client.post(url("campaign-ahead", campaign), **QUEUE)
    with django_assert_max_num_queries(17):
        client.post(url("assignment-submit", campaign, pk=shown.pk), judging_form(shown), **HTMX)
    with django_assert_max_num_queries(8):
        client.get(url("campaign-judge", campaign))


def test_who_stops_gives_back_what_was_kept(client, annotator):
    campaign = open_with_items(40, overlap=1)
    serve(take_part(campaign, annotator))
    client.post(url("campaign-ahead", campaign), **QUEUE)
    assert client.post(url("campaign-leave", campaign)).status_code == 204
    assert sum(Coverage.objects.values_list("leased", flat=True)) == 1


def test_the_heartbeat_tells_a_page_whose_item_is_over(client, annotator):
    campaign = open_with_items(1, overlap=1)
    assignment = serve(take_part(campaign, annotator))
    path = url("assignment-heartbeat", campaign, pk=assignment.pk)
    assert "Variorum-Assignment" not in client.post(path)
    Assignment.objects.update(status="expired")
    assert client.post(path)["Variorum-Assignment"] == "lapsed"
    Assignment.objects.update(status="skipped")
    assert client.post(path)["Variorum-Assignment"] == "ended"


def test_an_offline_answer_says_itself_how_long_it_was_shown(client, annotator):
    campaign = open_with_items(40, overlap=1)
    shown = serve(take_part(campaign, annotator))
    kept = client.post(url("campaign-ahead", campaign), **QUEUE).json()["kept"]
    Assignment.objects.update(served_at=timezone.now() - timedelta(minutes=10))
    for pk in (shown.pk, kept[0]):
        assignment = Assignment.objects.get(pk=pk)
        form = judging_form(assignment, elapsed_ms="4200", idempotency_key=str(pk))
        client.post(url("assignment-submit", campaign, pk=pk), form, **QUEUE)
    first, second = Judgment.objects.order_by("pk")
    assert first.elapsed_ms >= 600_000
    assert second.elapsed_ms == 4200


def test_the_last_answer_is_offered_to_be_changed(client, annotator):
    campaign = open_with_items(3)
    assignment = serve(take_part(campaign, annotator))
    path = url("assignment-submit", campaign, pk=assignment.pk)
    html = client.post(path, judging_form(assignment), **HTMX).content.decode()
    revise = url("assignment-revise", campaign, pk=assignment.pk)
    assert revise in html
    page = client.get(revise).content.decode()
    chosen = f"2:{assignment.presented_order[0]}"
    assert f'value="{chosen}" data-key="1" required checked' in page
    changed = {"answer-overall": "tie", "reason": "Hm", "idempotency_key": "key-2"}
    assert "Changed." in client.post(revise, changed, **HTMX).content.decode()
    first, second = Judgment.objects.order_by("pk")
    assert second.supersedes == first
    assert second.answers == {"overall": {"outcome": "tie"}}
    assert Coverage.objects.filter(submitted=1).count() == 1


def test_a_ranking_is_shown_as_it_was_given(client, annotator):
    campaign = open_with_items(1, responses=3, task_type="ranking")
    assignment = serve(take_part(campaign, annotator))
    a, b, c = assignment.presented_order
    judge(assignment, {"overall": {"ranking": [[b], [a, c]]}})
    page = client.get(url("assignment-revise", campaign, pk=assignment.pk)).content.decode()
    assert page.count(" checked") == 3


def test_nothing_is_offered_where_the_campaign_does_not_allow_it(client, annotator):
    campaign = open_with_items(3, flow={"revise": "off"})
    assignment = serve(take_part(campaign, annotator))
    path = url("assignment-submit", campaign, pk=assignment.pk)
    html = client.post(path, judging_form(assignment), **HTMX).content.decode()
    revise = url("assignment-revise", campaign, pk=assignment.pk)
    assert revise not in html
    assert client.get(revise).status_code == 409
    refused = client.post(revise, {"answer-overall": "tie", "idempotency_key": "k"}, **HTMX)
    assert refused.status_code == 409
    assert "cannot be changed any more" in refused.content.decode()


@pytest.mark.parametrize(("revise", "offered"), [("all", [3, 2, 1]), ("last", [3]), ("off", [])])
def test_the_history_offers_to_change_what_the_campaign_permits(client, annotator, revise, offered):
    campaign = open_with_items(3, flow={"revise": revise})
    seat = take_part(campaign, annotator)
    given = [serve_and_judge(seat) for _ in range(3)]
    links = [url("assignment-revise", campaign, pk=one.assignment_id) for one in given]
    html = client.get(url("campaign-history", campaign)).content.decode()
    found = re.findall(r'href="([^"]+/revise/)[?]from=history"', html)
    assert found == [links[number - 1] for number in offered]
    close_campaign(campaign)
    assert "/revise/" not in client.get(url("campaign-history", campaign)).content.decode()


def test_the_history_calls_criteria_as_the_campaign_does_in_the_readers_language(client, annotator):
    campaign = open_with_items(1)
    told = {"translations": {"de": {"criteria.overall.label": "Was ist besser?"}}}
    change_campaign(campaign, told)
    serve_and_judge(take_part(campaign, annotator))
    headers = {"HTTP_ACCEPT_LANGUAGE": "de"}
    page = client.get(url("campaign-history", campaign), **headers)
    assert ">Was ist besser?</dt>" in page.content.decode()


def serve_and_judge(seat):
    return judge(serve(seat))


def test_an_earlier_answer_is_changed_from_the_history_and_leads_back_there(client, annotator):
    campaign = open_with_items(3, flow={"revise": "all"})
    seat = take_part(campaign, annotator)
    first, _second = [serve_and_judge(seat) for _ in range(2)]
    revise = url("assignment-revise", campaign, pk=first.assignment_id)
    history = url("campaign-history", campaign)
    page = client.get(revise, {"from": "history"}).content.decode()
    assert '<input type="hidden" name="from" value="history">' in page
    assert f'href="{history}">Leave it as it was' in page
    changed = {"answer-overall": "tie", "idempotency_key": "key-2", "from": "history"}
    answer = client.post(revise, changed, **HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, history)
    again = {**changed, "answer-overall": "both_bad", "idempotency_key": "key-3"}
    assert client.post(revise, again).headers["Location"] == history
    queued = {**changed, "idempotency_key": "key-4"}
    assert client.post(revise, queued, **QUEUE).json() == {"done": "changed"}
    html = client.get(history).content.decode()
    assert html.count("you have revised this since") == 3
    # Each answer that holds is offered once, and none that was replaced.
    assert html.count("?from=history") == 2
    assert Judgment.objects.get(superseded_by=None, assignment=first.assignment_id).answers == {
        "overall": {"outcome": "tie"}
    }


def test_what_is_wrong_with_a_change_leaves_the_way_back(client, annotator):
    campaign = open_with_items(2, flow={"revise": "all"})
    given = serve_and_judge(take_part(campaign, annotator))
    revise = url("assignment-revise", campaign, pk=given.assignment_id)
    refused = client.post(revise, {"idempotency_key": "k", "from": "history"})
    assert refused.status_code == 422
    assert '<input type="hidden" name="from" value="history">' in refused.content.decode()


def test_skipping_keeps_the_reason(client, annotator):
    campaign = open_with_items(2)
    assignment = serve(take_part(campaign, annotator))
    form = {"skip_kind": "language", "skip_reason": " It is in Frisian "}
    client.post(url("assignment-skip", campaign, pk=assignment.pk), form, **HTMX)
    assignment.refresh_from_db()
    assert (assignment.skip_kind, assignment.skip_reason) == ("language", "It is in Frisian")


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_report_is_kept_and_the_item_stays(client, annotator, headers):
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign, annotator))
    form = {"report_kind": "harmful", "report_response": "1", "report_note": "Poison"}
    path = url("assignment-report", campaign, pk=assignment.pk)
    page = client.post(path, form, follow=True, **headers).content.decode()
    assert "The researchers will look at it." in page
    report = Report.objects.get()
    assert report.response.external_id == assignment.presented_order[1]
    assert (report.kind, report.note) == ("harmful", "Poison")
    assignment.refresh_from_db()
    assert assignment.status == "leased"


def test_a_report_without_a_kind_is_asked_again(client, annotator):
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign, annotator))
    path = url("assignment-report", campaign, pk=assignment.pk)
    assert "Please say what is wrong" in client.post(path, {}, **HTMX).content.decode()
    assert not Report.objects.exists()


def warned(items=3, **parts):
    campaign = open_with_items(items, **parts)
    Item.objects.update(metadata={"warning": "About <loss>."})
    return campaign


def test_an_item_with_a_warning_is_not_shown_before_it_was_read(client, annotator):
    campaign = warned()
    assignment = serve(take_part(campaign, annotator))
    page = client.get(url("campaign-judge", campaign)).content.decode()
    assert "About &lt;loss&gt;." in page
    assert "What about q" not in page
    shown = client.get(url("campaign-judge", campaign), {"show": assignment.pk})
    assert "What about q" in shown.content.decode()
    assert "What about q" in client.get(url("campaign-judge", campaign)).content.decode()


def test_having_read_one_warning_is_not_having_read_the_next(client, annotator):
    campaign = warned()
    assignment = serve(take_part(campaign, annotator))
    client.get(url("campaign-judge", campaign), {"show": assignment.pk})
    path = url("assignment-submit", campaign, pk=assignment.pk)
    html = client.post(path, judging_form(assignment), **HTMX).content.decode()
    assert "About &lt;loss&gt;." in html
    assert "What about q" not in html


def test_a_campaigns_warning_comes_once_a_visit(client, annotator):
    campaign = open_with_items(3, flow={"content_warning": "Illness."})
    assignment = serve(take_part(campaign, annotator))
    page = client.get(url("campaign-judge", campaign)).content.decode()
    assert "Illness." in page
    assert "What about q" not in page
    client.get(url("campaign-judge", campaign), {"show": assignment.pk})
    path = url("assignment-submit", campaign, pk=assignment.pk)
    assert "What about q" in client.post(path, judging_form(assignment), **HTMX).content.decode()


def test_who_chooses_something_else_has_skipped_for_the_warning(client, annotator):
    campaign = warned()
    assignment = serve(take_part(campaign, annotator))
    form = {"skip_kind": "warning"}
    client.post(url("assignment-skip", campaign, pk=assignment.pk), form, **HTMX)
    assignment.refresh_from_db()
    assert (assignment.status, assignment.skip_kind) == ("skipped", "warning")


def test_items_ahead_bring_their_warnings(client, annotator):
    campaign = warned(40, overlap=1)
    serve(take_part(campaign, annotator))
    items = client.post(url("campaign-ahead", campaign), **QUEUE).json()["items"]
    assert all("About &lt;loss&gt;." in one["gate"] for one in items)
    assert all("What about q" not in one["gate"] for one in items)
    assert all("What about q" in one["html"] for one in items)


def test_pay_and_length_are_said_before_anybody_begins(client, annotator):
    campaign = open_with_items(1, flow={"pay": "9 € an hour", "session_minutes": 20})
    page = client.get(url("campaign-consent", campaign)).content.decode()
    assert "This takes about 20 minutes." in page
    assert "You get: 9 € an hour" in page
    change_campaign(campaign, {"flow": {}})
    assert "This takes about" not in client.get(url("campaign-consent", campaign)).content.decode()


def test_researchers_read_the_reports_of_their_campaigns(client, annotator):
    campaign = open_with_items(1)
    assignment = serve(take_part(campaign, annotator))
    form = {"report_kind": "private", "report_note": "<b>A number</b>"}
    client.post(url("assignment-report", campaign, pk=assignment.pk), form, **HTMX)
    client.force_login(campaign.owner)
    page = client.get(url("research-reports", campaign)).content.decode()
    assert "&lt;b&gt;A number&lt;/b&gt;" in page
    assert annotator.pseudonym in page
    assert annotator.user.email not in page
    client.force_login(make_user(Role.RESEARCHER))
    assert client.get(url("research-reports", campaign)).status_code == 404
    client.force_login(annotator.user)
    assert client.get(url("research-reports", campaign)).status_code == 404


OWN = ["assignment-draft", "assignment-revise", "assignment-report", "assignment-heartbeat"]


@pytest.mark.parametrize("name", [*OWN, "campaign-ahead", "campaign-leave"])
def test_only_the_person_reaches_what_is_theirs(client, name):
    campaign = open_with_items(2)
    assignment = serve(take_part(campaign))
    more = {"pk": assignment.pk} if name.startswith("assignment") else {}
    path = url(name, campaign, **more)
    assert client.post(path).url.startswith("/accounts/sign-in/")
    for user in (make_user(Role.RESEARCHER), campaign.owner, make_annotator().user):
        client.force_login(user)
        assert client.post(path, {"report_kind": "other"}).status_code == 404
    assert not Report.objects.exists()


def test_the_part_of_a_page_that_comes_ahead_is_json_that_scripts_can_read(client, annotator):
    campaign = open_with_items(40, overlap=1, flow={"ahead": 1})
    serve(take_part(campaign, annotator))
    answer = client.post(url("campaign-ahead", campaign), **QUEUE)
    assert answer["Content-Type"] == "application/json"
    assert set(json.loads(answer.content)) == {"kept", "items"}
