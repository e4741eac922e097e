"""Empties the database after a test that committed: only the tables that hold something.

Django's own way truncates every table and makes content types and permissions anew, about a quarter
of a second for each such test, however little it wrote.
"""

from django.db import connections
from django.test import TransactionTestCase

# What migrations make, the same for every test.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
# Beyond this a table is truncated: deleted rows would leave their pages to the tests that follow.
FEW_BYTES = 4 * 2**20

SIZES = """
SELECT format('%%I', relname), pg_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relpages >= 0
  AND relname <> ALL (%s)
"""


def empty_database(alias: str = "default") -> None:
    """Leave no row but those of migrations, passing over triggers and foreign keys."""
    with connections[alias].cursor() as cursor:
        cursor.execute(SIZES, [sorted(KEPT)])
        sizes = dict(cursor.fetchall())
        if any(size > FEW_BYTES for size in sizes.values()):
            cursor.execute(f"TRUNCATE {', '.join(sizes)}")
            return
        touched = [table for table, size in sizes.items() if size]
        if touched:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("".join(f"DELETE FROM {table};" for table in touched))  # noqa: S608
            cursor.execute("SET session_replication_role = DEFAULT")


def _fixture_teardown(case: TransactionTestCase) -> None:
    if case.available_apps is not None or case.serialized_rollback:
        raise NotImplementedError("Tests here neither restrict apps nor keep data of migrations.")
    for alias in case._databases_names(include_mirrors=False):
        empty_database(alias)


def empty_after_each_test() -> None:
    """From now on tests that commit are followed by this rather than by Django's flush.

    Where the tests' role is no superuser, Django's flush stays.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            TransactionTestCase._fixture_teardown = _fixture_teardown
