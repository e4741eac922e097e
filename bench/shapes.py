"""Empty copies of the product's tables: columns, defaults, indexes, CHECKs and foreign keys."""

from django.db import connection

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
