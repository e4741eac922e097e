"""Giving a file of judgments by the page, and watching the import."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotation import tasks
from annotation.enums import JobState
from annotation.models import Campaign, ImportedAnnotator, Judgment, JudgmentImport
from annotation.services.campaigns import close_campaign, open_campaign
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import import_judgments
from tests.factories import make_campaign, open_with_items

pytestmark = pytest.mark.django_db(transaction=True)

CONSENT = {
    "text": "We publish.",
    "purposes": [
        {"key": "research", "label": "Research on language", "required": True},
        {"key": "teaching", "label": "Teaching", "required": False},
    ],
}
SHARED = Path(__file__).resolve().parents[3].parent / "shared/data"
UKPCONVARG = SHARED / "ukpconvarg/judgments.jsonl.gz"
COLUMNS = "item_id=pair\nannotator_id=annotator\nprompt=topic\nresponse_1=a1\nresponse_2=a2"


@pytest.fixture
def campaign(client: Client) -> Campaign:
    campaign = open_with_items(2, consent=CONSENT)
    client.force_login(campaign.owner)
    return campaign


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was sent to the workers, who do nothing of it."""
    sent: list[int] = []
    monkeypatch.setattr(tasks.run_judgment_import, "delay", sent.append)
    return sent


def line(item: str = "q1", annotator: str = "ann") -> bytes:
    answers = {"overall": {"outcome": "tie"}}
    return json.dumps({"item_id": item, "annotator_id": annotator, "answers": answers}).encode()


def upload(client: Client, campaign: Campaign, content: bytes, **data: Any) -> Any:
    file = SimpleUploadedFile("pilot.jsonl", content)
    data = {"format": "auto", "purposes": ["research"], "takes_items": "on", **data}
    return client.post(f"/research/{campaign.slug}/judgments/import/", {"file": file, **data})


def ran(client: Client, campaign: Campaign, content: bytes, **data: Any) -> JudgmentImport:
    assert upload(client, campaign, content, **data).status_code == 302
    job = JudgmentImport.objects.latest("pk")
    run_job(JudgmentImport, job.pk, import_judgments)
    return JudgmentImport.objects.get(pk=job.pk)


def test_upload_keeps_what_was_stated_and_sends_the_job(
    client: Client, campaign: Campaign, sent: list[int]
) -> None:
    response = upload(
        client, campaign, line(), purposes=["research", "teaching"], basis="Form", source="pilot"
    )
    job = JudgmentImport.objects.get()
    assert response["Location"] == f"/research/judgment-imports/{job.pk}/"
    assert sent == [job.pk]
    assert (job.file_name, job.format, job.source) == ("pilot.jsonl", "auto", "pilot")
    assert (job.purposes, job.basis) == (["research", "teaching"], "Form")
    assert (job.asserted_by, job.created_by) == (campaign.owner.email, campaign.owner)
    assert job.takes_items
    page = client.get(response["Location"]).content.decode()
    assert "Nobody consented here." in page
    assert "<p>“Research on language”</p><p>“Teaching”</p>" in page


def test_the_form_names_each_purpose_and_that_nobody_consented(
    client: Client, campaign: Campaign
) -> None:
    page = client.get(f"/research/{campaign.slug}/judgments/import/").content.decode()
    assert "Nobody consented here, and nobody can agree for others." in page
    assert "Research on language" in page
    assert "checked" not in page.partition("<fieldset")[2].partition("</fieldset>")[0]
    assert (
        f'href="/research/{campaign.slug}/judgments/import/"'
        in client.get(f"/research/{campaign.slug}/judgments/").content.decode()
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"purposes": []}, "purposes"),
        ({"purposes": ["teaching"]}, "purposes"),
        ({"purposes": ["sale"]}, "purposes"),
        ({"format": "xml"}, "format"),
        ({"strength": "3"}, "strength"),
        ({"columns": "pear=a"}, "columns"),
        ({"source": "s" * 61}, "source"),
        ({"basis": "b" * 2001}, "basis"),
    ],
)
def test_what_cannot_be_stated_is_told_at_its_field_and_nothing_kept(
    client: Client, campaign: Campaign, data: dict[str, Any], field: str
) -> None:
    response = upload(client, campaign, line(), **data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not JudgmentImport.objects.exists()


def test_a_missing_an_empty_and_a_too_large_file_are_told(
    client: Client, campaign: Campaign, settings: Any
) -> None:
    address = f"/research/{campaign.slug}/judgments/import/"
    assert "Choose a file." in client.post(address, {"format": "auto"}).content.decode()
    assert "This file is empty." in upload(client, campaign, b"").content.decode()
    settings.IMPORT_MAX_FILE_BYTES = 10
    assert "larger than" in upload(client, campaign, line()).content.decode()


def test_neither_a_draft_nor_a_closed_campaign_takes_a_file(
    client: Client, campaign: Campaign
) -> None:
    close_campaign(campaign)
    draft = make_campaign(campaign.owner, consent=CONSENT)
    for one in (campaign, draft):
        address = f"/research/{one.slug}/judgments/"
        assert 'type="file"' not in client.get(f"{address}import/").content.decode()
        assert f"{address}import/" not in client.get(address).content.decode()
        assert upload(client, one, line()).status_code == 409
    assert not JudgmentImport.objects.exists()


def test_a_finished_import_counts_and_stops_asking(client: Client, campaign: Campaign) -> None:
    job = ran(client, campaign, line() + b"\n" + line("q2"))
    page = client.get(f"/research/judgment-imports/{job.pk}/").content.decode()
    assert "2 judgments were imported." in page
    assert "hx-trigger" not in page
    judgments = client.get(f"/research/{campaign.slug}/judgments/").content.decode()
    assert judgments.count('<span class="badge">imported</span>') == 2
    form = client.get(f"/research/{campaign.slug}/judgments/import/").content.decode()
    assert f'href="/research/judgment-imports/{job.pk}/"' in form


def test_a_failed_import_names_each_line(client: Client, campaign: Campaign) -> None:
    job = ran(client, campaign, line() + b"\n" + line("q8") + b"\n" + line("q9"))
    assert job.state == JobState.FAILED
    page = client.get(f"/research/judgment-imports/{job.pk}/").content.decode()
    assert "No judgment was imported; mend what is listed below and give the file again." in page
    assert '<th scope="row" class="num">2</th>' in page
    assert '<th scope="row" class="num">3</th>' in page
    assert not Judgment.objects.exists()


def test_progress_is_asked_for_until_it_ends_and_told_once(
    client: Client, campaign: Campaign
) -> None:
    upload(client, campaign, line())
    job = JudgmentImport.objects.get()
    address = f"/research/judgment-imports/{job.pk}/"
    assert 'hx-trigger="every 1s"' in client.get(address).content.decode()
    headers = {"HX-Request": "true"}
    part = client.get(f"{address}?seen=queued", headers=headers).content.decode()
    assert "<html" not in part
    assert "state-spoken" not in part
    run_job(JudgmentImport, job.pk, import_judgments)
    part = client.get(f"{address}?seen=queued", headers=headers).content.decode()
    assert "hx-trigger" not in part
    assert part.count('hx-swap-oob="innerHTML:#state-spoken"') == 1
    assert "Import: done" in part


def test_a_waiting_import_is_called_off_and_an_ended_one_is_not(
    client: Client, campaign: Campaign
) -> None:
    upload(client, campaign, line())
    job = JudgmentImport.objects.get()
    address = f"/research/judgment-imports/{job.pk}/cancel/"
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True).content.decode()
    assert "Cancelled. No judgment was imported" in page
    assert "Cancelled." in client.post(address, follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_the_pages_need_few_queries(
    client: Client, campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    job = ran(client, campaign, line())
    with django_assert_max_num_queries(8):
        client.get(f"/research/judgment-imports/{job.pk}/")
    with django_assert_max_num_queries(8):
        client.get(f"/research/{campaign.slug}/judgments/import/")


@pytest.mark.skipif(not UKPCONVARG.exists(), reason="the shared data is not here")
def test_ukpconvarg_comes_in_whole(client: Client) -> None:
    campaign = open_campaign(make_campaign())
    client.force_login(campaign.owner)
    content = UKPCONVARG.read_bytes()
    job = ran(client, campaign, content, purposes=[], columns=COLUMNS, strength="1")
    assert (job.state, job.created_count, job.people_count) == (JobState.DONE, 14187, 1763)
    assert (campaign.items.count(), ImportedAnnotator.objects.count()) == (2845, 1763)
