"""Giving a file of items by the page, and watching the import."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotation import tasks
from annotation.enums import JobState
from annotation.models import Campaign, ItemImport
from annotation.services.campaigns import close_campaign, open_campaign
from annotation.services.imports import import_items
from annotation.services.jobs import run_job
from tests.factories import import_bytes, item_line, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(client: Client) -> Campaign:
    campaign = make_campaign()
    client.force_login(campaign.owner)
    return campaign


def upload(client: Client, campaign: Campaign, content: bytes, **data: str) -> Any:
    file = SimpleUploadedFile("my items.jsonl", content)
    data = {"format": "auto", **data}
    return client.post(f"/research/{campaign.slug}/import/", {"file": file, **data})


def lines(*item_ids: str) -> bytes:
    return "\n".join(json.dumps(item_line(item_id)) for item_id in item_ids).encode()


def test_upload_keeps_the_file_and_sends_the_job_once_it_is_committed(
    client: Client,
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(tasks.run_import, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(client, campaign, lines("q1", "q2"))

    job = ItemImport.objects.get()
    assert response["Location"] == f"/research/imports/{job.pk}/"
    assert sent == [job.pk]
    assert (job.campaign, job.created_by, job.state) == (campaign, campaign.owner, "queued")
    assert (job.file_name, job.format) == ("my items.jsonl", "auto")

    run_job(ItemImport, job.pk, import_items)
    assert list(campaign.items.values_list("external_id", flat=True)) == ["q1", "q2"]


def test_upload_without_a_file_says_so(client: Client, campaign: Campaign) -> None:
    response = client.post(f"/research/{campaign.slug}/import/", {"format": "auto"})
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()
    assert ItemImport.objects.count() == 0


def test_upload_of_an_empty_or_too_large_file_says_so(
    client: Client, campaign: Campaign, settings: Any
) -> None:
    assert "This file is empty." in upload(client, campaign, b"").content.decode()
    settings.IMPORT_MAX_FILE_BYTES = 10
    assert "larger than" in upload(client, campaign, lines("q1")).content.decode()
    assert ItemImport.objects.count() == 0


def test_upload_in_an_unknown_format_says_so(client: Client, campaign: Campaign) -> None:
    response = upload(client, campaign, lines("q1"), format="xml")
    assert list(response.context["import_form"].errors) == ["format"]


def test_closed_campaign_takes_no_file(client: Client, campaign: Campaign) -> None:
    close_campaign(open_campaign(campaign))
    page = client.get(f"/research/{campaign.slug}/import/").content.decode()
    assert 'type="file"' not in page
    assert upload(client, campaign, lines("q1")).status_code == 409
    assert ItemImport.objects.count() == 0


def test_page_of_a_finished_import_counts_and_stops_asking(
    client: Client, campaign: Campaign
) -> None:
    import_bytes(campaign, lines("q1"))
    job = import_bytes(campaign, lines("q1", "q2"))
    page = client.get(f"/research/imports/{job.pk}/").content.decode()
    assert "1 new item is in the campaign." in page
    assert "hx-trigger" not in page


def test_page_of_a_failed_import_names_each_line(client: Client, campaign: Campaign) -> None:
    job = import_bytes(campaign, lines("q1") + b"\nnot json\n{}")
    assert job.state == JobState.FAILED
    page = client.get(f"/research/imports/{job.pk}/").content.decode()
    assert "Nothing was imported; mend what is listed below and give the file again." in page
    assert '<th scope="row" class="num">2</th>' in page
    assert '<th scope="row" class="num">3</th>' in page


def test_progress_is_asked_for_each_second_until_it_ends(
    client: Client, campaign: Campaign
) -> None:
    upload(client, campaign, lines("q1"))
    job = ItemImport.objects.get()
    address = f"/research/imports/{job.pk}/"
    assert 'hx-trigger="every 1s"' in client.get(address).content.decode()

    headers = {"HX-Request": "true"}
    part = client.get(f"{address}?seen=queued", headers=headers).content.decode()
    assert "<html" not in part
    assert "state-spoken" not in part

    run_job(ItemImport, job.pk, import_items)
    part = client.get(f"{address}?seen=queued", headers=headers).content.decode()
    assert "hx-trigger" not in part
    # What screen readers are told: once, because the state is another.
    assert part.count('hx-swap-oob="innerHTML:#state-spoken"') == 1
    assert "Import: done" in part


def test_cancel_calls_a_waiting_import_off(client: Client, campaign: Campaign) -> None:
    upload(client, campaign, lines("q1"))
    job = ItemImport.objects.get()
    address = f"/research/imports/{job.pk}/"
    assert client.get(f"{address}cancel/").status_code == 405
    page = client.post(f"{address}cancel/", follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert "Cancelled. Nothing was imported" in page


def test_cancel_after_the_end_shows_how_it_ended(client: Client, campaign: Campaign) -> None:
    job = import_bytes(campaign, lines("q1"))
    page = client.post(f"/research/imports/{job.pk}/cancel/", follow=True).content.decode()
    assert "1 new item is in the campaign." in page
