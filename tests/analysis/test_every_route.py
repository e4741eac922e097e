"""Every route of analysis, taken from the addresses: who may see it, and what nobody sees."""

import json
import re

import pytest
from django.test import Client
from django.urls import URLPattern

from accounts.enums import Role
from accounts.models import User
from analysis import urls as pages
from analysis.api import urls as rest
from analysis.enums import View
from analysis.models import AnalysisRun, Population
from annotation.models import GroupRule
from tests.analysis.builders import finished_run, judged_campaign
from tests.factories import api, make_user, open_with_items, take_part

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete")


def addresses(patterns: list[URLPattern], prefix: str, run: AnalysisRun) -> list[str]:
    known = {
        "<slug:slug>": [run.campaign.slug],
        "<int:pk>": [str(run.pk)],
        "<slug:view>": View.values,
        "<str:extension>": ["csv", "json"],
    }
    found = []
    for pattern in patterns:
        routes = [f"{prefix}{pattern.pattern}"]
        for part, values in known.items():
            routes = [
                route.replace(part, value)
                for route in routes
                for value in (values if part in route else [""])
            ]
        assert not any("<" in route for route in routes), f"{routes}: say what this part is"
        found += routes
    return found


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def test_strangers_find_nothing():
    campaign, seats = judged_campaign({"young": 1, "old": 1}, items=1)
    run = finished_run(campaign)
    elsewhere = open_with_items(1)
    strangers = [
        make_user(Role.RESEARCHER),
        seats["young"][0].annotator.user,
        take_part(elsewhere).annotator.user,
    ]
    over_rest = addresses(rest.urlpatterns, "/api/v1/", run)
    on_pages = addresses(pages.urlpatterns, "/", run)
    for person in strangers:
        client, browser = api(person), signed_in(person)
        for address in over_rest:
            said = {getattr(client, method)(address).status_code for method in METHODS}
            assert said - {405} == {404}, (person.role, address)
        for address in on_pages:
            said = {getattr(browser, method)(address).status_code for method in METHODS}
            assert said - {405} == {404}, (person.role, address)
    for address in over_rest:
        assert {api().get(address).status_code, api().post(address).status_code} == {401}
    for address in on_pages:
        assert {Client().get(address).status_code, Client().post(address).status_code} == {302}
    assert AnalysisRun.objects.count() == 1
    assert not GroupRule.objects.exists()
    assert not Population.objects.exists()


def test_owners_and_admins_find_everything():
    campaign, _seats = judged_campaign({"young": 5, "old": 5}, items=1)
    run = finished_run(campaign)
    for person in (campaign.owner, make_user(Role.ADMIN)):
        for address in addresses(pages.urlpatterns, "/", run):
            assert signed_in(person).get(address).status_code in (200, 405), address
        for address in addresses(rest.urlpatterns, "/api/v1/", run):
            assert api(person).get(address).status_code in (200, 405), address


def test_small_groups_appear_nowhere():
    """Two people whose answer nobody else gives: no route says anything of it."""

    def answer(stratum, _number, _assignment):
        if stratum == "other":
            return {"outcome": "depends"}
        return {"preferred": "r1" if stratum == "young" else "r2", "strength": 2}

    campaign, _seats = judged_campaign({"young": 7, "old": 6, "other": 2}, answer=answer)
    run = finished_run(campaign)
    hidden = {"other", "old"}
    for rows in rows_of(run.result):
        for row in rows:
            group = set(map(str, row["group"].values()))
            if group & hidden:
                assert row["withheld"], row
                assert {
                    value for key, value in row.items() if key not in ("group", "withheld")
                } == {None}
    browser, client = signed_in(campaign.owner), api(campaign.owner)
    told = [
        *(browser.get(one) for one in addresses(pages.urlpatterns, "/", run)),
        *(client.get(one) for one in addresses(rest.urlpatterns, "/api/v1/", run)),
    ]
    shown = [answer.content.decode() for answer in told if answer.status_code == 200]
    assert len(shown) > 10
    for text in shown:
        assert "other says" not in text
        # A line about a hidden group has no number in it.
        for line in re.findall(r"<tr[^>]*>.*?</tr>", text, re.DOTALL):
            cells = re.findall(r"<t[dh][^>]*>([^<]*)<", line)
            if hidden & {one.strip() for one in cells}:
                assert "not shown" in line
                assert "<svg" not in line


def rows_of(result):
    """Every list of rows anywhere in what a run keeps."""
    if isinstance(result, dict):
        if "rows" in result:
            yield result["rows"]
        for value in result.values():
            yield from rows_of(value)
    elif isinstance(result, list):
        for value in result:
            yield from rows_of(value)


def test_views_are_files_too():
    campaign, _seats = judged_campaign({"young": 5, "old": 5}, items=1)
    run = finished_run(campaign)
    browser = signed_in(campaign.owner)
    address = f"/campaigns/{campaign.slug}/analysis/distribution/file"
    table = browser.get(f"{address}.csv").content.decode()
    assert table.splitlines()[0].startswith("campaign,view,criterion,table,stratum,answer,measure")
    assert "Wilson interval" in table
    body = json.loads(browser.get(f"{address}.json").content)
    assert body["run"]["id"] == run.pk
    over_rest = api(campaign.owner).get(f"/api/v1/campaigns/{campaign.slug}/analysis/distribution/")
    assert over_rest.json()["tables"] == body["tables"]
    assert browser.get(f"{address}.exe").status_code == 404
