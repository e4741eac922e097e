"""Published files over HTTP: whole or one range of them, always streamed (RFC 9110).

Every answer that holds bytes is in the audit trail: who, by which link, what, how much of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from exports.errors import NotFound
from exports.models import Download, ShareLink, Snapshot, SnapshotFile
from exports.services.telling import record_for_all

CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")
ANYTHING = "application/octet-stream"
CONTENT_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".gz": "application/gzip",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".cff": "application/yaml",
}
MEDIA_TYPES = (ANYTHING, *CONTENT_TYPES.values())


class Unsatisfiable(Exception):
    """The range lies outside the file."""


@dataclass(frozen=True)
class Taker:
    """Who fetches: a person who is signed in, or whoever has a shared link."""

    user: User | None = None
    link: ShareLink | None = None


class Part:
    """Bytes `start` to before `end` of a file, in chunks; the response closes it."""

    def __init__(self, file: "File[bytes]", start: int, end: int, entry: Download) -> None:
        self.file, self.entry = file, entry
        self.start = start
        self.left = end - start

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        while self.left and (chunk := self.file.read(min(CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()
        note_sent(self.entry, self.entry.asked - self.left)


def note_download(
    snapshot: Snapshot,
    taker: Taker,
    *,
    file: SnapshotFile | None,
    asked: int,
    first_byte: int = 0,
    is_whole: bool = True,
) -> Download:
    """Put into the log of downloads that bytes are on their way.

    The trail of the campaign tells it once for each fetching from the beginning; how many bytes of
    which ranges were taken is in the log.
    """
    with transaction.atomic():
        entry = Download.objects.create(
            snapshot=snapshot,
            file=file,
            user=taker.user,
            link=taker.link,
            first_byte=first_byte,
            asked=asked,
            is_whole=is_whole,
        )
        if first_byte == 0:
            record_for_all(
                Deed.DOWNLOADED,
                snapshot,
                thing=entry,
                by=taker.user,
                file=file.name if file else "*",
                link=taker.link.label if taker.link else None,
            )
    return entry


def note_sent(entry: Download, sent: int) -> None:
    Download.objects.filter(pk=entry.pk).update(sent=sent)


def download(request: HttpRequest, file: SnapshotFile, taker: Taker) -> HttpResponseBase:
    """200, 206, 304 or 416 for a GET or HEAD of a published file."""
    etag = f'"{file.sha256}"'
    if names_tag(request.headers.get("If-None-Match", ""), etag):
        return with_headers(HttpResponse(status=304), file, etag)
    try:
        asked = asked_range(request, file.bytes, etag)
    except Unsatisfiable:
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{file.bytes}"
        return with_headers(refusal, file, etag)
    start, end = asked or (0, file.bytes)
    response = content_response(request, file, taker, start, end)
    response.status_code = 206 if asked else 200
    response["Content-Length"] = str(end - start)
    response["Content-Disposition"] = f'attachment; filename="{file.name.rpartition("/")[2]}"'
    if asked:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{file.bytes}"
    return with_headers(response, file, etag)


def content_response(
    request: HttpRequest, file: SnapshotFile, taker: Taker, start: int, end: int
) -> HttpResponseBase:
    content_type = content_type_of(file.name)
    if request.method == "HEAD":
        return HttpResponse(content_type=content_type)
    content = open_published(file)
    entry = note_download(
        file.snapshot,
        taker,
        file=file,
        asked=end - start,
        first_byte=start,
        is_whole=end - start == file.bytes,
    )
    return StreamingHttpResponse(Part(content, start, end, entry), content_type=content_type)


def open_published(file: SnapshotFile) -> "File[bytes]":
    """Open a file in storage. Raises `NotFound` where somebody has taken it away."""
    try:
        return default_storage.open(file.stored_name)
    except FileNotFoundError as error:
        raise NotFound(_("This file is no longer in storage.")) from error


def with_headers(response: HttpResponseBase, file: SnapshotFile, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    # The bytes never change, but whose they are may: caches ask each time.
    response["Cache-Control"] = "private, no-cache, no-transform"
    return response


def content_type_of(name: str) -> str:
    return CONTENT_TYPES.get(name[name.rfind(".") :], ANYTHING)


def names_tag(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names the tag, weak marks aside."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return etag in tags or "*" in tags


def asked_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The one range asked for as (start, end), or None for the whole file.

    What is no single byte range, and what was asked of another version (`If-Range`), gets the
    whole file. Raises `Unsatisfiable`.
    """
    header = request.headers.get("Range")
    if not header or request.method != "GET":
        return None
    if request.headers.get("If-Range", etag).strip() != etag:
        return None
    match = RANGE.match(header.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return start, end
