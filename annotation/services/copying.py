"""Inserting many rows by COPY, with the values that saving them one by one would store."""

import io
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

NULL = "\\N"
# In COPY's text format these stand for something else.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model and give each its id. Constraints and triggers hold."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    for row, pk in zip(rows, reserved_ids(rows[0], len(rows)), strict=True):
        row.pk = pk
    kinds = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
    lines = [
        "\t".join([as_text(row.__dict__[name], is_json) for name, is_json in kinds]) for row in rows
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f'COPY "{meta.db_table}" ({columns}) FROM STDIN', io.StringIO("\n".join(lines))
        )


def as_text(value: Any, is_json: bool) -> str:
    """A value in COPY's text format; None is NULL in JSON columns too, as where rows are saved."""
    if value is None:
        return NULL
    if is_json:
        return json.dumps(value).translate(ESCAPES)
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)


def reserved_ids(row: models.Model, count: int) -> list[int]:
    """So many ids of the row's table that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [row._meta.db_table, row._meta.pk.column, count],
        )
        return [found for (found,) in cursor.fetchall()]
