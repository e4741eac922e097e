"""Statements that every request sends: each connection parses and plans them once."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

VALUE = re.compile(r"%\((\w+)\)s|%%")
NAMES = "_variorum_prepared"


class Prepared:
    """One SQL statement with its values as `%(name)s`, in PostgreSQL's PREPARE and EXECUTE.

    PostgreSQL plans it anew when a table is analysed or altered. Behind a pooler that hands
    every transaction another connection, PREPARED_STATEMENTS=0 sends the statement as it is.
    """

    def __init__(self, title: str, sql: str) -> None:
        self.sql = sql
        # The title is what logs and pg_stat_activity show; the digest tells releases apart.
        self.name = f"{title}_{hashlib.sha256(sql.encode()).hexdigest()[:12]}"
        places = list(dict.fromkeys(VALUE.findall(sql)))
        self._places = {name: number for number, name in enumerate(filter(None, places), start=1)}
        values = ", ".join(f"%({name})s" for name in self._places)
        self.call = f"EXECUTE {self.name}" + (f" ({values})" if values else "")

    def execute(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> None:
        """Run it on this cursor of the default connection."""
        if settings.PREPARED_STATEMENTS:
            self.prepare()
            cursor.execute(self.call, values)
        else:
            cursor.execute(self.sql, values)

    def rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run it and fetch everything."""
        with connection.cursor() as cursor:
            self.execute(cursor, values)
            return cursor.fetchall()

    def run(self, values: Mapping[str, Any]) -> int:
        """Run it; returns how many rows it touched."""
        with connection.cursor() as cursor:
            self.execute(cursor, values)
            return int(cursor.rowcount)

    def prepare(self) -> None:
        """Make it known to the present connection, unless it is."""
        connection.ensure_connection()
        names = prepared_names()
        if self.name in names:
            return
        text = VALUE.sub(lambda found: f"${self._places[found[1]]}" if found[1] else "%", self.sql)
        # On the driver's own cursor: whoever counts queries counts what is asked, not this.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self.name} AS {text}")
        names.add(self.name)


def prepared_names() -> set[str]:
    """What this connection to the server has prepared; another connection begins with nothing."""
    held: tuple[Any, set[str]] | None = getattr(connection, NAMES, None)
    if held is None or held[0] is not connection.connection:
        held = (connection.connection, set())
        setattr(connection, NAMES, held)
    return held[1]
