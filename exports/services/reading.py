"""Reading everything as of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections, transaction

READER = "snapshot-reader"


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
    reader = connections[DEFAULT_DB_ALIAS].copy(alias=READER)
    # A named cursor lives in this one transaction, so that a transaction pooler may serve it.
    reader.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False
    connections[READER] = reader
    try:
        with transaction.atomic(using=READER):
            yield Moment(READER, begin_reading())
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
