"""Models' answers over REST and by the command: giving a file, watching it, reading what came."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from annotation.models import Judgment, ModelJudgment, ModelJudgmentImport
from annotation.services.jobs import run_job
from annotation.services.model_judgments import import_model_judgments
from tests.factories import api, make_campaign, make_user, open_with_items

pytestmark = pytest.mark.django_db(transaction=True)

LINE = {
    "item_id": "q1",
    "answers": {"overall": {"preferred": "r2", "strength": 2}},
    "settings": {"temperature": 0},
}


def test_a_file_is_sent_watched_and_read():
    owner = make_user(Role.RESEARCHER)
    campaign = open_with_items(2, owner=owner)
    client = api(owner)
    path = f"/api/v1/campaigns/{campaign.slug}/model-judgments/"
    sent = client.post(
        f"{path}?model=judge-7b&prompt_version=v1&name=answers.jsonl",
        json.dumps(LINE).encode(),
        content_type="application/x-ndjson",
    )
    assert sent.status_code == 202, sent.content
    body = sent.json()
    assert (body["campaign"], body["state"], body["file"]) == (
        campaign.slug,
        "queued",
        "answers.jsonl",
    )
    run_job(ModelJudgmentImport, body["id"], import_model_judgments)
    done = client.get(f"/api/v1/model-imports/{body['id']}/").json()
    assert (done["state"], done["progress"], done["created"], done["read"]) == ("done", 100, 1, 1)
    page = client.get(path).json()
    assert page["next"] is None
    (one,) = page["results"]
    stored = ModelJudgment.objects.get()
    assert one == {
        "model_judgment_id": stored.pk,
        "item_id": "q1",
        "model": "judge-7b",
        "prompt_version": "v1",
        "settings": {"temperature": 0},
        "sample": 1,
        "task_type": "pairwise",
        "presented_order": [],
        "answers": {"overall": {"preferred": "r2", "strength": 2}},
        "acceptable": None,
        "spans": None,
        "reason": "",
        "confidence": None,
        "submitted_at": None,
        "imported_at": stored.created_at.isoformat().replace("+00:00", "Z"),
    }
    judgments = client.get(f"/api/v1/campaigns/{campaign.slug}/judgments/").json()
    assert judgments["results"] == []
    assert not Judgment.objects.exists()


def test_pages_of_answers_take_as_many_queries_whatever_their_number(django_assert_max_num_queries):
    owner = make_user(Role.RESEARCHER)
    campaign = open_with_items(3, owner=owner)
    client = api(owner)
    path = f"/api/v1/campaigns/{campaign.slug}/model-judgments/"
    counts = []
    for item in ("q1", "q2", "q3"):
        line = json.dumps({**LINE, "item_id": item, "model": "m"}).encode()
        job = client.post(path, line, content_type="application/x-ndjson").json()["id"]
        run_job(ModelJudgmentImport, job, import_model_judgments)
        with django_assert_max_num_queries(20) as asked:
            assert len(client.get(path).json()["results"]) == len(counts) + 1
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]


def test_errors_are_told_by_line():
    owner = make_user(Role.RESEARCHER)
    campaign = open_with_items(1, owner=owner)
    client = api(owner)
    path = f"/api/v1/campaigns/{campaign.slug}/model-judgments/"
    sent = client.post(path, json.dumps(LINE).encode(), content_type="application/x-ndjson").json()
    run_job(ModelJudgmentImport, sent["id"], import_model_judgments)
    found = client.get(f"/api/v1/model-imports/{sent['id']}/").json()
    assert (found["state"], found["errors_total"]) == ("failed", 1)
    assert found["errors"] == [{"line": 1, "message": "`model` must be a text that is not empty."}]
    assert found["error"] == "1 line could not be taken. No answer of a model was imported."


def test_a_draft_is_refused_and_an_import_can_be_called_off():
    owner = make_user(Role.RESEARCHER)
    client = api(owner)
    draft = make_campaign(owner)
    path = f"/api/v1/campaigns/{draft.slug}/model-judgments/"
    assert client.post(path, b"{}", content_type="application/x-ndjson").status_code == 409
    job = ModelJudgmentImport.objects.create(campaign=open_with_items(1, owner=owner))
    off = client.post(f"/api/v1/model-imports/{job.pk}/cancel/")
    assert (off.status_code, off.json()["state"]) == (202, "cancelled")
    assert client.post(f"/api/v1/model-imports/{job.pk}/cancel/").status_code == 409


def test_the_command_imports_and_tells_what_is_wrong(tmp_path: Path):
    campaign = open_with_items(1)
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps(LINE))
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 line could not be taken"):
        call_command("import_model_judgments", campaign.slug, file, stdout=out, stderr=err)
    assert err.getvalue() == "line 1: `model` must be a text that is not empty.\n"
    call_command(
        "import_model_judgments", campaign.slug, file, "--model", "judge-7b", stdout=out, stderr=err
    )
    assert (
        out.getvalue() == f"{campaign.slug}: 1 answers of models imported, 0 were there already.\n"
    )
    with pytest.raises(CommandError, match="There is no campaign 'none'"):
        call_command("import_model_judgments", "none", file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_model_judgments", campaign.slug, tmp_path / "nothing")
    with pytest.raises(CommandError, match="model: Must have at most 200 characters"):
        call_command("import_model_judgments", campaign.slug, file, "--model", "m" * 201)
