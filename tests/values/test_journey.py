"""Audits over REST and on pages: asked for, watched, called off, read, fetched."""

import hashlib
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.enums import JobState
from annotation.models import Campaign
from annotation.services.small_groups import set_least_people
from tests.factories import api
from tests.values.builders import audit_of, corpus, labelled_sample
from values.models import Audit, ValueSample
from values.tasks import resume_stalled_audits, run_audit

pytestmark = pytest.mark.django_db(transaction=True)
HX = {"HX-Request": "true"}


@pytest.fixture
def source() -> Campaign:
    return corpus(40, slug="pairs")


def page_client(campaign: Campaign) -> Client:
    client = Client()
    client.force_login(campaign.owner, backend="accounts.backends.AccountBackend")
    return client


def text(response: Any) -> str:
    return response.content.decode()


def test_the_whole_way_over_rest(source: Campaign, sent_audits: list[int], sent_imports: list[int]):
    client = api(source.owner)
    drawn = client.post(
        "/api/v1/campaigns/pairs/value-samples/", {"size": 12, "people": 3}, format="json"
    )
    assert drawn.status_code == 201
    assert drawn.json()["campaign"] == "pairs-values"
    assert (drawn.json()["size"], len(sent_imports)) == (12, 1)
    assert client.get("/api/v1/campaigns/pairs/value-samples/").json()["results"] == [drawn.json()]
    labels = labelled_sample(source)
    path = "/api/v1/campaigns/pairs/audits/"
    asked = client.post(path, {"labels": labels.slug, "seed": 3}, format="json")
    assert asked.status_code == 202
    audit = asked.json()
    assert (audit["state"], audit["sides"], audit["criterion"]) == ("queued", "metadata", "values")
    assert (audit["results"], audit["files"]) == (None, [])
    assert sent_audits == [audit["id"]]
    run_audit(audit["id"])
    done = client.get(f"/api/v1/audits/{audit['id']}/").json()
    assert (done["state"], done["progress"], done["error"]) == ("done", 100, "")
    assert done["results"]["corpus"]["texts"] == 80
    assert [one["id"] for one in client.get(path).json()["results"]] == [audit["id"]]
    for file in done["files"]:
        got = client.get(file["url"])
        content = b"".join(got.streaming_content)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            file["bytes"],
            file["sha256"],
        )
        assert got["Content-Disposition"].startswith("attachment")
        again = client.get(file["url"], headers={"If-None-Match": got["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    late = client.post(f"/api/v1/audits/{audit['id']}/cancel/")
    assert (late.status_code, late.json()["code"]) == (409, "job-ended")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "labels"),
        ({"labels": "labels", "threshold": 1}, 400, "threshold"),
        ({"labels": "labels", "least_group": 4}, 400, "least_group"),
        ({"labels": "labels", "criterion": "none"}, 422, "criterion"),
        ({"labels": "labels", "preference": "none"}, 422, "preference"),
        ({"labels": "nowhere"}, 404, None),
        ({"labels": "pairs"}, 404, None),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    source: Campaign, body: dict[str, Any], status: int, field: str | None
):
    labelled_sample(source, size=10, people=2)
    refused = api(source.owner).post("/api/v1/campaigns/pairs/audits/", body, format="json")
    assert refused.status_code == status
    assert [one["field"] for one in refused.json().get("errors", [])] == ([field] if field else [])
    assert not Audit.objects.exists()


def test_audits_of_smaller_groups_than_may_be_by_now_are_shown_to_nobody(source: Campaign):
    labels = labelled_sample(source)
    audit = audit_of(source, labels)
    pages, rest = page_client(source), api(source.owner)
    path = f"/api/v1/audits/{audit.pk}/"
    (report,) = (one for one in rest.get(path).json()["files"] if one["name"] == "report.html")
    set_least_people(labels, 6, changed_by=source.owner)
    page = text(pages.get(f"/audits/{audit.pk}/"))
    assert "smaller than its campaigns allow by now" in page
    assert "value-chart" not in page
    told = rest.get(path).json()
    assert (told["state"], told["results"], told["files"]) == ("done", None, [])
    assert rest.get(report["url"]).status_code == 404
    assert pages.get(f"/audits/{audit.pk}/files/report.html").status_code == 404
    again = audit_of(source, labels)
    assert again.parameters["least_group"] == 6
    assert (
        rest.get(f"/api/v1/audits/{again.pk}/").json()["results"]["parameters"]["least_group"] == 6
    )


def test_the_whole_way_on_pages(source: Campaign, sent_audits: list[int]):
    client = page_client(source)
    campaign_page = client.get(reverse("annotation:research-campaign-detail", args=["pairs"]))
    assert 'href="/campaigns/pairs/audits/"' in text(campaign_page)
    assert "Draw a sample" in text(client.get("/campaigns/pairs/audits/"))
    assert "Nobody has labelled texts yet" in text(client.get("/campaigns/pairs/audits/new/"))
    refused = client.post("/campaigns/pairs/audits/sample/", {"size": 3, "people": 5})
    assert refused.status_code == 422
    said = {"size": 12, "people": 3, "sample_seed": 1, "taxonomy": ""}
    made = client.post("/campaigns/pairs/audits/sample/", said)
    sample = ValueSample.objects.get()
    assert made.status_code == 302
    assert sample.campaign.slug in made["Location"]
    labelled_sample(source)
    form = {
        **{"labels": "labels", "sides": "metadata", "threshold": "0.5", "seed": "1"},
        **{"least_people": "3", "least_texts": "10", "least_group": "5"},
    }
    wrong = client.post("/campaigns/pairs/audits/new/", {**form, "least_group": "2"})
    assert wrong.status_code == 422
    # What is left as it is by most stays folded away until something is wrong with it.
    assert '<details class="stack" >' in text(client.get("/campaigns/pairs/audits/new/"))
    for more in ({"folds": "1"}, {"draws": "9"}, {"criterion": "none"}, {"preference": "none"}):
        refused = client.post("/campaigns/pairs/audits/new/", {**form, **more})
        assert refused.status_code == 422
        assert '<details class="stack" open>' in text(refused)
    form |= {"criterion": "values", "preference": "overall", "folds": "4", "draws": "60"}
    asked = client.post("/campaigns/pairs/audits/new/", form)
    assert asked.status_code == 302
    waiting = text(client.get(asked["Location"]))
    assert "Waiting for a worker" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    run_audit(sent_audits[0])
    made_with = Audit.objects.get()
    assert made_with.criterion == "values"
    chosen = {name: made_with.parameters[name] for name in ("preference", "folds", "draws")}
    assert chosen == {"preference": "overall", "folds": 4, "draws": 60}
    part = text(client.get(asked["Location"], headers=HX))
    assert "hx-trigger" not in part
    report = text(client.get(asked["Location"]))
    assert report.count('class="value-chart"') == 2
    assert "100.0 % (100.0 % – 100.0 %)" in report
    assert "Not enough: 0 prompts with it" in report
    assert "predictions-chosen.csv" in report
    fetched = client.get(f"{asked['Location']}files/report.html")
    assert fetched["Content-Disposition"] == 'attachment; filename="report.html"'
    assert "Audit" in text(client.get("/campaigns/pairs/audits/"))


def test_a_queued_audit_is_called_off_at_once(source: Campaign, sent_audits: list[int]):
    labels = labelled_sample(source, size=10, people=2)
    client = page_client(source)
    api(source.owner).post(
        "/api/v1/campaigns/pairs/audits/", {"labels": labels.slug}, format="json"
    )
    page = client.post(f"/audits/{sent_audits[0]}/cancel/", follow=True)
    assert "called off; it left no files" in text(page)
    run_audit(sent_audits[0])
    assert Audit.objects.get().state == JobState.CANCELLED
    again = client.post(f"/audits/{sent_audits[0]}/cancel/", follow=True)
    assert "This audit had ended already." in text(again)


def test_a_silent_audit_is_sent_again(source: Campaign, sent_audits: list[int]):
    labels = labelled_sample(source, size=10, people=2)
    api(source.owner).post(
        "/api/v1/campaigns/pairs/audits/", {"labels": labels.slug}, format="json"
    )
    Audit.objects.update(state=JobState.RUNNING, heartbeat_at="2020-01-01T00:00:00Z")
    resume_stalled_audits()
    assert sent_audits == [sent_audits[0]] * 2


def test_taxonomies_are_brought_on_a_page(source: Campaign):
    client = page_client(source)
    assert "Well-being/Peace" in text(client.get("/taxonomies/"))
    file = io.BytesIO(b"key,label\njoy,Joy\n")
    file.name = "values.csv"
    kept = client.post("/taxonomies/", {"key": "mine", "title": "Mine", "file": file}, follow=True)
    assert "Mine v1 is kept." in text(kept)
    file = io.BytesIO(b"colour\nred\n")
    file.name = "values.csv"
    wrong = client.post("/taxonomies/", {"key": "mine", "title": "Mine", "file": file})
    assert wrong.status_code == 422
    assert "The header must be of" in text(wrong)


def test_pages_and_rest_cost_the_same_whatever_there_is(
    source: Campaign, django_assert_num_queries: Any
):
    labels = labelled_sample(source)
    first = audit_of(source, labels)
    pages, rest = page_client(source), api(source.owner)
    asked = {
        (pages, f"/audits/{first.pk}/"): 3,
        (pages, "/campaigns/pairs/audits/"): 8,
        (pages, "/campaigns/pairs/audits/new/"): 4,
        (rest, "/api/v1/campaigns/pairs/audits/"): 4,
        (rest, f"/api/v1/audits/{first.pk}/"): 3,
    }
    for client, address in asked:
        client.get(address)
    for (client, address), queries in asked.items():
        with django_assert_num_queries(queries):
            client.get(address)
    audit_of(source, labels, seed=2)
    audit_of(source, labels, seed=3)
    labelled_sample(source, size=10, people=2, slug="more")
    for (client, address), queries in asked.items():
        with django_assert_num_queries(queries):
            client.get(address)
