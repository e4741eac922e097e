"""Models' answers: held against the items as people's are, and never among people's."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from annotation.enums import JobState
from annotation.errors import Conflict, Unfit
from annotation.models import (
    Assignment,
    Campaign,
    Coverage,
    Judgment,
    ModelJudgment,
    ModelJudgmentImport,
    Seat,
)
from annotation.selectors.model_judgments import machines_of
from annotation.services import model_judgments
from annotation.services.campaigns import close_campaign
from annotation.services.jobs import request_cancel, run_job
from annotation.services.model_judgments import import_model_judgments, request_model_import
from tests.factories import judge, make_campaign, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db(transaction=True)


def answer(item: str = "q1", preferred: str = "r1", **parts: Any) -> dict[str, Any]:
    said = {"overall": {"preferred": preferred, "strength": 1}}
    return {"item_id": item, "model": "judge-7b", "answers": said, **parts}


def requested(
    campaign: Campaign, *lines: dict[str, Any] | bytes, **parts: Any
) -> ModelJudgmentImport:
    text = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    return request_model_import(
        campaign,
        content=File(io.BytesIO(text)),
        file_name="answers.jsonl",
        **{"requested_by": None, **parts},
    )


def ran(job: ModelJudgmentImport) -> ModelJudgmentImport:
    run_job(ModelJudgmentImport, job.pk, import_model_judgments)
    return ModelJudgmentImport.objects.get(pk=job.pk)


def taken(campaign: Campaign, *lines: dict[str, Any] | bytes, **parts: Any) -> ModelJudgmentImport:
    job = ran(requested(campaign, *lines, **parts))
    told = [str(problem) for problem in job.problems.all()]
    assert (job.state, job.error, told) == (JobState.DONE, "", [])
    assert not default_storage.exists(job.stored_name)
    return job


def refused(campaign: Campaign, *lines: dict[str, Any] | bytes, **parts: Any) -> list[str]:
    """What is wrong, by line; nothing of the file stays."""
    before = ModelJudgment.objects.count()
    job = ran(requested(campaign, *lines, **parts))
    assert job.state == JobState.FAILED
    assert ModelJudgment.objects.count() == before
    assert not default_storage.exists(job.stored_name)
    return [str(problem) for problem in job.problems.all()]


def test_an_answer_comes_in_with_everything_that_is_told_of_it():
    campaign = open_with_items(2)
    job = taken(
        campaign,
        answer(
            prompt_version="v2",
            settings={"temperature": 0.7},
            sample=3,
            reason=" Shorter. ",
            confidence=80,
            presented_order=["r2", "r1"],
            acceptable={"r1": True, "r2": False},
            spans=[{"response": "r1", "start": 0, "end": 6}],
            submitted_at="2026-05-01T10:00:00+02:00",
            task_type="pairwise",
            model_judgment_id=7,
        ),
    )
    assert (job.created_count, job.unchanged_count, job.records_read) == (1, 0, 1)
    one = ModelJudgment.objects.get()
    assert (one.campaign, one.item.external_id, one.model_import) == (campaign, "q1", job)
    assert (one.model, one.prompt_version, one.sample) == ("judge-7b", "v2", 3)
    assert one.settings == {"temperature": 0.7}
    assert one.answers == {"overall": {"preferred": "r1", "strength": 1}}
    assert (one.reason, one.confidence) == ("Shorter.", 80.0)
    assert (one.presented_order, one.acceptable) == (["r2", "r1"], {"r1": True, "r2": False})
    assert one.spans == [{"response": "r1", "start": 0, "end": 6}]
    assert one.content_hashes == one.item.content_hashes
    assert one.submitted_at == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_nothing_that_is_about_people_changes():
    campaign = open_with_items(2)
    judge(serve(take_part(campaign)))

    def about_people() -> list[Any]:
        tables = (Judgment, Assignment, Coverage, Seat, User)
        return [list(one.objects.order_by("pk").values()) for one in tables]

    before = about_people()
    taken(campaign, answer(), answer("q2"))
    assert about_people() == before
    assert ModelJudgment.objects.count() == 2


def test_the_file_may_leave_the_model_to_whoever_gives_it():
    campaign = open_with_items(2)
    nameless = {name: part for name, part in answer().items() if name != "model"}
    taken(campaign, nameless, answer("q2"), model="other-3b", prompt_version="v1")
    found = ModelJudgment.objects.order_by("item__external_id")
    assert [(one.model, one.prompt_version) for one in found] == [
        ("other-3b", "v1"),
        ("judge-7b", "v1"),
    ]
    assert refused(campaign, nameless) == [
        "line 1: `model` must be a text that is not empty.",
    ]


def test_the_same_file_again_changes_nothing_and_another_sample_is_another_answer():
    campaign = open_with_items(2)
    lines = [answer(), answer("q2", settings={"a": 1, "b": 2})]
    taken(campaign, *lines)
    again = [lines[0], answer("q2", settings={"b": 2, "a": 1}), answer(sample=2, preferred="r2")]
    job = taken(campaign, *again)
    assert (job.created_count, job.unchanged_count) == (1, 2)
    assert ModelJudgment.objects.count() == 3


def test_an_answer_that_changed_is_refused_with_its_line():
    campaign = open_with_items(2)
    taken(campaign, answer())
    assert refused(campaign, answer("q2"), answer(preferred="r2")) == [
        "line 2: This answer of the model is already in the campaign with other content."
    ]
    assert refused(campaign, answer("q2"), answer("q2"), answer("q2", "r2")) == [
        "line 3: This answer of the model was in the file before with other content."
    ]


def test_repeats_of_a_file_are_found_beyond_a_portion(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_judgments, "RECORDS_AT_ONCE", 1)
    campaign = open_with_items(2)
    job = taken(campaign, answer(), answer("q2"), answer())
    assert (job.created_count, job.unchanged_count, job.records_read) == (2, 1, 3)
    assert refused(campaign, answer(sample=2), answer("q2", sample=2), answer("q2", "r2", sample=2))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (answer("q9"), 'The campaign has no item "q9".'),
        (answer(preferred="r9"), "answers.overall.preferred: "),
        ({**answer(), "answers": {}}, "`answers` must be an object with an answer"),
        ({**answer(), "answers": {"tone": {}}}, "The campaign has no criterion tone."),
        (answer(task_type="ranking"), "It was asked as ranking; this campaign asks pairwise."),
        (answer(presented_order=["r1"]), "`presented_order` does not name the responses"),
        (answer(confidence=101), "confidence: "),
        (answer(settings=[1]), "`settings` must be an object."),
        (answer(settings={"a": "\x00"}), "It holds a NUL character"),
        (answer(settings={"a": "x" * 10_001}), "`settings` must have at most 10000 bytes"),
        (answer(sample=0), "`sample` must be a whole number from 1."),
        (answer(sample=2**40), "`sample` must be a whole number from 1."),
        (answer(reason="a\x00b"), "reason: Must be a text of at most"),
        (answer(other=1), "Unknown field: other."),
        (answer(model="m" * 201), "`model` must be a text of at most 200 characters."),
        (answer(content_hashes={"prompt": "0"}), "The item that was judged had other texts"),
        (b"[1]", "This line is not a JSON object."),
    ],
)
def test_what_does_not_fit_is_refused_as_peoples_judgments_are(line: Any, problem: str):
    told = refused(open_with_items(1), answer(), line)
    assert len(told) == 1
    assert told[0].startswith(f"line 2: {problem}")


@pytest.mark.parametrize("field", ["annotator_id", "annotator_stratum", "profile", "is_repeat"])
def test_a_file_of_peoples_judgments_is_not_taken_for_a_models(field: str):
    assert refused(open_with_items(1), answer(**{field: "ann"})) == [
        f"line 1: A model has no `{field}`: judgments of people are imported apart."
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"item_id;answers\n", b"PK\x03\x04"])
def test_files_that_are_no_table_are_refused(content: bytes):
    assert len(refused(open_with_items(1), content)) == 1


def test_tables_are_read_in_the_other_formats_too():
    campaign = open_with_items(1)
    answers = '"{""overall"": {""outcome"": ""tie""}}"'
    table = f'item_id,model,settings,sample,answers\nq1,judge,"{{""t"": 1}}",2,{answers}\n'
    taken(campaign, table.encode())
    one = ModelJudgment.objects.get()
    assert (one.settings, one.sample) == ({"t": 1}, 2)
    assert one.answers == {"overall": {"outcome": "tie"}}


def test_drafts_take_none_and_closed_campaigns_do():
    with pytest.raises(Conflict):
        requested(make_campaign(), answer())
    campaign = open_with_items(1)
    close_campaign(campaign)
    taken(campaign, answer())


def test_names_that_are_too_long_are_refused_at_their_field():
    with pytest.raises(Unfit) as unfit:
        requested(open_with_items(1), answer(), model="m" * 201, prompt_version="v" * 101)
    assert set(unfit.value.fields) == {"model", "prompt_version"}
    assert not ModelJudgmentImport.objects.exists()


def test_an_import_that_is_called_off_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_judgments, "RECORDS_AT_ONCE", 1)
    campaign = open_with_items(2)
    job = requested(campaign, answer(), answer("q2"))
    take = model_judgments.Intake.take

    def called_off(self: Any, portion: Any) -> None:
        take(self, portion)
        ModelJudgmentImport.objects.using("default").filter(pk=job.pk)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE annotation_modeljudgmentimport SET cancel_requested = true WHERE id = %s",
                [job.pk],
            )
        other.close()

    monkeypatch.setattr(model_judgments.Intake, "take", called_off)
    job = ran(job)
    assert (job.state, ModelJudgment.objects.count()) == (JobState.CANCELLED, 0)
    assert not default_storage.exists(job.stored_name)
    with pytest.raises(Conflict):
        request_cancel(job)


def test_the_database_keeps_answers_as_they_were_given():
    taken(open_with_items(1), answer())
    one = ModelJudgment.objects.get()
    for change in (lambda: one.delete(), lambda: ModelJudgment.objects.update(model="other")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    one.refresh_from_db()
    assert one.model == "judge-7b"


def test_models_are_told_apart_by_prompt_and_settings():
    campaign = open_with_items(2)
    taken(
        campaign,
        answer(),
        answer("q2"),
        answer("q2", sample=2),
        answer(prompt_version="v2"),
        answer(prompt_version="v2", settings={"t": 1}),
    )
    found = machines_of(campaign)
    assert [(one.name, one.judgments, one.items) for one in found] == [
        ("judge-7b", 3, 2),
        ("judge-7b · v2", 1, 1),
        ('judge-7b · v2 · {"t":1}', 1, 1),
    ]
    assert machines_of(open_with_items(1)) == []
