"""Downloads: whole, in ranges, conditional."""

from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase

from accounts.enums import Role
from annotation.models import Campaign
from exports.models import Snapshot, SnapshotFile
from tests.exports.builders import CONTENT, published_snapshot
from tests.factories import api, make_campaign, make_user

pytestmark = pytest.mark.django_db

SIZE = len(CONTENT)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(make_user(Role.RESEARCHER))


@pytest.fixture
def snapshot(campaign: Campaign) -> Snapshot:
    return published_snapshot(campaign)


def fetch(
    snapshot: Snapshot, name: str = "judgments.jsonl.gz", method: str = "get", **headers: Any
) -> HttpResponseBase:
    client = api(snapshot.campaign.owner)
    return getattr(client, method)(f"/api/v1/exports/{snapshot.pk}/files/{name}", headers=headers)


def body_of(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content)


def etag_of(snapshot: Snapshot) -> str:
    return f'"{snapshot.files.get(name="judgments.jsonl.gz").sha256}"'


def test_a_whole_file_comes_with_its_length_and_hash(snapshot: Snapshot):
    response = fetch(snapshot)
    assert response.status_code == 200
    assert body_of(response) == CONTENT
    assert response["Content-Length"] == str(SIZE)
    assert response["ETag"] == etag_of(snapshot)
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Type"] == "application/gzip"
    assert response["Content-Disposition"] == 'attachment; filename="judgments.jsonl.gz"'
    assert response["Cache-Control"] == "private, no-cache, no-transform"
    assert not response.has_header("Content-Encoding")


def test_head_tells_the_same_without_a_body(snapshot: Snapshot):
    response = fetch(snapshot, method="head")
    assert response.status_code == 200
    assert response["Content-Length"] == str(SIZE)
    assert response["ETag"] == etag_of(snapshot)
    assert not getattr(response, "streaming", False)
    assert response.content == b""


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=10-", 10, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        (f"bytes=0-{SIZE + 100}", 0, SIZE - 1),
        (f"bytes=-{SIZE + 100}", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
    ],
)
def test_one_range_is_served_as_asked(snapshot: Snapshot, asked: str, first: int, last: int):
    response = fetch(snapshot, Range=asked)
    assert response.status_code == 206
    assert body_of(response) == CONTENT[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(snapshot: Snapshot, asked: str):
    response = fetch(snapshot, Range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "range"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=9-3", "bytes=-", "lines=1-2", "bytes=a-b", "bytes=1" * 99]
)
def test_what_is_no_single_range_gets_the_whole_file(snapshot: Snapshot, asked: str):
    response = fetch(snapshot, Range=asked)
    assert response.status_code == 200
    assert body_of(response) == CONTENT


def test_if_range_gives_the_range_of_the_same_file_only(snapshot: Snapshot):
    same = fetch(snapshot, Range="bytes=0-3", **{"If-Range": etag_of(snapshot)})
    assert same.status_code == 206
    assert body_of(same) == CONTENT[:4]
    for other in ('"other"', f"W/{etag_of(snapshot)}", "Wed, 21 Oct 2026 07:28:00 GMT"):
        response = fetch(snapshot, Range="bytes=0-3", **{"If-Range": other})
        assert response.status_code == 200
        assert body_of(response) == CONTENT


@pytest.mark.parametrize("header", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
def test_if_none_match_saves_the_body(snapshot: Snapshot, header: str):
    for method in ("get", "head"):
        tags = {"If-None-Match": header.format(tag=etag_of(snapshot))}
        response = fetch(snapshot, method=method, Range="bytes=0-3", **tags)
        assert response.status_code == 304
        assert response["ETag"] == etag_of(snapshot)
    other = fetch(snapshot, **{"If-None-Match": '"other"'})
    assert (other.status_code, body_of(other)) == (200, CONTENT)


def test_range_is_for_get_alone(snapshot: Snapshot):
    response = fetch(snapshot, method="head", Range="bytes=0-3")
    assert (response.status_code, response["Content-Length"]) == (200, str(SIZE))


def test_accept_does_not_matter(snapshot: Snapshot):
    response = fetch(snapshot, Accept="application/octet-stream")
    assert (response.status_code, body_of(response)) == (200, CONTENT)


@pytest.mark.parametrize(
    "name", ["none.parquet", "..%2F..%2Fmanage.py", "%2E%2E", "judgments.jsonl.gz%00", "README.md/"]
)
def test_names_are_only_looked_up(snapshot: Snapshot, name: str):
    assert fetch(snapshot, name).status_code == 404


def test_a_file_of_another_snapshot_is_not_found(snapshot: Snapshot, campaign: Campaign):
    other = published_snapshot(campaign)
    SnapshotFile.objects.filter(snapshot=other).delete()
    assert fetch(other).status_code == 404


def test_a_file_that_is_gone_from_storage_is_not_found(snapshot: Snapshot, storage_folder: Path):
    (storage_folder / f"snapshots/{snapshot.pk}/judgments.jsonl.gz").unlink()
    assert fetch(snapshot).status_code == 404
