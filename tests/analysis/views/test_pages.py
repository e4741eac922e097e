"""Analyses as pages: what they say, and by how many queries."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from analysis.models import AnalysisRun
from annotation.enums import JobState
from annotation.models import Campaign
from tests.analysis.builders import finished_run, judged_campaign
from tests.factories import api, make_user, open_with_items

pytestmark = pytest.mark.django_db
VIEW_QUERIES = 9
HOME_QUERIES = 9
REST_QUERIES = 5


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def address(campaign: Campaign, name: str, *parts: object) -> str:
    return reverse(f"analysis:{name}", args=[campaign.slug, *parts])


@pytest.fixture
def campaign() -> Campaign:
    return judged_campaign({"young": 5, "old": 5}, items=1)[0]


def test_the_campaigns_page_leads_here(campaign: Campaign):
    page = signed_in(campaign.owner).get(
        reverse("annotation:research-campaign-detail", args=[campaign.slug])
    )
    assert address(campaign, "home") in page.content.decode()


def test_a_run_is_started_called_off_and_started_again(campaign: Campaign):
    client = signed_in(campaign.owner)
    given = {"bootstraps": "20", "seed": "7", "population": ""}
    sent = client.post(address(campaign, "run-start"), given)
    run = AnalysisRun.objects.get()
    assert sent.url == address(campaign, "run-detail", run.pk)
    assert (run.state, run.parameters["seed"]) == (JobState.QUEUED, 7)
    assert "Waiting for a worker" in client.get(sent.url).content.decode()
    client.post(address(campaign, "run-start"), given)
    assert AnalysisRun.objects.count() == 1
    client.post(address(campaign, "run-cancel", run.pk))
    run.refresh_from_db()
    assert run.state == JobState.CANCELLED
    client.post(address(campaign, "run-start"), {**given, "seed": "-1"})
    assert AnalysisRun.objects.count() == 1


def test_a_view_shows_every_number_with_its_interval(campaign: Campaign):
    run = finished_run(campaign)
    page = signed_in(campaign.owner).get(address(campaign, "view", "distribution"))
    text = page.content.decode()
    assert f"Run {run.pk}" in text
    assert "one clearly better" in text
    assert "Wilson interval" in text
    assert 'class="whisker"' in text
    assert " style=" not in text


def test_the_minimum_hides_what_was_made_under_a_lower_one(campaign: Campaign):
    run = finished_run(campaign)
    client = signed_in(campaign.owner)
    client.post(address(campaign, "rule"), {"least_annotators": "6"})
    page = client.get(address(campaign, "view", "distribution"))
    assert "No run that may be shown" in page.content.decode()
    assert client.get(f"{page.request['PATH_INFO']}?run={run.pk}").status_code == 404
    # Lowering it is for admins.
    client.post(address(campaign, "rule"), {"least_annotators": "2"})
    assert campaign.group_rule.least_people == 6
    signed_in(make_user(Role.ADMIN)).post(address(campaign, "rule"), {"least_annotators": "2"})
    campaign.group_rule.refresh_from_db()
    assert campaign.group_rule.least_people == 2


def test_queries_do_not_grow_with_strata_items_and_runs(django_assert_max_num_queries):
    small, _seats = judged_campaign({"young": 5}, items=1)
    large, _seats = judged_campaign({"young": 5, "old": 5, "other": 5}, items=3)
    for one in (small, large, large, large):
        finished_run(one)
    for one in (small, large):
        client = signed_in(one.owner)
        client.get(address(one, "home"))
        with django_assert_max_num_queries(VIEW_QUERIES):
            client.get(address(one, "view", "distribution"))
        with django_assert_max_num_queries(HOME_QUERIES):
            client.get(address(one, "home"))
        rest = api(one.owner)
        with django_assert_max_num_queries(REST_QUERIES):
            rest.get(f"/api/v1/campaigns/{one.slug}/analysis/")


def test_runs_and_views_over_rest(campaign: Campaign):
    client = api(campaign.owner)
    of = f"/api/v1/campaigns/{campaign.slug}/analysis/"
    assert client.get(f"{of}distribution/").status_code == 404
    sent = client.post(f"{of}runs/", {"views": ["distribution"], "bootstraps": 0}, format="json")
    assert (sent.status_code, sent.json()["state"]) == (202, "queued")
    again = client.post(f"{of}runs/", {}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "run-under-way")
    client.post(f"{of}runs/{sent.json()['id']}/cancel/")
    finished_run(campaign)
    body = client.get(f"{of}distribution/?criterion=overall").json()
    (first, *_rest) = body["tables"][0]["rows"]
    assert set(first) >= {"group", "estimate", "lower", "upper", "n", "annotators", "withheld"}
    assert body["tables"][0]["parameters"]["least_annotators"] == 5
    assert client.get(f"{of}distribution/?criterion=none").status_code == 404
    assert [one["state"] for one in client.get(of).json()["runs"]] == ["done", "cancelled"]
    assert client.put(f"{of}rule/", {"least_annotators": 9}, format="json").status_code == 200
    lowered = client.put(f"{of}rule/", {"least_annotators": 3}, format="json")
    assert lowered.status_code == 403
    unfit = client.put(f"{of}rule/", {"least_annotators": 1}, format="json")
    assert unfit.status_code == 422


def test_populations_over_rest_and_on_the_page(campaign: Campaign):
    client = api(campaign.owner)
    of = f"/api/v1/campaigns/{campaign.slug}/analysis/"
    table = "question,option,share\nage,young,0.5\nage,old,0.5\n"
    sent = client.post(f"{of}populations/", {"name": "US", "table": table}, format="json")
    assert sent.status_code == 201
    pk = sent.json()["id"]
    assert sent.json()["margins"] == [{"question": "age", "shares": {"young": 0.5, "old": 0.5}}]
    home = signed_in(campaign.owner).get(address(campaign, "home")).content.decode()
    assert "Remove US" in home
    unfit = client.post(f"{of}populations/", {"name": "US", "table": "?"}, format="json")
    assert (unfit.status_code, unfit.json()["errors"][0]["field"]) == (422, "file")
    other = open_with_items(1)
    asked = {"population": pk}
    elsewhere = api(other.owner).post(
        f"/api/v1/campaigns/{other.slug}/analysis/runs/", asked, format="json"
    )
    assert elsewhere.status_code == 404
    assert client.delete(f"{of}populations/{pk}/").status_code == 204
    assert client.delete(f"{of}populations/{pk}/").status_code == 404


def test_kinds_of_people_are_a_map_with_tables_and_name_nobody():
    """The young prefer one system three times in four, the old the other."""

    def answer(stratum, _number, assignment):
        usual = assignment.item.external_id != "q4"
        first = usual == (stratum == "young")
        return {"preferred": "r1" if first else "r2", "strength": 1}

    campaign, seats = judged_campaign({"young": 6, "old": 6}, answer=answer, items=8)
    run = finished_run(campaign)
    page = signed_in(campaign.owner).get(address(campaign, "view", "clusters"))
    text = page.content.decode()
    assert "not an identity" in text
    assert 'class="kind-map-kind"' in text
    assert "How much of the kinds goes with who people are" in text
    assert " style=" not in text
    told = text + str(run.result["clusters"])
    for seat in seats["young"] + seats["old"]:
        assert seat.annotator.pseudonym not in told
    kinds = next(one for one in run.result["clusters"]["overall"] if one["key"] == "kinds")
    assert [one["annotators"] for one in kinds["rows"]] == [6, 6]


def test_views_say_what_they_must_not_be_taken_for(campaign: Campaign):
    finished_run(campaign)
    client = signed_in(campaign.owner)
    truth = client.get(address(campaign, "view", "single-truth")).content.decode()
    assert "takes the view of fewer for an error" in truth
    table_first = client.get(address(campaign, "view", "representation")).content.decode()
    assert "as far as the answers in the first table tell" in table_first
    assert "answers above" not in table_first
