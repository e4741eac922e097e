"""The bounds report: what rules removed from a file of preferences, and on whom it falls.

Everything is accounted for: rows in = rows out + rows removed. A row that several rules remove is
counted under each of them and once in the sum.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotation.design.positions import wilson

# A rule's reference, version and tier.
RuleId = tuple[str, int, int]
METHOD = (
    "Share of judgments that prefer a ruled-out response, among those that prefer one; intervals "
    "at 95 % after Wilson (1927), which take judgments of one person for independent."
)
FEWER = "Groups of fewer people are left out, and one more where it could be told from the sum."


@dataclass
class Group:
    """Judgments of one stratum that prefer a response, by how many people, and what fell out."""

    judgments: int = 0
    removed: int = 0
    by_rule: Counter[RuleId] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set)


@dataclass
class Tally:
    """What is counted while a file is written."""

    rows_in: int = 0
    rows_out: int = 0
    removed: int = 0
    by_rule: Counter[RuleId] = field(default_factory=Counter)
    groups: dict[str | None, Group] = field(default_factory=dict)

    def see_row(self, rules: Sequence[RuleId]) -> None:
        """A row that would be written, and the rules that remove it."""
        self.rows_in += 1
        if rules:
            self.removed += 1
            self.by_rule.update(rules)
        else:
            self.rows_out += 1

    def see_judgment(self, stratum: str | None, person: str, rules: Sequence[RuleId]) -> None:
        """A judgment that prefers a response, and the rules that rule this response out."""
        group = self.groups.setdefault(stratum, Group())
        group.judgments += 1
        group.people.add(person)
        if rules:
            group.removed += 1
            group.by_rule.update(rules)


def shown_groups(groups: Mapping[str | None, Group], least: int) -> dict[str | None, Group]:
    """Groups of enough people. Where only one is too small, the smallest other goes with it."""
    shown = {key: group for key, group in groups.items() if len(group.people) >= least}
    if len(groups) - len(shown) == 1 and shown:
        smallest = min(shown, key=lambda key: (len(shown[key].people), key is None, key or ""))
        del shown[smallest]
    return dict(sorted(shown.items(), key=lambda entry: (entry[0] is None, entry[0] or "")))


def bounds_report(
    tally: Tally, rules: Sequence[Mapping[str, Any]], *, least: int, digest: str
) -> dict[str, Any]:
    """The report as JSON. `rules` are those in force, with `rule`, `version` and `tier` each.

    Raises `ValueError` where the sum does not come out.
    """
    if tally.rows_in != tally.rows_out + tally.removed:
        raise ValueError("Rows in are not rows out and rows removed.")
    shown = shown_groups(tally.groups, least)
    return {
        "rows_in": tally.rows_in,
        "rows_out": tally.rows_out,
        "rows_removed": tally.removed,
        "ruled_out_sha256": digest,
        "least_people": least,
        "method": METHOD,
        "groups_left_out": len(tally.groups) - len(shown),
        "why_groups_are_left_out": FEWER,
        "strata": [stratum_row(key, group, group.removed) for key, group in shown.items()],
        "rules": [rule_row(one, tally, shown) for one in all_rules(rules, tally)],
    }


def all_rules(rules: Sequence[Mapping[str, Any]], tally: Tally) -> list[Mapping[str, Any]]:
    """Rules in force, then those that removed something without being told of (a person's own)."""
    known = {rule_id(one) for one in rules}
    others = [
        {"rule": rule, "version": version, "tier": tier}
        for rule, version, tier in sorted(tally.by_rule)
        if (rule, version, tier) not in known
    ]
    return [*rules, *others]


def rule_id(rule: Mapping[str, Any]) -> RuleId:
    return rule["rule"], rule["version"], rule["tier"]


def rule_row(
    rule: Mapping[str, Any], tally: Tally, shown: Mapping[str | None, Group]
) -> dict[str, Any]:
    found = rule_id(rule)
    return {
        **rule,
        "rows_removed": tally.by_rule[found],
        "strata": [stratum_row(key, group, group.by_rule[found]) for key, group in shown.items()],
    }


def stratum_row(key: str | None, group: Group, removed: int) -> dict[str, Any]:
    low, high = wilson(removed, group.judgments)
    return {
        "stratum": key,
        "people": len(group.people),
        "judgments": group.judgments,
        "removed": removed,
        "share": removed / group.judgments,
        "low": low,
        "high": high,
    }
