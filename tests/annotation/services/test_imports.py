import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection

from annotation.enums import CampaignStatus, JobState
from annotation.errors import Conflict, Unfit
from annotation.item_formats import ahead, chunks
from annotation.models import (
    Campaign,
    Coverage,
    Item,
    ItemImport,
    Response,
    StagedItem,
    StagedResponse,
)
from annotation.services import imports, staging
from annotation.services.imports import import_items
from annotation.services.jobs import request_cancel, run_job
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    import_bytes,
    import_lines,
    item_line,
    make_campaign,
)

PANDALM = Path(__file__).resolve().parents[3].parent / "shared/data/pandalm/testset-v1.json"
pytestmark = pytest.mark.django_db


def problems(job):
    return [(problem.line, problem.message) for problem in job.problems.all()]


def test_a_file_becomes_items_responses_and_coverage():
    campaign = make_campaign(questions=[AGE_QUESTION], strata=AGE_STRATA)
    job = import_lines(campaign, [item_line("q1"), item_line("q2", metadata={"topic": "t"})])
    assert (job.state, job.created_count, job.unchanged_count, job.percent) == ("done", 2, 0, 100)
    assert list(Item.objects.values_list("external_id", "metadata")) == [
        ("q1", {}),
        ("q2", {"topic": "t"}),
    ]
    assert list(
        Response.objects.order_by("pk").values_list(
            "item__external_id", "external_id", "model", "position"
        )
    ) == [
        ("q1", "r1", "model-1x", 0),
        ("q1", "r2", "model-2x", 1),
        ("q2", "r1", "model-1x", 0),
        ("q2", "r2", "model-2x", 1),
    ]
    cells = Coverage.objects.order_by("item_id", "stratum__position").values_list(
        "item__external_id", "stratum__key", "target"
    )
    assert list(cells) == [
        ("q1", "young", 2),
        ("q1", "old", 1),
        ("q2", "young", 2),
        ("q2", "old", 1),
    ]
    campaign.refresh_from_db()
    assert campaign.planned_items == 2


def test_the_same_file_again_changes_nothing():
    campaign = make_campaign()
    lines = [item_line("q1"), item_line("q2")]
    import_lines(campaign, lines)
    before = list(Item.objects.values())
    job = import_lines(campaign, lines)
    assert (job.state, job.created_count, job.unchanged_count) == ("done", 0, 2)
    assert list(Item.objects.values()) == before
    assert Coverage.objects.count() == 2


def test_a_used_id_with_other_content_is_refused_with_its_line_and_nothing_is_imported():
    campaign = make_campaign()
    import_lines(campaign, [item_line("q1")])
    job = import_lines(campaign, [item_line("q2"), {**item_line("q1"), "prompt": "Other"}])
    assert job.state == JobState.FAILED
    assert job.error == "1 line could not be read. Nothing was imported."
    assert problems(job) == [(2, 'Id "q1" is already in this campaign with other content.')]
    assert list(Item.objects.values_list("external_id", flat=True)) == ["q1"]


def test_an_id_used_twice_in_a_file_is_refused_where_the_content_differs():
    campaign = make_campaign()
    other = {**item_line("q1"), "prompt": "Other"}
    job = import_lines(campaign, [item_line("q1"), item_line("q2"), item_line("q1"), other])
    assert problems(job) == [(4, 'Id "q1" was used on line 1 with other content.')]
    assert not Item.objects.exists()


def test_every_bad_line_is_named_and_nothing_is_half_imported(settings):
    settings.IMPORT_MAX_LINE_BYTES = 1024 * 1024
    campaign = make_campaign()
    good = json.dumps(item_line("q1")).encode()
    one_response = json.dumps(item_line("q2", 1)).encode()
    long_line = b'{"id": "' + b"x" * (20 * 1024 * 1024) + b'"}'
    content = b"\n".join([good, b"{malformed", one_response, long_line, b"\xc3\x28", good])
    job = import_bytes(campaign, content)
    assert job.state == JobState.FAILED
    assert [line for line, _message in problems(job)] == [2, 3, 4, 5]
    messages = [message for _line, message in problems(job)]
    assert messages[0].startswith("This line is not valid JSON: ")
    assert messages[1] == "A pairwise item needs exactly 2 responses, has 1."
    assert messages[2] == "This line is longer than 1 MB, the limit for one."
    assert messages[3].startswith("This line is not valid UTF-8")
    assert not Item.objects.exists()
    assert not StagedItem.objects.exists()
    assert not StagedResponse.objects.exists()
    assert not default_storage.exists(job.stored_name)


def test_a_zip_is_refused_on_its_first_line():
    job = import_bytes(make_campaign(), b"PK\x03\x04 and so on")
    assert problems(job) == [(1, "This file is a ZIP archive; unpack it and give the file inside.")]
    assert job.state == JobState.FAILED


def test_an_empty_file_is_refused():
    assert problems(import_bytes(make_campaign(), b"\n\n")) == [(1, "This file is empty.")]


def test_reading_stops_after_a_thousand_problems(monkeypatch):
    monkeypatch.setattr(chunks, "RECORDS_AT_ONCE", 500)
    job = import_bytes(make_campaign(), b'{"id": 1}\n' * 3000)
    assert job.error == "1000 lines or more could not be read. Nothing was imported."
    assert job.problems.count() == 1000


def test_the_same_id_may_be_used_in_two_campaigns():
    for _ in range(2):
        assert import_lines(make_campaign(), [item_line("q1")]).state == JobState.DONE
    assert Item.objects.filter(external_id="q1").count() == 2


def test_a_closed_campaign_takes_no_items():
    campaign = make_campaign()
    campaign.status = CampaignStatus.CLOSED
    with pytest.raises(Conflict, match="closed campaign"):
        import_lines(campaign, [item_line("q1")])
    assert not ItemImport.objects.exists()


def test_an_unknown_format_is_refused():
    with pytest.raises(Unfit):
        import_bytes(make_campaign(), b"{}", format="docx")


def test_a_cancelled_import_leaves_nothing(monkeypatch):
    campaign = make_campaign()

    def cancel_before_publishing(job):
        request_cancel(job)
        imports.report_progress(job, job.steps_done)

    monkeypatch.setattr(imports, "check_and_publish", cancel_before_publishing)
    job = import_lines(campaign, [item_line("q1")])
    assert job.state == JobState.CANCELLED
    assert not Item.objects.exists()
    assert not StagedItem.objects.exists()
    assert not default_storage.exists(job.stored_name)


@pytest.fixture
def interrupted(monkeypatch):
    """An import of q1 to q5 whose worker stopped after two records, and the ids read since."""
    campaign = make_campaign()
    monkeypatch.setattr(chunks, "RECORDS_AT_ONCE", 2)
    read, lost = [], []
    stage = chunks.copy_lines_of

    def lose_the_database(import_id, raw, task_type):
        read.append(raw.value["id"])
        if raw.value["id"] == "q3" and not lost:
            lost.append(True)
            raise OperationalError("server closed the connection")
        return stage(import_id, raw, task_type)

    monkeypatch.setattr(chunks, "copy_lines_of", lose_the_database)
    lines = [item_line(f"q{number}") for number in range(1, 6)]
    with pytest.raises(OperationalError):
        import_lines(campaign, lines)
    job = ItemImport.objects.get()
    assert (job.state, job.records_read) == (JobState.RUNNING, 2)
    read.clear()
    return job, read


def resume(job):
    run_job(ItemImport, job.pk, import_items)
    job.refresh_from_db()


def test_an_interrupted_import_goes_on_where_it_was(interrupted):
    job, read = interrupted
    resume(job)
    assert (job.state, job.created_count, job.attempts) == (JobState.DONE, 5, 2)
    assert read == ["q3", "q4", "q5"]


def test_an_import_whose_staged_records_are_gone_reads_its_file_again(interrupted):
    job, read = interrupted
    with connection.cursor() as cursor:
        # What PostgreSQL does to unlogged tables after a crash.
        cursor.execute("TRUNCATE annotation_stageditem, annotation_stagedresponse")
    resume(job)
    assert (job.state, job.records_read, job.created_count) == (JobState.DONE, 5, 5)
    assert read == ["q1", "q2", "q3", "q4", "q5"]
    assert Response.objects.count() == 10


def test_problems_found_before_a_database_crash_are_told_once(interrupted):
    job, _read = interrupted
    job.problems.create(line=1, message="found by the first attempt")
    ItemImport.objects.update(error_count=1)
    StagedItem.objects.all().delete()
    resume(job)
    assert (job.state, job.error_count, job.problems.count()) == (JobState.DONE, 0, 0)


def test_records_checked_for_another_task_type_are_checked_again(interrupted):
    job, _read = interrupted
    Campaign.objects.update(task_type="ranking")
    resume(job)
    assert (job.state, job.task_type, job.created_count) == (JobState.DONE, "ranking", 5)


def test_an_import_is_refused_where_the_task_type_was_changed_meanwhile(monkeypatch):
    campaign = make_campaign()
    insert = imports.insert_items

    def change_before_inserting(*arguments):
        Campaign.objects.filter(pk=campaign.pk).update(task_type="ranking")
        insert(*arguments)

    monkeypatch.setattr(imports, "insert_items", change_before_inserting)
    job = import_lines(campaign, [item_line("q1")])
    assert job.state == JobState.FAILED
    assert job.error.startswith("The campaign's task type was changed meanwhile.")
    assert not Item.objects.exists()
    assert not StagedItem.objects.exists()


def test_a_crash_of_the_database_empties_staged_rows_rather_than_slowing_imports():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relpersistence FROM pg_class WHERE relkind = 'r' "
            "AND relname LIKE 'annotation_staged%' ORDER BY relname"
        )
        assert cursor.fetchall() == [
            ("annotation_stageditem", "u"),
            ("annotation_stagedjudgment", "u"),
            ("annotation_stagedperson", "u"),
            ("annotation_stagedresponse", "u"),
        ]


def test_what_a_file_repeats_and_what_the_campaign_has_is_left_out(monkeypatch):
    monkeypatch.setattr(imports, "ITEMS_AT_ONCE", 2)
    campaign = make_campaign()
    import_lines(campaign, [item_line("q1")])
    ids = ["q3", "q1", "q2", "q2", "q3", "q4", "q5"]
    job = import_lines(campaign, [item_line(one) for one in ids])
    assert (job.state, job.created_count, job.unchanged_count) == (JobState.DONE, 4, 3)
    responses = Response.objects.order_by("item", "position")
    assert list(responses.values_list("item__external_id", "external_id")) == [
        (item, response) for item in ("q1", "q3", "q2", "q4", "q5") for response in ("r1", "r2")
    ]
    assert not StagedResponse.objects.exists()


def test_ids_used_for_other_content_are_told_together_with_lines_that_cannot_be_read():
    campaign = make_campaign()
    import_lines(campaign, [item_line("q1")])
    changed = {**item_line("q1"), "prompt": "Other"}
    other = {**item_line("q2"), "prompt": "Other"}
    job = import_lines(campaign, [item_line("q2"), {}, other, changed])
    assert [line for line, _message in problems(job)] == [2, 3, 4]
    assert job.error_count == 3
    assert not StagedItem.objects.exists()


def test_an_import_plans_its_own_items_only():
    campaign = make_campaign()
    import_lines(campaign, [item_line("q1")])
    Coverage.objects.all().delete()
    import_lines(campaign, [item_line("q2"), item_line("q3")])
    planned = Coverage.objects.order_by("item").values_list("item__external_id", flat=True)
    assert list(planned) == ["q2", "q3"]
    campaign.refresh_from_db()
    assert campaign.planned_items == 3


def test_an_import_that_stopped_after_publishing_is_planned_when_resumed(monkeypatch):
    def lose_the_database(*_arguments):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(imports, "plan_span", lose_the_database)
    with pytest.raises(OperationalError):
        import_lines(make_campaign(), [item_line("q1")])
    monkeypatch.undo()
    job = ItemImport.objects.get()
    assert (job.state, Item.objects.count(), Coverage.objects.count()) == (JobState.RUNNING, 1, 0)
    resume(job)
    assert (job.state, Coverage.objects.count()) == (JobState.DONE, 1)


def test_calling_an_import_off_after_it_was_published_comes_too_late(monkeypatch):
    plan = imports.plan_span

    def cancel_and_plan(*arguments):
        request_cancel(ItemImport.objects.get())
        return plan(*arguments)

    monkeypatch.setattr(imports, "plan_span", cancel_and_plan)
    job = import_lines(make_campaign(), [item_line("q1")])
    assert (job.state, job.created_count, Coverage.objects.count()) == (JobState.DONE, 1, 1)


@pytest.fixture
def beside(monkeypatch):
    """Calls these functions, with a cursor of another connection, around each report of publishing.

    Functions named `before` and `after` may be set.
    """
    monkeypatch.setattr(imports, "ITEMS_AT_ONCE", 2)
    real = imports.progress_beside
    calls = {"before": lambda cursor: None, "after": lambda cursor: None}

    @contextmanager
    def watched(job):
        with real(job) as report, closing(connection.copy()) as other:

            def report_watched(done):
                with other.cursor() as cursor:
                    calls["before"](cursor)
                    report(done)
                    calls["after"](cursor)

            yield report_watched

    monkeypatch.setattr(imports, "progress_beside", watched)
    return calls


@pytest.mark.django_db(transaction=True)
def test_others_see_how_far_publishing_is_and_nothing_of_the_items(beside):
    seen = []

    def look(cursor):
        cursor.execute(
            "SELECT steps_done * 300 / steps_total, (SELECT count(*) FROM annotation_item) "
            "FROM annotation_itemimport"
        )
        seen.append(cursor.fetchone())

    beside["after"] = look
    job = import_lines(make_campaign(), [item_line(f"q{number}") for number in range(1, 6)])
    assert job.state == JobState.DONE
    # Of the second of three passes: two items of five, four, all.
    assert seen == [(139, 0), (179, 0), (200, 0)]


@pytest.mark.django_db(transaction=True)
def test_an_import_can_be_called_off_while_it_is_published(beside):
    beside["before"] = lambda cursor: cursor.execute(
        "UPDATE annotation_itemimport SET cancel_requested = true"
    )
    job = import_lines(make_campaign(), [item_line(f"q{number}") for number in range(1, 6)])
    assert job.state == JobState.CANCELLED
    assert not Item.objects.exists()
    assert not StagedItem.objects.exists()
    assert not StagedResponse.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_each_item_once():
    campaign = make_campaign()
    lines = [item_line(f"q{number}") for number in range(50)]

    def bring(_number):
        try:
            return import_lines(campaign, lines)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        jobs = list(pool.map(bring, range(2)))
    assert [job.state for job in jobs] == [JobState.DONE, JobState.DONE]
    assert sorted((job.created_count, job.unchanged_count) for job in jobs) == [(0, 50), (50, 0)]
    assert (Item.objects.count(), Coverage.objects.count()) == (50, 50)


def test_items_come_in_the_order_of_the_file():
    campaign = make_campaign()
    import_lines(campaign, [item_line(item_id) for item_id in ("z", "a", "m")])
    assert list(Item.objects.order_by("pk").values_list("external_id", flat=True)) == [
        "z",
        "a",
        "m",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "tab\tand\nline",
        "\\",
        "\\.",
        "\\N",
        '"quoted"',
        "\\t is no tab",
        "cr\r",
        "\u2028 ü 漢 \U0001f600",
    ],
)
def test_what_copy_would_read_otherwise_is_stored_as_it_is(text):
    campaign = make_campaign()
    line = item_line(f"id {text}", prompt=f"p {text}", language=text[:3], metadata={text: text})
    line["responses"][0] |= {"id": f"r {text}", "text": text, "metadata": {"note": [text]}}
    job = import_lines(campaign, [line])
    assert job.state == JobState.DONE, problems(job)
    item = Item.objects.get()
    assert (item.external_id, item.prompt, item.language, item.metadata) == (
        f"id {text}",
        f"p {text}",
        text[:3],
        {text: text},
    )
    first = item.responses.first()
    assert (first.external_id, first.content, first.metadata) == (
        f"r {text}",
        text,
        {"note": [text]},
    )
    assert item.content_hashes["responses"][first.external_id] == first.content_sha256


def test_long_records_are_staged_in_smaller_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "BYTES_AT_ONCE", 1)
    sizes = []
    stage = staging.stage_chunk

    def note_size(job, chunk):
        sizes.append(chunk.records)
        stage(job, chunk)

    monkeypatch.setattr(staging, "stage_chunk", note_size)
    assert import_lines(make_campaign(), [item_line("q1"), item_line("q2")]).created_count == 2
    assert sizes == [1, 1]


def test_a_long_file_read_by_a_process_of_its_own_gives_the_same_rows(monkeypatch):
    lines = [item_line(f"q{number}") for number in range(1, 4)] + [{"id": "q4"}]
    wrong = import_lines(make_campaign(), lines)
    import_lines(make_campaign(), lines[:3])
    monkeypatch.setattr(staging, "READ_AHEAD_FROM", 1)
    wrong_ahead = import_lines(make_campaign(), lines)
    right_ahead = import_lines(make_campaign(), lines[:3])
    assert problems(wrong_ahead) == problems(wrong) != []
    assert (right_ahead.state, right_ahead.created_count, right_ahead.percent) == ("done", 3, 100)
    contents = [
        list(
            Response.objects.filter(item__campaign=campaign)
            .order_by("item__external_id", "position")
            .values_list("item__external_id", "item__content_sha256", "external_id", "content")
        )
        for campaign in Campaign.objects.filter(items__isnull=False).distinct()
    ]
    assert len(contents) == 2
    assert contents[0] == contents[1]
    assert len(contents[0]) == 6


def test_a_job_goes_on_in_a_long_file_where_it_was(monkeypatch, interrupted):
    job, _read = interrupted
    monkeypatch.setattr(staging, "READ_AHEAD_FROM", 1)
    resume(job)
    assert (job.state, job.records_read, job.created_count) == (JobState.DONE, 5, 5)
    assert list(Item.objects.order_by("pk").values_list("external_id", flat=True)) == [
        "q1",
        "q2",
        "q3",
        "q4",
        "q5",
    ]


def test_a_reader_that_is_killed_fails_the_import_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(staging, "READ_AHEAD_FROM", 1)
    monkeypatch.setattr(ahead, "sys", SimpleNamespace(executable="false"))
    job = import_lines(make_campaign(), [item_line("q1")])
    assert (job.state, Item.objects.count(), StagedItem.objects.count()) == ("failed", 0, 0)


@pytest.mark.skipif(not PANDALM.exists(), reason="the shared data is not here")
def test_the_pandalm_test_set_is_imported_whole():
    campaign = make_campaign()
    job = import_bytes(campaign, PANDALM.read_bytes())
    assert (job.state, job.format, job.created_count) == ("done", "pandalm", 999)
    assert Response.objects.count() == 1998
    assert Response.objects.filter(model="").count() == 0
    first = Item.objects.order_by("pk").first()
    assert first.external_id == "pandalm-0"
    assert "If you have any questions about my rate" in first.prompt
