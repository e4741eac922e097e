"""A look at a file over REST: nothing is stored, and no more is read than its beginning."""

import io
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest

from accounts.enums import Role
from annotation.api.items import StreamedBody
from annotation.models import Campaign, GivenFile, Item, ItemImport
from tests.annotation.item_formats.samples import (
    OWN,
    PAIR_COLUMNS,
    SAMPLES,
    TABLES,
    Sample,
    lines_of,
)
from tests.factories import api, make_campaign, make_user

pytestmark = pytest.mark.django_db
COLUMNS = "id=pair,prompt=topic,response_1=a1,response_2=a2"


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(make_user(Role.RESEARCHER))


def previewed(campaign: Campaign, content: bytes, **asked: str) -> Any:
    return api(campaign.owner).post(
        f"/api/v1/campaigns/{campaign.slug}/items/preview/?{urlencode(asked)}",
        content,
        content_type="application/octet-stream",
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_each_format_is_told_with_its_first_items(sample: Sample) -> None:
    campaign = make_campaign(task_type="rating")
    answer = previewed(campaign, sample.content())
    assert answer.status_code == 200
    body = answer.json()
    assert (body["format"], body["known_by"]) == (sample.format, sample.known_by)
    assert body["judgments"] == (sample.format if sample.judged else "")
    assert (body["errors_total"], body["errors"], body["error"]) == (0, [], "")
    assert (body["to_name"], body["columns"], body["is_whole"]) == (False, {}, True)
    assert body["items"][0]["item"]["id"] == sample.first
    assert len(body["items"]) == sample.items
    assert not (Item.objects.exists())
    assert not (ItemImport.objects.exists())
    assert not GivenFile.objects.exists()


def test_an_own_file_is_told_as_it_is(campaign: Campaign) -> None:
    content = lines_of(OWN[0]) + b"\n" + lines_of({**OWN[1], "responses": []})
    assert previewed(campaign, content).json() == {
        "format": "jsonl",
        "known_by": ["id", "prompt", "responses", "language"],
        "names": ["id", "prompt", "responses", "language"],
        "columns": {},
        "to_name": False,
        "judgments": "",
        "read": 2,
        "known": 0,
        "total": 2,
        "is_whole": True,
        "items": [{"line": 1, "item": OWN[0]}],
        "errors_total": 1,
        "errors": [
            {
                "line": 2,
                "message": "A pairwise item needs exactly 2 responses, has 0.",
                "advice": "Leave the record out, or use a campaign with another task.",
            }
        ],
        "error": "",
    }


def test_columns_are_guessed_or_named(campaign: Campaign) -> None:
    content, _format = TABLES["pairs.csv"]
    guessed = previewed(campaign, content).json()
    assert guessed["to_name"] is True
    assert guessed["judgments"] == "pairs"
    assert guessed["columns"] == {**PAIR_COLUMNS, "annotator_id": "worker", "label": "label"}
    named = previewed(campaign, content, columns=COLUMNS).json()
    assert (named["columns"], named["judgments"]) == (PAIR_COLUMNS, "")
    assert [one["item"]["id"] for one in named["items"]] == ["1_2", "3_4"]
    wrong = previewed(campaign, content, columns="prompt=topic").json()
    assert wrong["items"] == []
    assert wrong["error"] == (
        "Say which columns are the responses: one for each, or one that lists them."
    )


def test_the_same_columns_import_the_items(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    from annotation import tasks

    monkeypatch.setattr(tasks.run_import, "delay", tasks.run_import)
    counts = []
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            sent = api(campaign.owner).post(
                f"/api/v1/campaigns/{campaign.slug}/items/?{urlencode({'columns': COLUMNS})}",
                TABLES["pairs.jsonl"][0],
                content_type="application/x-ndjson",
            )
        assert sent.status_code == 202
        body = api(campaign.owner).get(f"/api/v1/imports/{sent.json()['id']}/").json()
        assert (body["state"], body["columns"]) == ("done", PAIR_COLUMNS)
        counts.append((body["created"], body["unchanged"]))
    assert counts == [(2, 1), (0, 3)]


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"format": "xml"}, 400, "format"),
        ({"columns": "prompt"}, 422, "columns"),
        ({"columns": "prompt=a,prompt=b"}, 422, "columns"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    campaign: Campaign, asked: dict[str, str], status: int, field: str
) -> None:
    answer = previewed(campaign, b"{}", **asked)
    assert answer.status_code == status
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_columns_that_make_no_items_are_refused_by_the_import(campaign: Campaign) -> None:
    answer = api(campaign.owner).post(
        f"/api/v1/campaigns/{campaign.slug}/items/?columns=prompt%3Dq",
        b"{}",
        content_type="text/csv",
    )
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["columns"]


def test_a_file_that_is_no_item_file_is_an_error_of_its_line(campaign: Campaign) -> None:
    body = previewed(campaign, b"PAR1 is not all of Parquet").json()
    assert (body["format"], body["items"], body["errors_total"]) == ("parquet", [], 1)
    body = previewed(campaign, b"\x1f\x8b packed").json()
    assert (body["format"], body["read"]) == ("", 0)
    assert body["errors"] == [
        {
            "line": 1,
            "message": "This file is compressed with gzip; unpack it and give the file inside.",
            "advice": "",
        }
    ]
    assert previewed(campaign, b"").json()["errors"][0]["message"] == "This file is empty."


def test_of_a_long_body_the_beginning_is_read_and_its_last_record_left_out(
    campaign: Campaign, settings: Any
) -> None:
    content = lines_of(*({**OWN[0], "id": f"q{n}"} for n in range(40)))
    settings.IMPORT_LOOK_BYTES = len(content) // 4
    body = previewed(campaign, content).json()
    assert (body["total"], body["is_whole"], body["errors"]) == (None, False, [])
    assert 5 <= body["read"] <= 10
    settings.IMPORT_LOOK_BYTES = len(content)
    body = previewed(campaign, content).json()
    assert (body["read"], body["total"], body["is_whole"]) == (40, 40, True)


def test_no_byte_more_is_read_than_tells_that_there_is_more() -> None:
    stream = io.BytesIO(b"x" * 1000)
    request = WSGIRequest(
        {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "1000", "wsgi.input": stream}
    )
    assert StreamedBody(request, 10**9).beginning(100) == (b"x" * 100, True)
    assert stream.tell() == 101
    request = WSGIRequest(
        {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "5", "wsgi.input": io.BytesIO(b"12345")}
    )
    assert StreamedBody(request, 10**9).beginning(5) == (b"12345", False)


def test_a_form_is_refused_and_few_queries_are_needed(
    campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    client = api(campaign.owner)
    address = f"/api/v1/campaigns/{campaign.slug}/items/preview/"
    assert client.post(address, {"a": "b"}, format="multipart").status_code == 415
    many = lines_of(*({**OWN[0], "id": f"q{n}"} for n in range(200)))
    with django_assert_max_num_queries(4):
        client.post(address, many, content_type="application/x-ndjson")
