"""Reading everything as of one moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction

READER = "snapshot-reader"
Read = TypeVar("Read")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Moment:
    """A connection alias whose every query sees the database as of one moment."""

    alias: str
    as_of: datetime


@contextmanager
def one_moment() -> Iterator[Moment]:
    """A read-only REPEATABLE READ transaction on a connection of its own.

    The default connection stays free to report progress and to be asked whether the job was
    called off; neither would be possible inside the reading transaction.
    """
    with reading_transaction():
        yield Moment(READER, begin_reading())


@contextmanager
def read_beside(moment: Moment, read: Callable[[str], Read]) -> Iterator["Future[Read]"]:
    """Have `read` called in a thread with an alias that sees the same moment, on a connection of
    its own. The moment's transaction must last as long as the block does."""
    with connections[moment.alias].cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (exported,) = cursor.fetchone()

    def work() -> Read:
        with reading_transaction():
            with connections[READER].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [exported])
            return read(READER)

    with beside(work) as result:
        yield result


@contextmanager
def beside(work: Callable[[], Done]) -> Iterator["Future[Done]"]:
    """Have `work` done in a thread, on database connections of its own; the block ends with it."""

    def alone() -> Done:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(alone)


@contextmanager
def reading_transaction() -> Iterator[None]:
    """A transaction on a connection of this thread's own, by the name `READER`."""
    reader = connections[DEFAULT_DB_ALIAS].copy(alias=READER)
    # A named cursor lives in this one transaction, so that a transaction pooler may serve it.
    reader.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False
    connections[READER] = reader
    try:
        with transaction.atomic(using=READER):
            yield
    finally:
        reader.close()
        del connections[READER]


def begin_reading() -> datetime:
    """Fix the moment: the transaction sees what was committed before its first query."""
    with connections[READER].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Every cursor is read to its end: plans that are quick for its first rows are not wanted.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1.0")
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment
