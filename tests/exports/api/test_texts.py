"""Reviewing texts over REST: the same rules as on the page."""

from typing import Any

import pytest

from accounts.enums import Role
from exports.models import TextDecision
from exports.profiles.texts import text_sha256
from tests.exports.builders import Built, pairwise_campaign
from tests.factories import api, judge, make_user, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db
TEXTS = "/api/v1/campaigns/pairs/exports/texts/"
DECISIONS = f"{TEXTS}decisions/"
REASON = "Because, well…"


@pytest.fixture
def built() -> Built:
    return pairwise_campaign()


def decision_on(row: int, text: str = REASON, **parts: Any) -> dict[str, Any]:
    sha256 = text_sha256(text)
    return {"kind": "reason", "row": row, "sha256": sha256, "verdict": "keep", **parts}


def test_texts_await_decisions_and_leave_the_list_with_them(built: Built):
    owner = api(built.campaign.owner)
    rows = [built.judgments[f"ada {item}"].pk for item in ("q1", "q2")]
    page = owner.get(TEXTS).json()
    assert page["decided"] == 0
    assert page["next"] is None
    assert page["texts"][0] == {
        "kind": "reason",
        "row": rows[0],
        "place": 0,
        "item_id": "q1",
        "text": REASON,
        "sha256": text_sha256(REASON),
        "marks": [],
        "decision": None,
    }
    assert [one["row"] for one in page["texts"]] == rows
    cuts = [{"start": 0, "end": 7}]
    answer = owner.post(DECISIONS, decision_on(rows[0], verdict="redact", cuts=cuts), format="json")
    assert answer.status_code == 201
    told = answer.json()["decision"]
    assert (told["verdict"], told["cuts"]) == ("redact", cuts)
    assert told["decided_by"] == built.campaign.owner.email
    page = owner.get(TEXTS).json()
    assert (page["decided"], [one["row"] for one in page["texts"]]) == (1, rows[1:])
    every = owner.get(f"{TEXTS}?show=all").json()["texts"]
    assert [one["decision"] and one["decision"]["verdict"] for one in every] == ["redact", None]


def test_what_looks_personal_is_marked(built: Built):
    assignment = serve(built.seats["ben"])
    judge(assignment, {"overall": {"outcome": "tie"}}, reason="Ask me: a@x.org")
    found = api(built.campaign.owner).get(TEXTS).json()["texts"][-1]
    assert found["marks"] == [{"start": 8, "end": 15, "looks_like": "e-mail address"}]


def test_a_decision_that_does_not_fit_is_refused_and_nothing_is_stored(built: Built):
    owner = api(built.campaign.owner)
    row = built.judgments["ada q1"].pk
    refused = [
        (decision_on(row, "Other words"), 409),
        (decision_on(row, verdict="redact", cuts=[{"start": 3, "end": 99}]), 422),
        (decision_on(row, verdict="burn"), 400),
        (decision_on(row, kind="thought"), 400),
        (decision_on(row, place=7), 404),
        (decision_on(2**63 - 1), 404),
        (decision_on(2**63), 400),
        ({**decision_on(row), "sha256": "0"}, 400),
        ({}, 400),
    ]
    for body, status in refused:
        assert owner.post(DECISIONS, body, format="json").status_code == status, body
    assert not TextDecision.objects.exists()
    for query in ("kind=thought", "show=some", "after=-1", f"after={2**63}"):
        assert owner.get(f"{TEXTS}?{query}").status_code == 400


def test_texts_of_another_campaign_are_none_of_this_one(built: Built):
    other = open_with_items(1, owner=built.campaign.owner)
    judgment = judge(serve(take_part(other)), reason="Elsewhere")
    owner = api(built.campaign.owner)
    answer = owner.post(DECISIONS, decision_on(judgment.pk, "Elsewhere"), format="json")
    assert answer.status_code == 404


def test_everybody_else_finds_nothing(built: Built):
    body = decision_on(built.judgments["ada q1"].pk)
    others = [make_user(Role.RESEARCHER), make_user(), built.annotator("ada").user]
    for client, status in [*((api(one), 404) for one in others), (api(), 401)]:
        assert client.get(TEXTS).status_code == status
        assert client.post(DECISIONS, body, format="json").status_code == status
    assert not TextDecision.objects.exists()
    admin = api(make_user(Role.ADMIN))
    assert admin.get(TEXTS).status_code == 200
    assert admin.post(DECISIONS, body, format="json").status_code == 201


def test_pages_go_on_behind_the_last_row(built: Built, django_assert_num_queries: Any):
    campaign = open_with_items(25, overlap=1, owner=built.campaign.owner)
    seat = take_part(campaign)
    rows = [judge(serve(seat), reason=f"Reason {number}").pk for number in range(25)]
    owner = api(campaign.owner)
    path = f"/api/v1/campaigns/{campaign.slug}/exports/texts/"
    with django_assert_num_queries(5):
        page = owner.get(path).json()
    assert [one["row"] for one in page["texts"]] == rows[:20]
    assert page["next"] == rows[19]
    rest = owner.get(f"{path}?after={page['next']}").json()
    assert ([one["row"] for one in rest["texts"]], rest["next"]) == (rows[20:], None)
