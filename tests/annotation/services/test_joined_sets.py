"""Joins of sets that statistics know nothing of."""

import pytest
from django.db import connection, transaction

from annotation.services.joined_sets import joined_as_sets

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "EXPLAIN SELECT * FROM a_few JOIN many USING (number)"


def plan(cursor):
    cursor.execute(PLAN)
    return "\n".join(line for (line,) in cursor.fetchall())


def test_what_statistics_take_for_a_few_rows_is_joined_as_a_set_and_only_there():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE a_few ON COMMIT DROP AS SELECT 1 AS number")
        cursor.execute("CREATE TEMP TABLE many (number int PRIMARY KEY) ON COMMIT DROP")
        cursor.execute("INSERT INTO many SELECT generate_series(1, 9999)")
        cursor.execute("ANALYZE a_few, many")
        cursor.execute("INSERT INTO a_few SELECT generate_series(2, 99)")
        assert "Nested Loop" in plan(cursor)
        with joined_as_sets(cursor):
            assert "Nested Loop" not in plan(cursor)
        assert "Nested Loop" in plan(cursor)
