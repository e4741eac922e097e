"""The same bodies as tables: a row for each line, with method and parameters on every row."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Row = dict[str, Any]
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def effort_rows(body: Mapping[str, Any]) -> list[Row]:
    """Strata of a design; the last row, without a stratum, is their sum."""
    return [with_method(row, body) for row in (*body["strata"], body["total"])]


def pair_rows(body: Mapping[str, Any]) -> list[Row]:
    simulated = ("replications", "width", "power", "power_error", "coverage", "standard_error")
    rows = []
    for pair in body["pairs"]:
        plain = ("item_stratum", "items", "first", "second")
        row = {name: pair[name] for name in plain}
        for name in ("judgments", "people"):
            row.update({f"{name}_first": pair[name][0], f"{name}_second": pair[name][1]})
        row.update({f"formula_{name}": value for name, value in pair["formula"].items()})
        simulation = pair["simulation"] or {}
        row.update({f"simulated_{name}": simulation.get(name) for name in simulated})
        rows.append(with_method(row, body))
    return rows


def forecast_rows(body: Mapping[str, Any]) -> list[Row]:
    rows = []
    for one in body["strata"]:
        plain = ("stratum", "outlook", "wanted", "submitted", "remaining")
        row = {name: one[name] for name in plain}
        row.update({f"judgments_day_{n}": count for n, count in enumerate(one["by_day"])})
        row.update({name: one[name] for name in ("active_last_day", "active_last_week")})
        for part in ("last_week", "last_day", "finish", "finish_at_last_days_rate", "recruit"):
            row.update({f"{part}_{name}": text_of(value) for name, value in one[part].items()})
        row["now"] = text_of(body["now"])
        rows.append(with_method(row, body))
    return rows


def position_rows(body: Mapping[str, Any]) -> list[Row]:
    """A row for each share of what was shown first, and for each mean rank at a position."""
    rows = []
    for group in body["groups"]:
        key = {name: group[name] for name in ("criterion", "stratum", "responses", "suppressed")}
        first = group["first_shown"]
        if first:
            row = position_row("share preferring the first shown", 1, first, first["share"])
            row["expected"] = 0.5
            extra = ("effective_n", "low_by_annotator", "high_by_annotator")
            row.update({name: first[name] for name in extra})
            rows.append(with_method({**key, **row}, body))
        for rank in group["ranks"]:
            row = position_row("mean rank", rank["position"], rank, rank["mean_rank"])
            row["expected"] = rank["expected"]
            rows.append(with_method({**key, **row}, body))
        if group["suppressed"]:
            rows.append(with_method(key, body))
    return rows


def position_row(quantity: str, position: int, part: Mapping[str, Any], value: float) -> Row:
    return {
        "quantity": quantity,
        "position": position,
        "annotators": part["annotators"],
        "n": part["n"],
        "value": value,
        "low": part["low"],
        "high": part["high"],
    }


def with_method(row: Mapping[str, Any], body: Mapping[str, Any]) -> Row:
    parameters = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        for name, value in body["parameters"].items()
    }
    named = {f"parameter_{name}": value for name, value in parameters.items()}
    return {**row, "method": body["method"], **named}


def text_of(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV with a header of all their columns in order; what is missing is empty."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
    return file.getvalue()


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Rows that all have the columns of the first, as CSV line by line."""
    file = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, list(row), lineterminator="\r\n")
            writer.writeheader()
        writer.writerow({name: harmless(value) for name, value in row.items()})
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Rows as one JSON array, a row a line."""
    start = "[\n"
    for row in rows:
        yield start + json.dumps(row, ensure_ascii=False)
        start = ",\n"
    yield "\n]\n" if start.startswith(",") else "[]\n"


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run is kept from it by an apostrophe (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
