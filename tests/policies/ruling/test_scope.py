"""Which version holds at a time, and what it applies to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from policies.ruling.scope import Scope, in_force

DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    number: int
    effective_from: datetime
    effective_until: datetime | None = None


def day(number: int) -> datetime:
    return DAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("at", "number"),
    [(0, None), (1, 1), (4, 1), (5, 2), (6, 2), (7, None), (9, None), (10, 3), (99, 3)],
)
def test_the_newest_version_that_has_begun_holds_until_it_ends(at: int, number: int | None):
    versions = [
        Version(1, day(1)),
        Version(3, day(10)),
        Version(2, day(5), effective_until=day(7)),
    ]
    found = in_force(versions, day(at))
    assert (found.number if found else None) == number


def test_a_version_that_ends_as_it_begins_ends_the_rule():
    assert in_force([Version(1, day(1)), Version(2, day(3), day(3))], day(3)) is None


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Scope(), True),
        (Scope(campaigns=["a"]), True),
        (Scope(campaigns=["b"]), False),
        (Scope(languages=["PT"]), True),
        (Scope(languages=["pt-br"]), True),
        (Scope(languages=["p"]), False),
        (Scope(languages=["pt-br-x"]), False),
        (Scope(metadata={"topic": ["law", "health"]}), True),
        (Scope(metadata={"topic": ["law"]}), False),
        (Scope(metadata={"n": ["7"]}), True),
        (Scope(metadata={"adult": ["true"]}), True),
        (Scope(metadata={"missing": ["x"]}), False),
        (Scope(metadata={"nested": ["{}"]}), False),
    ],
)
def test_a_scope_narrows_by_everything_it_names(scope: Scope, holds: bool):
    metadata = {"topic": "health", "n": 7, "adult": True, "nested": {}}
    assert scope.holds_for("a", "pt-BR", metadata) is holds


def test_a_scope_is_read_as_it_is_written():
    body = {"languages": ["en"], "metadata": {"topic": ["law"]}}
    assert Scope.of(body).body() == body
    assert Scope.of({}).body() == {}
