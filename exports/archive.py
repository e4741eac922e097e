"""A snapshot as one .zip, made while it is sent."""

import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from io import RawIOBase
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from annotation.enums import JobState
from exports.downloads import CHUNK, Taker, note_download, note_sent, open_published
from exports.errors import NotFound
from exports.models import Snapshot, SnapshotFile


class Outlet(RawIOBase):
    """What `zipfile` writes to: holds bytes only until they are drawn off."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held.append(bytes(data))
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def draw(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held


class Archive:
    """All files of a snapshot as the bytes of one archive; the response closes it.

    The audit trail counts the files' bytes, without what the archive adds.
    """

    def __init__(self, snapshot: Snapshot, taker: Taker) -> None:
        self.files = list(snapshot.files.all())
        self.entry = note_download(
            snapshot, taker, file=None, asked=sum(file.bytes for file in self.files)
        )
        self._stream = archive_stream(snapshot, self.files, self._count)
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def _count(self, length: int) -> None:
        self.sent += length

    def close(self) -> None:
        self._stream.close()
        note_sent(self.entry, self.sent)


def archive_response(request: HttpRequest, snapshot: Snapshot, taker: Taker) -> HttpResponseBase:
    """The archive, made while it is sent. Raises `NotFound` where nothing is published."""
    if snapshot.state != JobState.DONE:
        raise NotFound(_("There are no files yet."))
    response: HttpResponseBase = HttpResponse()
    if request.method == "GET":
        response = StreamingHttpResponse(Archive(snapshot, taker))
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = f'attachment; filename="{archive_name(snapshot)}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def archive_name(snapshot: Snapshot) -> str:
    return f"{snapshot.campaign.slug}-snapshot-{snapshot.pk}"


def archive_stream(
    snapshot: Snapshot, files: Iterable[SnapshotFile], sent: Callable[[int], None]
) -> Generator[bytes, None, None]:
    """The archive chunk by chunk; `sent` is told of files' bytes once their chunk was taken.

    Files are compressed already, so they are only stored.
    """
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            new = entry_of(snapshot, file)
            with archive.open(new, "w") as entry, open_published(file) as source:
                while chunk := source.read(CHUNK):
                    entry.write(chunk)
                    yield outlet.draw()
                    sent(len(chunk))
            yield outlet.draw()
    yield outlet.draw()


def entry_of(snapshot: Snapshot, file: SnapshotFile) -> zipfile.ZipInfo:
    """The entry's header, from what the snapshot is and not from when it is fetched."""
    moment = snapshot.as_of or snapshot.created_at
    entry = zipfile.ZipInfo(
        f"{archive_name(snapshot)}/{file.name}",
        (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second),
    )
    entry.file_size = file.bytes  # decides in time whether 64-bit sizes are needed
    entry.external_attr = 0o644 << 16
    return entry
