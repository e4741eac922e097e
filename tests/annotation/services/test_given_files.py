"""Files that are looked at before they are imported: kept once, handed on, thrown away."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotation.enums import JobState
from annotation.errors import Conflict, Unfit
from annotation.models import Campaign, GivenFile, ItemImport, JudgmentImport
from annotation.services.campaigns import close_campaign, open_campaign
from annotation.services.given_files import (
    discard_abandoned_files,
    discard_given_file,
    give_file,
)
from annotation.services.imports import import_items, request_import
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import request_judgment_import
from tests.annotation.item_formats.samples import OWN, PAIR_COLUMNS, TABLES, lines_of
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


def given(campaign: Campaign, content: bytes = b"{}", name: str = "items.jsonl") -> GivenFile:
    file = File(io.BytesIO(content))
    return give_file(campaign, content=file, file_name=name, given_by=campaign.owner)


def stored_files(campaign: Campaign) -> list[str]:
    try:
        return default_storage.listdir(f"imports/{campaign.pk}")[1]
    except FileNotFoundError:
        return []


def request(campaign: Campaign, content: Any, **parts: Any) -> ItemImport:
    return request_import(
        campaign, content=content, file_name="items", requested_by=campaign.owner, **parts
    )


def imported(campaign: Campaign, content: bytes, columns: Any) -> ItemImport:
    job = request(campaign, File(io.BytesIO(content)), columns=columns)
    run_job(ItemImport, job.pk, import_items)
    job.refresh_from_db()
    return job


def test_a_file_is_kept_once_and_its_import_takes_it_over(campaign: Campaign) -> None:
    content = lines_of(*OWN)
    file = given(campaign, content)
    assert (file.size, file.file_name, file.created_by) == (
        len(content),
        "items.jsonl",
        campaign.owner,
    )
    (name,) = stored_files(campaign)
    job = request(campaign, file)
    assert job.stored_name == file.stored_name == f"imports/{campaign.pk}/{name}"
    assert job.steps_total == len(content) * 3
    assert stored_files(campaign) == [name]
    assert not GivenFile.objects.exists()
    run_job(ItemImport, job.pk, import_items)
    assert campaign.items.count() == 6
    assert stored_files(campaign) == []


def test_who_imports_the_same_file_second_is_refused(campaign: Campaign) -> None:
    file = given(campaign)
    request(campaign, file)
    with pytest.raises(Conflict) as refused:
        request(campaign, file)
    assert refused.value.code == "file-gone"
    assert ItemImport.objects.count() == 1


def test_a_refused_import_leaves_the_file_where_it_is(campaign: Campaign) -> None:
    file = given(campaign)
    with pytest.raises(Unfit):
        request(campaign, file, format="xml")
    with pytest.raises(Unfit):
        request(campaign, file, columns="prompt=q")
    assert GivenFile.objects.get() == file
    assert len(stored_files(campaign)) == 1


def test_judgments_take_a_file_over_likewise(campaign: Campaign) -> None:
    campaign = open_campaign(campaign)
    file = given(campaign, TABLES["pairs.csv"][0])
    columns = {"item_id": "pair", "annotator_id": "worker", "prompt": "topic"}
    job = request_judgment_import(
        campaign,
        content=file,
        file_name="pairs.csv",
        purposes=None,
        asserted_by="lab",
        columns=columns,
        requested_by=None,
    )
    assert (job.stored_name, job.columns, job.format) == (file.stored_name, columns, "pairs")
    assert (GivenFile.objects.count(), JudgmentImport.objects.count()) == (0, 1)


def test_a_closed_campaign_takes_no_file(campaign: Campaign) -> None:
    closed = close_campaign(open_campaign(campaign))
    with pytest.raises(Conflict):
        given(closed)
    assert stored_files(campaign) == []


class BrokenOff(File):
    """An upload that ends in the middle."""

    def __init__(self) -> None:
        super().__init__(None, "body")

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"the beginning"
        raise ConnectionError


def test_an_upload_that_breaks_off_leaves_nothing(campaign: Campaign) -> None:
    with pytest.raises(ConnectionError):
        give_file(campaign, content=BrokenOff(), file_name="", given_by=campaign.owner)
    with pytest.raises(ConnectionError):
        request(campaign, BrokenOff())
    assert stored_files(campaign) == []
    assert not GivenFile.objects.exists()


def test_a_discarded_file_is_gone_with_the_commit(
    campaign: Campaign, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file = given(campaign)
    with django_capture_on_commit_callbacks(execute=True):
        discard_given_file(file)
        assert len(stored_files(campaign)) == 1
    assert stored_files(campaign) == []
    discard_given_file(file)


def test_what_nobody_imports_is_thrown_away_after_a_day(
    campaign: Campaign, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    now = timezone.now()
    old, young = given(campaign), given(campaign)
    GivenFile.objects.filter(pk=old.pk).update(created_at=now - timedelta(hours=25))
    GivenFile.objects.filter(pk=young.pk).update(created_at=now - timedelta(hours=23))
    with django_capture_on_commit_callbacks(execute=True):
        assert discard_abandoned_files() == 1
    assert GivenFile.objects.get() == young
    assert stored_files(campaign) == [young.stored_name.rpartition("/")[2]]
    assert discard_abandoned_files() == 0


def test_no_more_is_thrown_away_at_once_than_was_asked_for(campaign: Campaign) -> None:
    for _number in range(3):
        given(campaign)
    GivenFile.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert [discard_abandoned_files(2), discard_abandoned_files(2)] == [2, 1]


@pytest.mark.parametrize("name", TABLES)
def test_items_of_named_columns_come_in_and_again_without_a_change(
    campaign: Campaign, name: str
) -> None:
    content, format = TABLES[name]
    job = imported(campaign, content, PAIR_COLUMNS)
    assert [str(one) for one in job.problems.all()] == []
    assert (job.state, job.format, job.columns) == (JobState.DONE, format, PAIR_COLUMNS)
    # One of the three rows is another's judgment of the first pair.
    assert (job.records_read, job.created_count, job.unchanged_count) == (3, 2, 1)
    items = campaign.items.order_by("external_id")
    assert [(one.external_id, one.prompt) for one in items] == [("1_2", "Cats?"), ("3_4", "Dogs?")]
    again = imported(campaign, content, "id=pair, prompt=topic, response_1=a1, response_2=a2")
    assert again.columns == PAIR_COLUMNS
    assert (again.state, again.created_count, again.unchanged_count) == (JobState.DONE, 0, 3)


def test_other_columns_under_the_same_ids_are_other_items(campaign: Campaign) -> None:
    content, _format = TABLES["pairs.csv"]
    imported(campaign, content, PAIR_COLUMNS)
    job = imported(campaign, content, {**PAIR_COLUMNS, "response_1": "a2", "response_2": "a1"})
    assert job.state == JobState.FAILED
    assert [str(one) for one in job.problems.all()] == [
        f'line {line}: Id "{name}" is already in this campaign with other content.'
        for line, name in ((2, "1_2"), (3, "3_4"))
    ]


def test_wrong_rows_of_named_columns_are_told_by_line_and_nothing_comes_in(
    campaign: Campaign,
) -> None:
    job = imported(
        campaign,
        b"q,a,b\nWhy?,So.,No.\n,So.,No.\nWhy?,So.,\n",
        "prompt=q,response_1=a,response_2=b",
    )
    assert [str(one) for one in job.problems.all()] == [
        "line 3: This record lacks q.",
        "line 4: A pairwise item needs exactly 2 responses, has 1.",
    ]
    assert (job.state, campaign.items.count()) == (JobState.FAILED, 0)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ("prompt=q", "Say which columns are the responses: one for each, or one that lists them."),
        (
            "prompt=q,responses=a,response_1=b",
            "Say which columns are the responses: one for each, or one that lists them.",
        ),
        ("response_1=a", "Say which column is the prompt."),
        ("prompt=q,response_2=a", "Number the responses from 1 on, without a gap."),
        ("prompt=q,prompt=p,response_1=a", "Two columns are said to be prompt."),
        ("prompt", "Say which column holds prompt, as in prompt=column."),
        (
            "promt=q",
            "Unknown: promt. There are id, prompt, responses, response_1, model_1, language, "
            "metadata, check.",
        ),
        ("response_11=a", None),
        ("annotator_id=a,prompt=q,response_1=b", None),
    ],
)
def test_columns_that_make_no_items_are_refused(
    campaign: Campaign, columns: str, problem: str | None
) -> None:
    with pytest.raises(Unfit) as refused:
        request(campaign, File(io.BytesIO(b"{}")), columns=columns)
    told = refused.value.fields["columns"]
    assert told.startswith("Unknown: ") if problem is None else told == problem
    assert stored_files(campaign) == []


def test_columns_are_named_of_tables_only(campaign: Campaign) -> None:
    with pytest.raises(Unfit) as refused:
        request(
            campaign,
            File(io.BytesIO(b"[]")),
            format="pandalm",
            columns="prompt=q,response_1=a",
        )
    assert refused.value.fields == {
        "columns": "Only the columns of a table can be named: JSON Lines, CSV or Parquet."
    }


def test_names_of_columns_may_have_commas_where_each_stands_on_a_line(campaign: Campaign) -> None:
    content = b'"q, asked";a;b\nWhy?;So.;No.\n'
    job = imported(campaign, content, "prompt=q, asked\nresponse_1=a\nresponse_2=b\n")
    assert [str(one) for one in job.problems.all()] == []
    assert campaign.items.get().prompt == "Why?"
    assert campaign.items.get().external_id == "row-2"
