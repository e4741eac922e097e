"""Django's storage over Arrow's file systems: objects of a bucket are read and written in place."""

import io
import posixpath
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import Storage
from django.core.files.utils import validate_file_name
from pyarrow import fs

CHUNK = 1024 * 1024


class ArrowStorage(Storage):
    """Files under a URL that Arrow knows, such as `s3://bucket/folder?region=…`.

    Reading is at random, so that a range of a large object is all that is fetched; writing is a
    stream, and an object is there only once it is whole. Connections are made at the first use:
    Arrow's are not to be carried over a fork.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _place(self) -> tuple[fs.FileSystem, str]:
        system, root = fs.FileSystem.from_uri(self._url)
        return system, root.rstrip("/")

    @property
    def file_system(self) -> fs.FileSystem:
        return self._place[0]

    def full_path(self, name: str) -> str:
        """Where a name lies. Raises `SuspiciousFileOperation` where that is outside the root."""
        root = self._place[1]
        path = posixpath.normpath(posixpath.join(root, name))
        if path != root and not path.startswith(f"{root}/"):
            raise SuspiciousFileOperation(f"{name!r} lies outside the storage.")
        return path

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        if mode != "rb":
            raise ValueError("Stored files are read; `save` writes them.")
        found = self.file_system.open_input_file(self.full_path(name))
        return File(io.BufferedReader(found, CHUNK), name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = self.full_path(name)
        stream = self.file_system.open_output_stream(path)
        try:
            for chunk in chunks_of(content):
                stream.write(chunk)
        except BaseException:
            # A stream can only be closed, which makes an object of what has come so far.
            with suppress(OSError):
                stream.close()
                self.file_system.delete_file(path)
            raise
        stream.close()
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: names here are made by jobs, and a job may write its file again."""
        validate_file_name(name, allow_relative_path=True)
        return name

    def delete(self, name: str) -> None:
        info = self._info(name)
        if info.type == fs.FileType.Directory:
            self.file_system.delete_dir(info.path)
        elif info.type == fs.FileType.File:
            self.file_system.delete_file(info.path)

    def exists(self, name: str) -> bool:
        return bool(self._info(name).type != fs.FileType.NotFound)

    def size(self, name: str) -> int:
        info = self._info(name)
        if info.type != fs.FileType.File:
            raise FileNotFoundError(name)
        return int(info.size)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        folders: list[str] = []
        files: list[str] = []
        for info in self.file_system.get_file_info(fs.FileSelector(self.full_path(path))):
            (folders if info.type == fs.FileType.Directory else files).append(info.base_name)
        return sorted(folders), sorted(files)

    def _info(self, name: str) -> fs.FileInfo:
        return self.file_system.get_file_info(self.full_path(name))


def chunks_of(content: Any) -> Iterator[bytes]:
    if content.seekable():
        content.seek(0)
    while chunk := content.read(CHUNK):
        yield chunk
