"""A snapshot as one .zip, made while it is sent."""

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any

from exports.downloads import CHUNK, open_published
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


def archive_name(snapshot: Snapshot) -> str:
    return f"{snapshot.campaign.slug}-snapshot-{snapshot.pk}"


def archive_stream(snapshot: Snapshot, files: Iterable[SnapshotFile]) -> Iterator[bytes]:
    """The archive chunk by chunk. Files are compressed already, so they are only stored."""
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            new = entry_of(snapshot, file)
            with archive.open(new, "w") as entry, open_published(file) as source:
                while chunk := source.read(CHUNK):
                    entry.write(chunk)
                    yield outlet.draw()
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
