"""Fetching what never changes: by the numbers that were frozen."""

import itertools
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connections

from annotation.selectors.copied import copy_out
from annotation.services.jobs import JobFailed, advisory_lock
from exports.frozen import parts, shelf, sources
from exports.frozen.copying import copied_batches
from exports.frozen.sources import Source
from exports.models import Moment
from exports.services.hashes import ItemHashes

JUDGMENTS_AT_ONCE = 12_500
# One connection is slower at reading rows than this process at taking them in.
COPIED_AT_ONCE = 2
ITEMS_AT_ONCE = 5_000
# How long a worker waits before it looks again for what others are fetching.
PAUSE = 0.1
# What its person has withdrawn since is there no more, though its row is.
NOT_ERASED = "j.erased_at IS NULL"
GONE = (
    "Rows that belong to this moment are no longer in the database. Make a new snapshot of what "
    "is there now."
)
Step = Callable[[int], None]
Statement = tuple[str, Mapping[str, Any]]


def fetch_shard(moment: Moment, number: int, work: Path, step: Step) -> None:
    """Bring the shard's judgments, items and responses to the shelf, where they are not there.

    Each chunk is a statement of its own, so that nobody's claims wait for vacuum meanwhile.
    """
    fetch_judgments(moment, number, work, step)
    items = numbers_in(moment, shelf.shard_name(sources.ITEM_INDEX.name, number), "item_pk")
    fetch(moment, number, sources.ITEMS, "i.id", items, work, step)
    order = "r.item_id, r.position, r.id"
    fetch(moment, number, sources.RESPONSES, order, items, work, lambda _rows: step(0))


def fetch_judgments(moment: Moment, number: int, work: Path, step: Step) -> None:
    """Have all parts of the judgments on the shelf; steps are the shard's share of the rows.

    Workers on other shards of the moment fetch other parts meanwhile. A part is fetched under a
    lock that goes with its worker's connection: what a killed worker left is fetched by another.
    """
    index = shelf.shard_name(sources.INDEX.name, number)
    own, whole = moment.files.get(name=index).rows, moment.rows.get("judgments", 0)
    progress, hashes = Progress(step, own, whole), ItemHashes(work)
    count = parts.parts_of(moment)
    if not count:  # none were judged, or the moment was frozen by an earlier version
        fetch_own_judgments(moment, number, work, progress, hashes)
    first = number * count // moment.shards
    wanted = [(first + part) % count for part in range(count)]
    while wanted := [one for one in wanted if not shelf.has_file(moment, parts.part_name(one))]:
        for part in wanted:
            with advisory_lock(f"exports.part {part}", moment.pk) as held:
                if held and not shelf.has_file(moment, parts.part_name(part)):
                    fetch_part(moment, part, work, progress, hashes)
        if not held:
            step(0)
            time.sleep(PAUSE)
    progress.finish()


class Progress:
    """Tells of a whole moment's rows as steps of one shard."""

    def __init__(self, step: Step, own: int, whole: int) -> None:
        self._step, self._own, self._whole = step, own, whole
        self._rows = self._told = 0

    def rows(self, count: int) -> None:
        self._rows += count
        reached = self._own * self._rows // max(self._whole, 1)
        self._tell(min(reached, self._own))

    def finish(self) -> None:
        self._tell(self._own)

    def _tell(self, reached: int) -> None:
        self._step(reached - self._told)
        self._told = reached


def fetch_part(
    moment: Moment, part: int, work: Path, progress: Progress, hashes: ItemHashes
) -> None:
    writer = parts.PartWriter(moment, part, work)
    numbers = numbers_in(moment, parts.numbers_name(part), "judgment_id")
    for chunk in judgments_with(numbers, work, hashes):
        writer.write(chunk)
        progress.rows(len(chunk))
    writer.put()


def fetch_own_judgments(
    moment: Moment, number: int, work: Path, progress: Progress, hashes: ItemHashes
) -> None:
    name = shelf.shard_name(sources.JUDGMENTS.name, number)
    if shelf.has_file(moment, name):
        return
    writer = shelf.FrozenWriter(moment, name, sources.JUDGMENTS.schema, work)
    numbers = numbers_in(moment, shelf.shard_name(sources.INDEX.name, number), "judgment_id")
    for chunk in judgments_with(numbers, work, hashes):
        for batch in chunk.to_batches():
            writer.write(batch)
        progress.rows(len(chunk))
    writer.put()


def judgments_with(
    numbers: Sequence[np.ndarray], work: Path, hashes: ItemHashes
) -> Iterator[pa.Table]:
    """The judgments of each chunk of numbers, in their order, with what they were shown."""
    source = sources.FETCHED_JUDGMENTS
    statements = [(query_of(chunk), bounds_of(chunk)) for chunk in numbers]
    with closing(copied_ahead(statements, work / source.name)) as copied:
        for (path, _rows), wanted in zip(copied, numbers, strict=True):
            found = pa.Table.from_batches(copied_batches(path, source), source.schema)
            path.unlink()
            # Of what lies between two numbers, some may not belong to the moment.
            belongs = np.isin(found["judgment_id"].to_numpy(), wanted, assume_unique=True)
            if belongs.sum() < len(wanted):
                raise JobFailed(GONE)
            yield hashes.compared(found if belongs.all() else found.filter(pa.array(belongs)))


def is_dense(numbers: np.ndarray) -> bool:
    """Whether the rows between the first and the last number are mostly those wanted."""
    return bool(numbers[-1] - numbers[0] < 2 * len(numbers))


def query_of(numbers: np.ndarray) -> str:
    """The judgments of these numbers, and those between them where they are mostly wanted."""
    is_one = "BETWEEN %(first)s AND %(last)s"
    if not is_dense(numbers):
        is_one = "= ANY(%(numbers)s::bigint[])"
    noted = sources.NOTED.format(f"judgment_id {is_one}")
    wanted = sources.FETCHED_JUDGMENTS.select(f"{NOT_ERASED} AND j.id {is_one}", "j.id")
    return f"WITH noted AS ({noted}) {wanted}"


def bounds_of(numbers: np.ndarray) -> dict[str, Any]:
    if is_dense(numbers):
        return {"first": int(numbers[0]), "last": int(numbers[-1])}
    return {"numbers": as_array(numbers)}


def fetch(
    moment: Moment,
    number: int,
    source: Source,
    order: str,
    numbers: list[np.ndarray],
    work: Path,
    step: Step,
) -> None:
    """Copy what belongs to items of these numbers, chunk by chunk, in the order of the index."""
    name = shelf.shard_name(source.name, number)
    if shelf.has_file(moment, name):
        for chunk in numbers:
            step(len(chunk))
        return
    writer = shelf.FrozenWriter(moment, name, source.schema, work)
    query = source.select("i.id = ANY(%(numbers)s::bigint[])", order)
    statements = [(query, {"numbers": as_array(chunk)}) for chunk in numbers]
    with closing(copied_ahead(statements, work / source.name)) as copied:
        for (path, rows), wanted in zip(copied, numbers, strict=True):
            if rows < len(wanted):
                raise JobFailed(GONE)
            for batch in copied_batches(path, source):
                writer.write(batch)
            path.unlink()
            step(len(wanted))
    writer.put()


def copied_ahead(
    statements: Sequence[Statement], stem: Path
) -> Generator[tuple[Path, int], None, None]:
    """Files of the statements' rows in order, and how many there are; the next are on their way.

    The database works on some chunks while this process works on another, on connections of the
    copying threads' own.
    """

    def copy(place: int) -> tuple[Path, int]:
        path = stem.with_suffix(f".{place}.csv")
        query, names = statements[place]
        return path, copy_out(query, names, path)

    with ExitStack() as stack:
        threads = [stack.enter_context(ThreadPoolExecutor(1)) for _ in range(COPIED_AT_ONCE)]
        waiting = zip(range(len(statements)), itertools.cycle(threads), strict=False)
        ahead = deque(
            thread.submit(copy, place)
            for place, thread in itertools.islice(waiting, COPIED_AT_ONCE)
        )
        try:
            while ahead:
                ready = ahead.popleft().result()
                ahead.extend(
                    thread.submit(copy, place) for place, thread in itertools.islice(waiting, 1)
                )
                yield ready
        finally:
            for thread in threads:
                thread.submit(connections.close_all)


def numbers_in(moment: Moment, name: str, column: str) -> list[np.ndarray]:
    """A frozen file's numbers in chunks of its order, no chunk with two campaigns."""
    size = ITEMS_AT_ONCE if column == "item_pk" else JUDGMENTS_AT_ONCE
    schema = pa.schema([(column, pa.int64()), ("campaign_pk", pa.int64())])
    table = shelf.read_table(moment, name, schema, schema.names)
    return list(chunks_of(table, column, size))


def chunks_of(table: pa.Table, column: str, size: int) -> Iterator[np.ndarray]:
    numbers, campaigns = table[column].to_numpy(), table["campaign_pk"].to_numpy()
    edges = [0, *(np.flatnonzero(np.diff(campaigns)) + 1).tolist(), len(numbers)]
    for start, end in itertools.pairwise(edges):
        for first in range(start, end, size):
            yield numbers[first : min(first + size, end)]


def as_array(numbers: np.ndarray) -> str:
    """PostgreSQL's own writing of an array, which it reads faster than a list of constants."""
    return "{" + ",".join(map(str, numbers.tolist())) + "}"
