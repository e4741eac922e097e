"""Frozen files in storage: a moment's folder, its names, and Arrow tables in and out of them."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from exports.frozen.frame import Frame, frame_from
from exports.frozen.sources import Source
from exports.models import FrozenFile, Moment

FRAME = "frame.json"


def folder_of(moment: Moment) -> str:
    return f"moments/{moment.pk}"


def shard_name(source: str, number: int) -> str:
    return f"{source}-{number:05d}"


def shards_of(item_pks: np.ndarray, shards: int) -> np.ndarray:
    """The shard of each item: its number, well mixed (the finaliser of SplitMix64), over `shards`.

    All rows of an item are in one shard, whatever table and moment they are of.
    """
    mixed = item_pks.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) % np.uint64(shards)).astype(np.int64)


class FrozenWriter:
    """Writes one frozen file in the work folder, then puts it on the shelf."""

    def __init__(self, moment: Moment, name: str, schema: pa.Schema, work: Path) -> None:
        self._moment, self._name = moment, name
        self._path = work / f"{name}.frozen"
        options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
        self._file = pa.ipc.new_file(self._path, schema, options=options)
        self._rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows:
            self.write_even_empty(batch)

    def write_even_empty(self, batch: pa.RecordBatch) -> None:
        """Write a batch whose place among the others tells what it is."""
        self._file.write_batch(batch)
        self._rows += batch.num_rows

    def store(self) -> tuple[str, int, int]:
        """Close and store the file without registering it: its stored name, bytes and rows."""
        self._file.close()
        return *store_file(self._moment, self._name, self._path), self._rows

    def put(self) -> FrozenFile:
        """Close, store and register the file; one of an earlier attempt gives way."""
        self._file.close()
        frozen = put_file(self._moment, self._name, self._path)
        frozen.rows = self._rows
        frozen.save(update_fields=["rows"])
        return frozen


def put_file(moment: Moment, name: str, path: Path) -> FrozenFile:
    """Move a finished file to storage under the moment, and know it from then on."""
    stored, size = store_file(moment, name, path)
    frozen, _new = FrozenFile.objects.update_or_create(
        moment=moment, name=name, defaults={"bytes": size, "stored_name": stored}
    )
    return frozen


def store_file(moment: Moment, name: str, path: Path) -> tuple[str, int]:
    """Move a finished file to storage; returns the name it has there, and its bytes."""
    size = path.stat().st_size
    with path.open("rb") as content:
        stored = default_storage.save(f"{folder_of(moment)}/{name}", File(content))
    path.unlink()
    return stored, size


def has_file(moment: Moment, name: str) -> bool:
    return FrozenFile.objects.filter(moment=moment, name=name).exists()


def read_batches(
    moment: Moment, name: str, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """A frozen file's rows in their order, in bounded batches; only the columns asked for.

    A column that was not frozen yet when the file was written is left out.
    """
    stored = FrozenFile.objects.get(moment=moment, name=name)
    return stored_batches(stored.stored_name, columns)


def stored_batches(
    stored_name: str, columns: Sequence[str] | None = None, first: int = 0, step: int = 1
) -> Iterator[pa.RecordBatch]:
    """The same of a file known by its place in storage: every `step`-th batch from `first` on."""
    with arrow_file(stored_name) as file:
        with pa.ipc.open_file(file) as reader:
            names = reader.schema.names
        wanted = names if columns is None else [name for name in columns if name in names]
        options = pa.ipc.IpcReadOptions(
            included_fields=[names.index(name) for name in wanted], use_threads=False
        )
        with pa.ipc.open_file(file, options=options) as reader:
            for number in range(first, reader.num_record_batches, step):
                yield reader.get_batch(number).select(wanted)


def read_table(
    moment: Moment, name: str, schema: pa.Schema, columns: Sequence[str] | None = None
) -> pa.Table:
    """A small frozen file, whole."""
    wanted = schema if columns is None else pa.schema([schema.field(one) for one in columns])
    return pa.Table.from_batches(read_batches(moment, name, columns), wanted)


def arrow_file(stored_name: str) -> pa.NativeFile:
    """A stored file for Arrow to read anywhere in it."""
    try:
        return pa.OSFile(default_storage.path(stored_name))
    except NotImplementedError:
        return pa.PythonFile(default_storage.open(stored_name), mode="r")


def read_frame(moment: Moment) -> Frame:
    """The frozen frame of a moment."""
    stored = moment.files.get(name=FRAME)
    with arrow_file(stored.stored_name) as file:
        return frame_from(file.read())


def put_rows(
    moment: Moment, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], work: Path
) -> FrozenFile:
    writer = FrozenWriter(moment, name, schema, work)
    for batch in batches:
        writer.write(batch)
    return writer.put()


def store_rows(
    moment: Moment, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], work: Path
) -> tuple[str, int, int]:
    """Store rows without registering the file: its stored name, bytes and rows.

    Batches that are empty stay, since in some files the place among others tells what one is.
    """
    writer = FrozenWriter(moment, name, schema, work)
    for batch in batches:
        writer.write_even_empty(batch)
    return writer.store()


def schema_of(file: FrozenFile) -> pa.Schema:
    """The columns of a frozen file of rows."""
    with arrow_file(file.stored_name) as content, pa.ipc.open_file(content) as reader:
        return reader.schema


@contextmanager
def files_locked(moment: Moment) -> Iterator[None]:
    """Keep whoever makes a moment of this one's files, and whoever replaces them, apart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('exports_files'), %s)", [moment.pk])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                key = [moment.pk]
                cursor.execute("SELECT pg_advisory_unlock(hashtext('exports_files'), %s)", key)


def put_in_shards(
    moment: Moment,
    source: Source,
    batches: Iterator[pa.RecordBatch],
    shards: int,
    work: Path,
) -> None:
    """One frozen file a shard, the rows of each in their order."""
    for writer in written_in_shards(moment, source, batches, shards, work):
        writer.put()


def written_in_shards(
    moment: Moment,
    source: Source,
    batches: Iterator[pa.RecordBatch],
    shards: int,
    work: Path,
) -> list[FrozenWriter]:
    """The same in the work folder, not put on the shelf yet."""
    writers = [
        FrozenWriter(moment, shard_name(source.name, number), source.schema, work)
        for number in range(shards)
    ]
    for batch in batches:
        for writer, rows in zip(writers, dealt(batch, shards), strict=True):
            writer.write(rows)
    return writers


def dealt(batch: pa.RecordBatch, shards: int) -> list[pa.RecordBatch]:
    """The rows of each shard, in their order: views of one copy."""
    numbers = shards_of(batch.column("item_pk").to_numpy(), shards)
    order = np.argsort(numbers, kind="stable")
    edges = np.searchsorted(numbers[order], np.arange(shards + 1)).tolist()
    sorted_rows = batch.take(pa.array(order))
    return [sorted_rows.slice(start, end - start) for start, end in itertools.pairwise(edges)]
