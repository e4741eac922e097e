"""Models' answers in datasets: a table of their own, where there are any."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.base import File

from annotation.enums import JobState
from annotation.models import Campaign, ModelJudgment, ModelJudgmentImport
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.model_judgments import import_model_judgments, request_model_import
from exports.services.ledger import record_withdrawal
from exports.services.snapshots import request_reissue
from exports.tables import MODEL_JUDGMENTS
from tests.exports.builders import ITEMS, made, pairwise_campaign, ranking_campaign, snapshot_of
from tests.exports.reading import content_of, plain, rows_in
from tests.factories import import_lines, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = {
    "item_id": "q1",
    "model": "judge-7b",
    "prompt_version": "v1",
    "settings": {"temperature": 0.5},
    "answers": {"overall": {"preferred": "z", "strength": 2}},
    "presented_order": ["a", "z"],
    "reason": "=SUM(1;2) shorter",
    "confidence": 60,
    "submitted_at": "2026-05-01T10:00:00+00:00",
}
OTHER = {"item_id": "q2", "model": "judge-7b", "answers": {"overall": {"outcome": "tie"}}}


def models_answer(campaign: Campaign, *lines: dict[str, Any]) -> ModelJudgmentImport:
    text = "\n".join(map(json.dumps, lines)).encode()
    job = request_model_import(
        campaign, content=File(io.BytesIO(text)), file_name="", requested_by=None
    )
    run_job(ModelJudgmentImport, job.pk, import_model_judgments)
    job.refresh_from_db()
    assert job.state == JobState.DONE, [str(one) for one in job.problems.all()]
    return job


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_answers_leave_in_a_table_of_their_own(format: str):
    built = pairwise_campaign()
    models_answer(built.campaign, ANSWER, OTHER)
    snapshot = snapshot_of(built.campaign, format)
    rows = plain(rows_in(snapshot, "model_judgments"), MODEL_JUDGMENTS, format)
    first, second = ModelJudgment.objects.order_by("pk")
    rows.sort(key=lambda row: row["model_judgment_id"])
    assert rows[0] == {
        "model_judgment_id": first.pk,
        "item_id": "q1",
        "model": "judge-7b",
        "prompt_version": "v1",
        "settings": {"temperature": 0.5},
        "sample": 1,
        "task_type": "pairwise",
        "presented_order": ["a", "z"],
        "answers": {"overall": {"preferred": "z", "strength": 2}},
        "reason": "=SUM(1;2) shorter",
        "confidence": 60.0,
        "acceptable": None,
        "spans": None,
        "content_hashes": first.content_hashes,
        "submitted_at": first.submitted_at,
        "imported_at": first.created_at,
        "software_version": first.software_version,
        "campaign": built.campaign.slug,
    }
    assert rows[1]["model_judgment_id"] == second.pk
    assert rows[1]["prompt_version"] is None
    assert rows[1]["presented_order"] in ([], None)
    for table in ("judgments", "comparisons", "assignments", "annotators"):
        assert "judge-7b" not in str(rows_in(snapshot, table))
    assert len(rows_in(snapshot, "judgments")) == 4


def test_the_documents_tell_of_them():
    built = pairwise_campaign()
    models_answer(built.campaign, ANSWER)
    snapshot = snapshot_of(built.campaign)
    card = content_of(snapshot, "README.md").decode()
    assert "config_name: model_judgments" in card
    assert "Model output: what models answered" in card
    lines = list(csv.DictReader(io.StringIO(content_of(snapshot, "data_dictionary.csv").decode())))
    columns = [line["column"] for line in lines if line["table"] == "model_judgments"]
    assert columns == MODEL_JUDGMENTS.header
    croissant = json.loads(content_of(snapshot, "croissant.json"))
    sets = {one["@id"]: one for one in croissant["recordSet"]}
    assert sets["model_judgments"]["key"] == [{"@id": "model_judgments/model_judgment_id"}]


def test_without_any_there_is_no_table_and_no_word_of_it():
    snapshot = snapshot_of(pairwise_campaign().campaign)
    names = list(snapshot.files.values_list("name", flat=True))
    assert not any("model_judgments" in name for name in names)
    for name in ("README.md", "data_dictionary.csv", "croissant.json", "MANIFEST.json"):
        assert "model_judgments" not in content_of(snapshot, name).decode()


def test_the_same_moment_gives_the_same_bytes_though_more_answers_came():
    built = pairwise_campaign()
    models_answer(built.campaign, ANSWER)
    first = snapshot_of(built.campaign, "jsonl")
    models_answer(built.campaign, OTHER)
    again = snapshot_of(built.campaign, "jsonl")
    name = "model_judgments.jsonl.gz"
    assert len(rows_in(first, "model_judgments")) == 1
    assert len(rows_in(again, "model_judgments")) == 2
    assert content_of(first, name) != content_of(again, name)


def test_a_dataset_made_again_after_a_withdrawal_keeps_them():
    built = pairwise_campaign()
    models_answer(built.campaign, ANSWER)
    first = snapshot_of(built.campaign)
    record_withdrawal(built.annotator("ada").pk)
    again = made(request_reissue(first, requested_by=built.campaign.owner))
    assert again.state == JobState.DONE, again.error
    assert rows_in(again, "model_judgments") == rows_in(first, "model_judgments")
    bare = ranking_campaign()
    before = snapshot_of(bare.campaign)
    record_withdrawal(bare.annotator("dee").pk)
    after = made(request_reissue(before, requested_by=bare.campaign.owner))
    assert after.state == JobState.DONE, after.error
    assert not after.files.filter(table="model_judgments").exists()


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_what_was_exported_can_be_imported_elsewhere(format: str):
    built = pairwise_campaign()
    models_answer(built.campaign, ANSWER, OTHER)
    snapshot = snapshot_of(built.campaign, format)
    elsewhere = make_campaign()
    import_lines(elsewhere, ITEMS)
    elsewhere = open_campaign(elsewhere)
    for file in snapshot.files.filter(table="model_judgments"):
        job = request_model_import(
            elsewhere,
            content=File(io.BytesIO(content_of(snapshot, file.name))),
            file_name=file.name,
            requested_by=None,
        )
        run_job(ModelJudgmentImport, job.pk, import_model_judgments)
        job.refresh_from_db()
        assert job.state == JobState.DONE, [str(one) for one in job.problems.all()]

    def said(campaign: Campaign) -> list[tuple[Any, ...]]:
        names = ("item__external_id", "model", "prompt_version", "settings", "sample", "answers")
        rest = ("reason", "confidence", "presented_order", "submitted_at", "key", "sha256")
        return sorted(campaign.model_judgments.values_list(*names, *rest), key=str)

    assert said(elsewhere) == said(built.campaign)
