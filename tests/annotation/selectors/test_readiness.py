"""The checklist before opening: the same on pages and over REST."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from annotation.models import EntryLink
from annotation.selectors.readiness import readiness_of
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    api,
    import_lines,
    item_line,
    make_campaign,
    make_user,
)

pytestmark = pytest.mark.django_db


def unmet(campaign: Any) -> dict[str, bool]:
    """Codes of what is not there, and whether it is needed."""
    checks = readiness_of(campaign).checks
    return {check.code: check.is_needed for check in checks if not check.is_met}


def test_a_bare_draft_lacks_items_and_has_advice() -> None:
    campaign = make_campaign()
    assert unmet(campaign) == {"items": True, "guideline": False, "about": False}
    assert not readiness_of(campaign).is_ready
    add_items(campaign, 1)
    campaign.refresh_from_db()
    assert readiness_of(campaign).is_ready


@pytest.mark.parametrize(
    ("parts", "code", "is_needed"),
    [
        ({"entry": {"open_to": "links"}}, "way-in", True),
        ({"entry": {"check_rate": 0.1}}, "check-items", False),
        ({"questions": [AGE_QUESTION]}, "purposes", False),
        ({"questions": [AGE_QUESTION], "strata": AGE_STRATA}, "catch-all", False),
        (
            {"questions": [AGE_QUESTION], "strata": [{**AGE_STRATA[0], "quota": 1}]},
            "seats",
            False,
        ),
    ],
)
def test_what_is_missing_is_found(parts: dict[str, Any], code: str, is_needed: bool) -> None:
    assert unmet(make_campaign(**parts))[code] is is_needed


def test_what_is_there_is_seen() -> None:
    campaign = make_campaign(
        guideline="Judge.",
        questions=[AGE_QUESTION],
        strata=[{**AGE_STRATA[0], "quota": 2}, {"key": "others", "where": {}, "target": 1}],
        consent={"text": "Yes.", "purposes": [{"key": "demographics"}]},
        entry={"open_to": "links", "check_rate": 0.1},
        about={"summary": "Tone."},
        max_per_annotator=1,
    )
    EntryLink.objects.create(campaign=campaign, name="wave 1", platform="panel")
    check = {"overall": {"preferred": "r1"}}
    import_lines(campaign, [item_line("q1"), item_line("c1", check=check)])
    campaign.refresh_from_db()
    assert unmet(campaign) == {}
    # Two people who may judge one item each cannot judge two items twice.
    import_lines(campaign, [item_line("q2")])
    campaign.refresh_from_db()
    campaign.planned_items = 2
    assert unmet(campaign) == {"seats": False}


def test_rest_and_pages_tell_the_same(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    campaign = make_campaign(slug="tone")
    path = "/api/v1/campaigns/tone/readiness/"
    with django_assert_max_num_queries(11):
        body = api(campaign.owner).get(path).json()
    assert (body["is_ready"], body["checks"][0]["code"]) == (False, "items")
    assert [one["code"] for one in body["checks"] if not one["is_met"]] == list(unmet(campaign))
    client.force_login(campaign.owner)
    for page in ("build/", "open/"):
        html = client.get(f"/research/tone/{page}").content.decode()
        for check in body["checks"]:
            assert check["message"] in html
    assert api(make_user(Role.RESEARCHER)).get(path).status_code == 404
    assert api().get(path).status_code == 401
