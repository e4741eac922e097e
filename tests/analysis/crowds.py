"""What people judged, written down by hand: no database, every answer known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from analysis.arrays import (
    Extent,
    Judged,
    JudgedComparisons,
    JudgedPlaces,
    JudgedRatings,
    JudgedValues,
)
from analysis.services.methods.base import Work
from analysis.services.tables import Row, Table
from annotation.models import Campaign

GIVEN = ("judgment", "criterion", "item", "annotator", "stratum", "first")
PAIR = ("a", "b", "system_a", "system_b", "preference", "outcome")


def people(strata: Mapping[str, int]) -> list[tuple[int, str]]:
    """Numbers of people with the key of their stratum, stratum by stratum."""
    keys = [key for key, count in strata.items() for _number in range(count)]
    return list(enumerate(keys))


def preferred(
    person: int, item: int, best: int, other: int, *, tie: bool = False, first: int = -1
) -> dict[str, int]:
    """Somebody prefers one system's response to another's; the lower system's comes first."""
    a, b = min(best, other), max(best, other)
    return {
        "annotator": person,
        "item": item,
        "a": a,
        "b": b,
        "system_a": a,
        "system_b": b,
        "preference": 0 if tie else (-1 if best == a else 1),
        "outcome": 1 if tie else 0,
        "first": first,
    }


def ranked(person: int, item: int, *groups: Iterable[int]) -> list[dict[str, int]]:
    """Somebody's ranking of systems' responses, best first; those of a group are tied."""
    found, rank = [], 1
    for group in map(list, groups):
        found += [
            {"annotator": person, "item": item, "response": one, "system": one, "rank": rank}
            for one in group
        ]
        rank += len(group)
    return found


def work_of(
    strata: Mapping[str, int],
    pairs: Sequence[Mapping[str, int]] = (),
    *,
    judgments: Sequence[Sequence[Mapping[str, int]]] = (),
    rankings: Sequence[Sequence[Mapping[str, int]]] = (),
    systems: int = 2,
    task_type: str = "pairwise",
    least: int = 5,
    bootstraps: int = 40,
) -> Work:
    """A run over these judgments: each of `pairs` is one, `judgments` are of several pairs each."""
    stratum_of = np.repeat(np.arange(len(strata)), list(strata.values())).astype(np.int32)
    of_pairs = [[one] for one in pairs] + list(judgments)
    given = [one for part in (of_pairs, rankings) for one in part]
    items = 1 + max((row["item"] for rows in given for row in rows), default=0)
    judged = Judged(
        task_type=task_type,
        criteria=["overall"],
        strata=list(strata),
        systems=[f"s{number}" for number in range(systems)],
        values=[],
        items=np.arange(items),
        item_ids=[f"q{number}" for number in range(items)],
        annotators=np.arange(len(stratum_of)),
        stratum_of=stratum_of,
        judgments=len(given),
        imported=0,
        digest="",
        comparisons=JudgedComparisons(**columns(of_pairs, stratum_of, PAIR)),
        places=JudgedPlaces(**columns(rankings, stratum_of, ("response", "system", "rank"))),
        ratings=JudgedRatings(**columns([], stratum_of, ("response", "system", "rating"))),
        valued=JudgedValues(**columns([], stratum_of, ("value", "strength"))),
    )
    return Work(
        campaign=Campaign(),
        extent=Extent(datetime(2026, 1, 1, tzinfo=UTC), 0),
        judged=judged,
        least=least,
        seed=7,
        bootstraps=bootstraps,
    )


def columns(
    judgments: Sequence[Sequence[Mapping[str, int]]], stratum_of: Any, names: Sequence[str]
) -> dict[str, Any]:
    rows = [
        {
            "judgment": number,
            "criterion": 0,
            "first": -1,
            **row,
            "stratum": stratum_of[row["annotator"]],
        }
        for number, of_one in enumerate(judgments)
        for row in of_one
    ]
    return {name: np.array([row[name] for row in rows], np.int32) for name in (*GIVEN, *names)}


def rows_by_group(tables: Iterable[Table], key: str) -> dict[tuple[str, ...], Row]:
    """A table's rows by the values of their groups."""
    table = next(one for one in tables if one["key"] == key)
    return {
        tuple(row["group"].get(name, "") for name in table["groups"]): row for row in table["rows"]
    }
