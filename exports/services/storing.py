"""A snapshot's files in storage: brought there, and taken away where nothing is published."""

import errno
import logging
import re

from django.core.files.base import File
from django.core.files.storage import default_storage

from annotation.services.storing import discard_folder
from exports.formats.written import StoredFile, WrittenFile
from exports.frozen import shelf
from exports.models import Moment, Snapshot

logger = logging.getLogger(__name__)

__all__ = [
    "discard_file",
    "discard_files",
    "discard_folder",
    "discard_moment",
    "folder_of",
    "store_file",
    "why_not_written",
]

OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)
# What a bucket answers, without the names of buckets and keys before it.
AWS_REASON = re.compile(r"(AWS Error [A-Z_]+[^:]*(?:: [^(]*)?)")


def folder_of(snapshot: Snapshot) -> str:
    return f"snapshots/{snapshot.pk}"


def store_file(snapshot: Snapshot, file: WrittenFile, folder: str) -> StoredFile:
    """Bring a file to a folder of the snapshot; nobody sees it before that is published."""
    place = f"{folder_of(snapshot)}/{folder}/{file.name}"
    with file.path.open("rb") as content:
        stored = default_storage.save(place, File(content))
    file.path.unlink()
    return StoredFile(file.name, file.table, file.rows, file.bytes, file.sha256, stored)


def discard_files(snapshot: Snapshot) -> None:
    """Remove whatever lies in storage for a snapshot that has not published it."""
    discard_folder(folder_of(snapshot))


def discard_moment(moment: Moment) -> None:
    """Forget frozen data that no published snapshot needs; nothing can be made of it again."""
    moment.files.all().delete()
    Moment.objects.filter(pk=moment.pk).update(frozen_at=None)
    discard_folder(shelf.folder_of(moment))


def discard_file(stored_name: str) -> None:
    """Remove a file that nothing refers to. What cannot be removed is only room."""
    try:
        default_storage.delete(stored_name)
    except OSError:
        logger.exception("%s could not be removed", stored_name)


def why_not_written(error: OSError) -> str:
    """The reason for people, without the machine's paths."""
    if error.errno in OUT_OF_SPACE:
        return "There is no space left for the files. Make room, then start a new snapshot."
    refused = AWS_REASON.search(str(error))
    reason = refused.group(1).strip(" .") if refused else error.strerror or type(error).__name__
    return f"The files could not be written: {reason}. Nothing was published."
