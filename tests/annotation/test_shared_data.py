"""The shared data comes in whole, whichever way it is given: service, page, command and REST.

The ways that are not here are tested with what else they do: `test_hh_rlhf`,
`test_preference_imports`, `test_research_judgment_imports` and `test_judgment_imports` of REST.
"""

import gzip
import io
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client

from annotation import tasks
from annotation.enums import JobState
from annotation.models import Campaign, ImportedAnnotator, ItemImport, Judgment, JudgmentImport
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import import_judgments, request_judgment_import
from tests.factories import api, make_campaign

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data"
HH_RLHF = SHARED / "hh-rlhf/harmless-test.jsonl.gz"
PANDALM = SHARED / "pandalm/testset-v1.json"
UKPCONVARG = SHARED / "ukpconvarg/judgments.jsonl.gz"
COLUMNS = "item_id=pair,annotator_id=annotator,prompt=topic,response_1=a1,response_2=a2"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not here"),
]


@pytest.fixture(autouse=True)
def _worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import runs as soon as it is committed."""
    monkeypatch.setattr(tasks.run_import, "delay", tasks.run_import)
    monkeypatch.setattr(tasks.run_judgment_import, "delay", tasks.run_judgment_import)


def signed_in(campaign: Campaign) -> Client:
    client = Client()
    client.force_login(campaign.owner)
    return client


def uploaded(path: Path, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(path.name, content)


def judged_by_service(campaign: Campaign, path: Path, strength: int, columns: str) -> None:
    job = request_judgment_import(
        campaign,
        content=File(io.BytesIO(path.read_bytes())),
        file_name=path.name,
        purposes=[],
        asserted_by="lab",
        strength=strength,
        columns=columns,
        requested_by=None,
    )
    run_job(JudgmentImport, job.pk, import_judgments)


def judged_by_page(campaign: Campaign, path: Path, strength: int, columns: str) -> None:
    stated = {"strength": str(strength), "columns": columns, "takes_items": "on", "format": "auto"}
    address = f"/research/{campaign.slug}/judgments/import/"
    file = uploaded(path, path.read_bytes())
    assert signed_in(campaign).post(address, {"file": file, **stated}).status_code == 302


def judged_by_rest(campaign: Campaign, path: Path, strength: int, columns: str) -> None:
    stated = urlencode({"strength": strength, "columns": columns})
    address = f"/api/v1/campaigns/{campaign.slug}/judgments/import/?{stated}"
    sent = api(campaign.owner).post(
        address, path.read_bytes(), content_type="application/octet-stream"
    )
    assert sent.status_code == 202


def items_by_page(campaign: Campaign, path: Path, content: bytes) -> None:
    address = f"/research/{campaign.slug}/import/"
    file = uploaded(path, content)
    sent = signed_in(campaign).post(address, {"file": file, "format": "auto"})
    assert sent.status_code == 302


def looked_at(client: Client, campaign: Campaign, path: Path, content: bytes) -> str:
    """Upload as the page's script does; the address where the file can be looked at."""
    sent = client.post(
        f"/research/{campaign.slug}/import/file/?name={path.name}",
        content,
        content_type="application/octet-stream",
    )
    assert sent.status_code == 201
    return str(sent.json()["address"])


def items_by_looking_first(campaign: Campaign, path: Path, content: bytes) -> None:
    client = signed_in(campaign)
    address = looked_at(client, campaign, path, content)
    page = client.get(address)
    assert (page.context["may_go"], len(page.context["items"])) == (True, 5)
    assert client.post(address, {"format": "auto"}).status_code == 302


def judged_by_looking_first(campaign: Campaign, path: Path, strength: int, _columns: str) -> None:
    """The columns are those that the page guesses."""
    client = signed_in(campaign)
    address = looked_at(client, campaign, path, path.read_bytes())
    page = client.get(address, {"take": "judgments"})
    assert (page.context["may_go"], page.context["take"]) == (True, "judgments")
    chosen = {row.parameter: row.field for row in page.context["rows"]}
    body = {**chosen, "take": "judgments", "strength": str(strength)}
    assert client.post(address, body).status_code == 302


def items_by_rest(campaign: Campaign, _path: Path, content: bytes) -> None:
    sent = api(campaign.owner).post(
        f"/api/v1/campaigns/{campaign.slug}/items/", content, content_type="application/x-ndjson"
    )
    assert sent.status_code == 202


def items_by_command(campaign: Campaign, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    call_command("import_items", campaign.slug, str(path))


@pytest.mark.parametrize(
    "bring", [items_by_page, items_by_looking_first, items_by_command, items_by_rest]
)
def test_hh_rlhf_comes_in_whole(bring: Any, tmp_path: Path) -> None:
    campaign = make_campaign()
    bring(campaign, tmp_path / "harmless-test.jsonl", gzip.decompress(HH_RLHF.read_bytes()))
    job = ItemImport.objects.get(campaign=campaign)
    assert (job.state, job.error, job.format) == (JobState.DONE, "", "hh-rlhf")
    assert (job.created_count, campaign.items.count()) == (2312, 2312)


@pytest.mark.parametrize(
    "bring", [items_by_page, items_by_looking_first, items_by_command, items_by_rest]
)
def test_pandalms_items_come_in_whole(bring: Any, tmp_path: Path) -> None:
    campaign = make_campaign()
    bring(campaign, tmp_path / "testset-v1.json", PANDALM.read_bytes())
    job = ItemImport.objects.get(campaign=campaign)
    assert (job.state, job.error, job.format) == (JobState.DONE, "", "pandalm")
    assert (job.created_count, campaign.items.count()) == (999, 999)


@pytest.mark.parametrize("bring", [judged_by_service, judged_by_page, judged_by_looking_first])
def test_pandalms_judgments_come_in_whole(bring: Any) -> None:
    campaign = open_campaign(make_campaign())
    bring(campaign, PANDALM, 1, "")
    assert told(campaign) == (JobState.DONE, "", "pandalm", 2997, 3)
    assert (campaign.items.count(), counted(campaign)) == (999, (2997, 3))


@pytest.mark.parametrize("bring", [judged_by_service, judged_by_looking_first, judged_by_rest])
def test_ukpconvarg_comes_in_whole(bring: Any) -> None:
    with connection.cursor() as cursor:
        # Statistics that know of next to nothing must not make it quadratic.
        cursor.execute("ANALYZE")
    campaign = open_campaign(make_campaign())
    bring(campaign, UKPCONVARG, 2, COLUMNS)
    assert told(campaign) == (JobState.DONE, "", "pairs", 14187, 1763)
    assert (campaign.items.count(), counted(campaign)) == (2845, (14187, 1763))


def told(campaign: Campaign) -> tuple[str, str, str, int, int]:
    job = JudgmentImport.objects.get(campaign=campaign)
    return job.state, job.error, job.format, job.created_count, job.people_count


def counted(campaign: Campaign) -> tuple[int, int]:
    """Judgments, and imported people, of the campaign."""
    judgments = Judgment.objects.filter(campaign=campaign).count()
    return judgments, ImportedAnnotator.objects.filter(campaign=campaign).count()
