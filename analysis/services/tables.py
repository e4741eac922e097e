"""What a run keeps: tables of figures, each with its interval, its n and its method.

Plain dicts, since they are stored as JSON:
`{"key", "method", "source", "parameters", "measure", "groups": [name…], "rows": [row…]}` with rows
`{"group": {name: value}, "estimate", "lower", "upper", "n", "annotators", "withheld"}`. Of a row
that is withheld nothing but its group is there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Row = dict[str, Any]
Table = dict[str, Any]
FIGURES = ("estimate", "lower", "upper", "n", "annotators")
# In the place of a stratum: all of them together.
EVERYBODY = ""


def row(
    group: Mapping[str, Any],
    *,
    estimate: float | None,
    lower: float | None,
    upper: float | None,
    n: int,
    annotators: int,
    **more: Any,
) -> Row:
    """A figure that may be shown."""
    return {
        "group": dict(group),
        "estimate": rounded(estimate),
        "lower": rounded(lower),
        "upper": rounded(upper),
        "n": int(n),
        "annotators": int(annotators),
        "withheld": False,
        **more,
    }


def withheld_row(group: Mapping[str, Any]) -> Row:
    """What is left of a figure about too few people."""
    return {"group": dict(group), **dict.fromkeys(FIGURES), "withheld": True}


def table(
    key: str,
    rows: Sequence[Row],
    *,
    measure: str,
    method: str,
    source: str,
    parameters: Mapping[str, Any],
) -> Table:
    return {
        "key": key,
        "measure": measure,
        "method": method,
        "source": source,
        "parameters": dict(parameters),
        "groups": list(dict.fromkeys(name for one in rows for name in one["group"])),
        "rows": list(rows),
    }


def rounded(value: float | None) -> float | None:
    """Twelve digits: what lies beyond differs between machines."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    return float(f"{value:.12g}")
