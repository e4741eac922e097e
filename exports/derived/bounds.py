"""Bounds on files to train on: what rules rule out is left out, and accounted for row by row.

Rules of tier 1 hold in every such file. Those of tier 2 do where their campaign says so, or where
the file is asked for within bounds; a person's own only within bounds, and in a file of that person
alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from exports.derived.base import Made
from exports.derived.columns import BOUNDS_COLUMNS
from exports.derived.files import LineFile, json_text
from exports.derived.grouping import Row
from exports.derived.options import Options
from exports.derived.sources import Source
from exports.tables.bounds import BoundsFacts
from policies.enums import Tier
from policies.ruling.report import RuleId, Tally, bounds_report


class Bounds:
    """What is ruled out for one request, source by source, and what that removed so far."""

    def __init__(self, options: Options, path: Path) -> None:
        self._options, self._path = options, path
        self._facts = BoundsFacts()
        self._ruled_out: dict[tuple[str, str], tuple[RuleId, ...]] = {}
        self._tally = Tally()
        self._rows: LineFile | None = None

    @property
    def is_told(self) -> bool:
        """Whether there is anything to account for: a rule in force, or bounds asked for."""
        return bool(self._facts.rules) or self._options.within_bounds

    def take(self, source: Source) -> None:
        """Go on to a source: the rules are the same, what they rule out is that source's own."""
        self._facts = source.bounds
        found: dict[tuple[str, str], list[RuleId]] = {}
        for batch in source.ruled_out():
            for row in batch.to_pylist():
                if self._holds(row):
                    rule = (row["rule"], row["version"], row["tier"])
                    found.setdefault((row["item_id"], row["response_id"]), []).append(rule)
        self._ruled_out = {key: tuple(rules) for key, rules in found.items()}

    def _holds(self, row: Mapping[str, Any]) -> bool:
        if row["tier"] == Tier.INSTALLATION:
            return True
        if row["tier"] == Tier.ORGANISATION:
            return bool(row["by_default"]) or self._options.within_bounds
        alone = list(self._options.annotators) == [row["annotator_id"]]
        return alone and self._options.within_bounds

    def see_judgments(self, item_id: str, rows: Sequence[Row]) -> None:
        """Count judgments that prefer a response, by stratum."""
        if not self.is_told:
            return
        for row in rows:
            for response in preferred_in(row):
                rules = self._ruled_out.get((item_id, response), ())
                self._tally.see_judgment(row["stratum"], row["annotator_id"], rules)

    def removes(
        self, item_id: str, preferred: str | None, beside: Mapping[str, Any], split: str
    ) -> bool:
        """Whether a row must not be written, as it prefers what is ruled out; it is noted then."""
        rules = self._ruled_out.get((item_id, preferred), ()) if preferred is not None else ()
        self._tally.see_row(rules)
        for rule, version, tier in rules:
            self._rows = self._rows or LineFile(self._path)
            self._rows.write_json(
                {
                    "rule": rule,
                    "version": version,
                    "tier": tier,
                    "split": split,
                    "item_id": item_id,
                    "criterion": beside["criterion"],
                    "preferred_id": preferred,
                    "rejected_id": beside.get("rejected_id"),
                    "judgment_id": beside.get("judgment_id"),
                    "annotator_id": beside.get("annotator_id"),
                    "stratum": beside.get("stratum"),
                }
            )
        return bool(rules)

    def finish(self, path: Path) -> Iterator[Made]:
        """The rows that were removed, where there are any, and the report."""
        if not self.is_told:
            return
        if self._rows is not None:
            self._rows.close()
            yield Made(self._path, self._rows.rows, is_bounds=True, columns=BOUNDS_COLUMNS)
        facts = self._facts
        report = bounds_report(self._tally, facts.rules, least=facts.least, digest=facts.sha256)
        path.write_text(json_text(report) + "\n", encoding="utf-8")
        yield Made(path, is_bounds=True)

    def told(self) -> dict[str, Any]:
        """The sums, for the file that says what the rows are."""
        if not self.is_told:
            return {}
        tally = self._tally
        return {
            "bounds": {
                "rows_in": tally.rows_in,
                "rows_out": tally.rows_out,
                "rows_removed": tally.removed,
            }
        }


def preferred_in(row: Row) -> Iterator[str]:
    """The responses that a judgment prefers: of a pair one or none, or all it calls acceptable."""
    if "acceptable" in row:
        said = json.loads(row["acceptable"]) if row["acceptable"] else {}
        yield from (response for response, verdict in said.items() if verdict)
    elif row["outcome"] == "graded" and row["preference"] != 0:
        yield row["response_b"] if row["preference"] > 0 else row["response_a"]
