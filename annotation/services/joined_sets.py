"""Statements over sets that the same job has just written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def joined_as_sets(cursor: Any) -> Iterator[None]:
    """Within a transaction: large sets are joined by hashing or merging, whatever statistics say.

    Statistics know nothing of what a transaction wrote itself, and little of what came just before
    it: loops within loops, which suit a few rows, would take minutes where there are thousands.
    Look-ups that can be nothing else (LATERAL) stay what they are.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
