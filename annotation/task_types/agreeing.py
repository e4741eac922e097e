"""Whether two answers of one person to one item say the same."""

from collections.abc import Mapping
from typing import Any


def same_answer(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Every criterion answered alike, however strongly and whatever the order shown was.

    Grades of one direction are one answer, and so are rankings with the same order; a tie is not
    a preference. What has no direction (ratings, values, outcomes) must be equal.
    """
    shared = set(first) & set(second)
    return all(gist(first[key]) == gist(second[key]) for key in shared)


def gist(answer: Mapping[str, Any]) -> Any:
    if "preferred" in answer:
        return {"preferred": answer["preferred"]}
    if "ranking" in answer:
        return [sorted(place) for place in answer["ranking"]]
    return {key: value for key, value in answer.items() if key not in ("acceptable", "spans")}
