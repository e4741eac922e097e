"""Files in a bucket, against a server that speaks S3."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer
from pyarrow import fs

from annotation.enums import JobState
from exports.services import copying
from tests.exports.builders import pairwise_campaign, snapshot_of
from tests.exports.reading import content_of, rows_in
from tests.factories import add_items, api, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

BUCKET = "variorum-test"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    moto = ThreadedMotoServer(port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"{host}:{port}"
    moto.stop()


def url_of(server: str, bucket: str) -> str:
    return f"s3://{bucket}/folder?region=us-east-1&scheme=http&endpoint_override={server}"


@pytest.fixture(autouse=True)
def bucket(server: str, settings: Any) -> fs.FileSystem:
    """An empty bucket, as EXPORT_STORAGE_URL would name it."""
    system = fs.S3FileSystem(
        endpoint_override=server, scheme="http", region="us-east-1", allow_bucket_creation=True
    )
    system.create_dir(BUCKET)
    system.delete_dir_contents(BUCKET)
    use(settings, url_of(server, BUCKET))
    return system


def use(settings: Any, url: str) -> None:
    backend = {"BACKEND": "config.arrow_storage.ArrowStorage", "OPTIONS": {"url": url}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}


def objects(bucket: fs.FileSystem) -> list[str]:
    found = bucket.get_file_info(fs.FileSelector(BUCKET, recursive=True))
    return [one.path for one in found if one.type == fs.FileType.File]


def test_a_name_is_written_read_in_part_listed_and_removed():
    content = bytes(range(256)) * 40_000
    assert default_storage.save("a/b.bin", ContentFile(content)) == "a/b.bin"
    assert default_storage.exists("a/b.bin")
    assert not default_storage.exists("a/c.bin")
    assert default_storage.size("a/b.bin") == len(content)
    assert default_storage.listdir("a") == ([], ["b.bin"])
    with default_storage.open("a/b.bin") as file:
        file.seek(1_000_001)
        assert file.read(5) == content[1_000_001:1_000_006]
        assert b"".join(file.chunks()) == content
    default_storage.delete("a/b.bin")
    assert not default_storage.exists("a/b.bin")
    with pytest.raises(FileNotFoundError):
        default_storage.open("a/b.bin")
    with pytest.raises(FileNotFoundError):
        default_storage.size("a")


@pytest.mark.parametrize("name", ["../other", "a/../../other", "/etc/passwd"])
def test_names_do_not_lead_outside(name: str):
    for action in (default_storage.open, default_storage.delete, default_storage.exists):
        with pytest.raises(SuspiciousFileOperation):
            action(name)


def test_content_that_breaks_off_leaves_no_object(bucket: fs.FileSystem):
    class Breaks(ContentFile):
        def read(self, *args: Any) -> bytes:
            if self.tell():
                raise OSError("the disk it came from is gone")
            return super().read(*args)

    with pytest.raises(OSError, match="is gone"):
        default_storage.save("half", Breaks(b"x" * 3_000_000))
    assert objects(bucket) == []


def test_a_snapshot_in_shards_is_made_in_a_bucket_and_fetched_from_it(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(copying, "ROWS_IN_SHARD", 2)
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign)
    assert (snapshot.state, snapshot.error) == (JobState.DONE, "")
    assert snapshot.moment.shards > 1
    assert len(rows_in(snapshot, "judgments")) == 4
    client = api(built.campaign.owner)
    for file in snapshot.files.all():
        content = content_of(snapshot, file.name)
        path = f"/api/v1/exports/{snapshot.pk}/files/{file.name}"
        assert b"".join(client.get(path).streaming_content) == content
        part = client.get(path, headers={"Range": "bytes=10-19"})
        assert (part.status_code, b"".join(part.streaming_content)) == (206, content[10:20])


def test_items_are_imported_through_a_bucket(bucket: fs.FileSystem):
    campaign = make_campaign()
    add_items(campaign, 3)
    assert campaign.items.count() == 3
    assert objects(bucket) == []


def test_a_refused_bucket_fails_with_its_reason(server: str, settings: Any):
    built = pairwise_campaign()
    use(settings, url_of(server, "nobodys"))
    snapshot = snapshot_of(built.campaign)
    assert snapshot.state == JobState.FAILED
    assert "NO_SUCH_BUCKET" in snapshot.error
    assert "folder" not in snapshot.error
    assert not snapshot.files.exists()
