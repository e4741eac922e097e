"""Empty copies of the product's tables: columns, defaults, indexes, CHECKs and foreign keys."""

from typing import Any

from django.db import connection

COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND column_name <> 'id'
  AND is_generated = 'NEVER'
ORDER BY ordinal_position
"""
FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f' AND confrelid <> conrelid
"""


def copy_table(table: str) -> None:
    """Make `bench.<table>` anew, empty and in the shape of the product's."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS bench")
        cursor.execute(f"DROP TABLE IF EXISTS bench.{table} CASCADE")
        cursor.execute(f"CREATE TABLE bench.{table} (LIKE public.{table} INCLUDING ALL)")
        cursor.execute(FOREIGN_KEYS, [f"public.{table}"])
        for name, definition in cursor.fetchall():
            # Between copies, as assignments refer to the coverage that was copied.
            definition = definition.replace(
                "REFERENCES annotation_coverage(", "REFERENCES bench.annotation_coverage("
            ).replace(
                "REFERENCES annotation_assignment(", "REFERENCES bench.annotation_assignment("
            )
            cursor.execute(f"ALTER TABLE bench.{table} ADD CONSTRAINT {name} {definition}")


def columns_of(table: str) -> list[str]:
    """The columns that an insert gives: neither the id nor what is computed."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return [row[0] for row in cursor.fetchall()]


def newest_row(table: str) -> dict[str, Any]:
    """The row that the product wrote last, every column as text: a template for others."""
    columns = columns_of(table)
    texts = ", ".join(f"{column}::text" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {texts} FROM {table} ORDER BY id DESC LIMIT 1")  # noqa: S608
        return dict(zip(columns, cursor.fetchone(), strict=True))
