import pytest

from accounts.enums import Role
from annotation import tasks
from annotation.models import Coverage, PlanningRun
from annotation.services.campaigns import open_campaign
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    api,
    campaign_spec,
    make_campaign,
    make_user,
    open_with_items,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_user(Role.RESEARCHER)


@pytest.fixture(autouse=True)
def _work_at_once(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(tasks.run_planning, "delay", tasks.run_planning)
    monkeypatch.setattr(tasks.run_import, "delay", tasks.run_import)


def test_creating_answers_with_the_whole_campaign(owner):
    body = campaign_spec(questions=[AGE_QUESTION], strata=AGE_STRATA)
    response = api(owner).post("/api/v1/campaigns/", body, format="json")
    assert response.status_code == 201
    made = response.json()
    assert (made["slug"], made["status"], made["overlap"]) == (body["slug"], "draft", 3)
    assert api(owner).get(f"/api/v1/campaigns/{body['slug']}/").json() == made


def test_a_body_that_is_not_valid_names_the_fields_and_creates_nothing(owner):
    body = campaign_spec(questions=[AGE_QUESTION], strata=[{"key": "x", "target": -1}], slug="a b")
    response = api(owner).post("/api/v1/campaigns/", body, format="json")
    assert response.status_code == 400
    problem = response.json()
    assert problem["code"] == "invalid"
    assert {error["field"] for error in problem["errors"]} == {"slug", "strata.0.target"}
    assert api(owner).get("/api/v1/campaigns/").json()["results"] == []


def test_a_taken_slug_is_a_conflict(owner):
    make_campaign(slug="taken")
    response = api(owner).post("/api/v1/campaigns/", campaign_spec(slug="taken"), format="json")
    assert (response.status_code, response.json()["code"]) == (409, "slug-in-use")


def test_malformed_json_is_a_problem(owner):
    response = api(owner).post("/api/v1/campaigns/", "{", content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "parse-error")


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"criteria": [{"key": "x"}]}, "criteria.0.label"),
        ({"questions": [{"key": "x"}]}, "questions.0.label"),
        ({"strata": [{"key": "x", "quota": -1}]}, "strata.0.quota"),
        ({"consent": {"purposes": []}}, "consent.text"),
        ({"overlap": None}, "overlap"),
        ({"titel": "New"}, "titel"),
        ([], "non_field_errors"),
    ],
)
def test_a_patched_part_must_be_whole(owner, part, field):
    campaign = make_campaign(owner)
    before = api(owner).get(f"/api/v1/campaigns/{campaign.slug}/").json()
    answer = api(owner).patch(f"/api/v1/campaigns/{campaign.slug}/", part, format="json")
    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert api(owner).get(f"/api/v1/campaigns/{campaign.slug}/").json() == before


def test_no_criteria_means_the_default_one(owner):
    campaign = make_campaign(owner, criteria=[{"key": "style", "label": "Style?"}])
    path = f"/api/v1/campaigns/{campaign.slug}/"
    patched = api(owner).patch(path, {"criteria": []}, format="json").json()
    assert [one["key"] for one in patched["criteria"]] == ["overall"]


def test_a_campaign_read_and_patched_back_is_the_same(owner):
    campaign = make_campaign(owner, questions=[AGE_QUESTION], strata=AGE_STRATA)
    path = f"/api/v1/campaigns/{campaign.slug}/"
    body = api(owner).get(path).json()
    answer = api(owner).patch(path, body, format="json")
    assert (answer.status_code, answer.json()) == (200, body)


def test_a_misspelt_setting_is_named(owner):
    answer = api(owner).post("/api/v1/campaigns/", campaign_spec(overlapp=3), format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "overlapp", "message": "A campaign has no such setting."}
    ]


def test_patching_a_frozen_field_says_so(owner):
    campaign = open_with_items(1, owner=owner)
    response = api(owner).patch(
        f"/api/v1/campaigns/{campaign.slug}/",
        {"paradigm": "prescriptive", "title": "New"},
        format="json",
    )
    assert response.status_code == 409
    assert response.json()["detail"] == (
        "Frozen since the campaign was opened: paradigm. Nothing was changed."
    )


def test_new_strata_are_planned(owner, django_capture_on_commit_callbacks):
    campaign = make_campaign(owner)
    add_items(campaign, 2)
    with django_capture_on_commit_callbacks(execute=True):
        response = api(owner).patch(
            f"/api/v1/campaigns/{campaign.slug}/",
            {"questions": [AGE_QUESTION], "strata": AGE_STRATA},
            format="json",
        )
    assert response.status_code == 200
    assert PlanningRun.objects.get().state == "done"
    assert Coverage.objects.count() == 4


def test_the_lifecycle_over_rest(owner):
    campaign = make_campaign(owner)
    client = api(owner)
    path = f"/api/v1/campaigns/{campaign.slug}"
    assert client.post(f"{path}/pause/").json()["code"] == "wrong-state"
    for step, status in [
        ("open", "open"),
        ("pause", "paused"),
        ("open", "open"),
        ("close", "closed"),
    ]:
        response = client.post(f"{path}/{step}/")
        assert (response.status_code, response.json()["status"]) == (200, status)
    assert client.post(f"{path}/open/").status_code == 409


def test_annotators_read_nothing_of_the_design(owner):
    campaign = open_with_items(1, owner=owner, questions=[AGE_QUESTION], strata=AGE_STRATA)
    body = api(make_user()).get(f"/api/v1/campaigns/{campaign.slug}/").json()
    assert set(body) == {
        *("slug", "title", "status", "guideline", "guideline_version", "paradigm", "task_type"),
        *("criteria", "asking", "questions", "max_per_annotator", "consent", "flow"),
    }


def test_people_see_the_campaigns_that_are_theirs(owner):
    draft, opened = make_campaign(owner), open_campaign(make_campaign(owner))
    make_campaign()
    listed = api(owner).get("/api/v1/campaigns/").json()["results"]
    assert {one["slug"] for one in listed} == {draft.slug, opened.slug}
    shown = api(make_user()).get("/api/v1/campaigns/").json()["results"]
    assert [one["slug"] for one in shown] == [opened.slug]


def test_coverage_tells_targets_and_counts(owner):
    campaign = open_with_items(2, owner=owner, questions=[AGE_QUESTION], strata=AGE_STRATA)
    path = f"/api/v1/campaigns/{campaign.slug}/coverage/"
    body = api(owner).get(path).json()
    assert body["strata"] == [
        {
            "stratum": "young",
            "items": 2,
            "target": 4,
            "leased": 0,
            "submitted": 0,
            "seats": 0,
            "quota": None,
        },
        {
            "stratum": "old",
            "items": 2,
            "target": 2,
            "leased": 0,
            "submitted": 0,
            "seats": 0,
            "quota": None,
        },
    ]
    assert body["items"][0] == {
        "item": "q1",
        "stratum": "young",
        "target": 2,
        "leased": 0,
        "submitted": 0,
    }
    assert (len(body["items"]), body["next"]) == (4, None)
    first = api(owner).get(path, {"limit": 3}).json()
    rest = api(owner).get(path, {"cursor": first["next"]}).json()
    assert first["items"] + rest["items"] == body["items"]
    cells = [(one["item"], one["stratum"]) for one in body["items"]]
    assert cells == [("q1", "young"), ("q1", "old"), ("q2", "young"), ("q2", "old")]
    assert api(owner).get(path, {"limit": "0"}).status_code == 400
    assert api(owner).get(path, {"cursor": "x"}).status_code == 400
    assert api(owner).get(path, {"cursor": str(2**62)}).status_code == 400
