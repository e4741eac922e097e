"""Designs, forecasts and positions over REST."""

import pytest

from accounts.enums import Role
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    api,
    judge,
    make_annotator,
    make_user,
    open_with_items,
    serve,
    take_part,
)

pytestmark = pytest.mark.django_db
ROUTES = ["design/", "forecast/", "positions/"]


@pytest.fixture
def campaign():
    return open_with_items(3, questions=[AGE_QUESTION], strata=AGE_STRATA)


def path(campaign, route):
    return f"/api/v1/campaigns/{campaign.slug}/{route}"


@pytest.mark.parametrize("route", ROUTES)
def test_each_role_gets_what_it_may(campaign, route):
    seated = take_part(campaign, age="young").annotator.user
    judge(serve(take_part(campaign, age="young")))
    expected = [
        (campaign.owner, 200),
        (make_user(Role.ADMIN), 200),
        (make_user(Role.RESEARCHER), 404),
        (seated, 404),
        (make_annotator().user, 404),
        (None, 401),
    ]
    for user, status in expected:
        response = api(user).get(path(campaign, route))
        assert response.status_code == status
        if status != 200:
            assert response["Content-Type"] == "application/problem+json"
        else:
            assert response.json()["method"]
            assert response.json()["parameters"]["confidence"] == 0.95


def test_design_takes_assumptions_and_tells_them_again(campaign):
    given = {"targets[young]": 4, "people[old]": 3, "items": 50, "measure": "grade", "cap": 20}
    body = api(campaign.owner).get(path(campaign, "design/"), given).json()
    assert body["parameters"]["targets"] == {"young": 4, "old": 1}
    assert body["parameters"]["seed"] == 2026
    assert [(one["stratum"], one["judgments"], one["people"]) for one in body["strata"]] == [
        ("young", 200, 10),
        ("old", 50, 3),
    ]
    assert body["total"]["judgments"] == 250
    [pair] = body["pairs"]
    assert (pair["judgments"], pair["people"]) == ([200, 50], [10, 3])
    assert pair["simulation"]["replications"] == 1000
    assert 0 < pair["formula"]["power"] < 1


def test_no_limit_a_person_is_an_empty_cap(campaign):
    body = api(campaign.owner).get(path(campaign, "design/"), {"cap": "", "items": 500}).json()
    assert body["parameters"]["cap"] is None
    assert [one["people"] for one in body["strata"]] == [2, 1]
    assert body["pairs"][0]["simulation"] is None


def test_what_does_not_fit_is_a_problem_with_its_field(campaign):
    response = api(campaign.owner).get(path(campaign, "design/"), {"items": -3, "seconds": "x"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert {error["field"] for error in response.json()["errors"]} == {"items", "seconds"}


def test_forecast_and_positions_hold_n_and_intervals(campaign):
    for _person in range(5):
        judge(serve(take_part(campaign, age="young")))
    young, old = api(campaign.owner).get(path(campaign, "forecast/")).json()["strata"]
    assert (young["last_week"]["n"], young["remaining"], old["outlook"]) == (5, 1, "stuck")
    assert young["last_week"]["low"] < young["last_week"]["per_day"] < young["last_week"]["high"]
    assert young["finish"]["low"] < young["finish"]["at"] < young["finish"]["high"]
    [group] = api(campaign.owner).get(path(campaign, "positions/")).json()["groups"]
    assert group["first_shown"]["n"] == 5
    assert group["first_shown"]["low"] < group["first_shown"]["share"] == 1
    assert group["ranks"] == []
