"""The standing of one response under the rules in force, with what it rests on.

A rule can only narrow: whatever a rule of one tier says, none of a lower tier can take it back. So
the standing is the strictest that any rule gives, and the decisive rule is that of the highest tier
(the smallest number) among those that rule it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policies.enums import DecidedBy, RuleKind, Standing, Tier, VerdictKind


@dataclass(frozen=True)
class Word:
    """One verdict: what, by an admin or not, and when; later ones have larger numbers."""

    number: int
    verdict: str
    by_admin: bool = False
    reason: str = ""
    at: datetime | None = None
    version: int = 1
    author: Any = None

    @property
    def label(self) -> str:
        """The verdict in the reader's language."""
        return str(VerdictKind(self.verdict).label)


@dataclass(frozen=True)
class Share:
    """How many people found a value in the response, of how many who were asked."""

    people: int
    found: int

    @property
    def share(self) -> float:
        return self.found / self.people if self.people else 0.0


@dataclass(frozen=True)
class Threshold:
    """When values count as evidence: the share of people who find one, of at least so many."""

    share: float
    people: int


@dataclass(frozen=True)
class Bound:
    """A version of a rule in force, as far as ruling needs it."""

    rule: str
    version: int
    tier: int
    kind: str
    decided_by: str
    title: str = ""
    threshold: Threshold | None = None


@dataclass(frozen=True)
class Evidence:
    """What is known of a response under one rule."""

    words: Sequence[Word] = ()
    reports: int = 0
    values: Share | None = None


@dataclass(frozen=True)
class Finding:
    """What one rule says of a response: `says` a verdict, or None where nothing tells."""

    bound: Bound
    evidence: Evidence
    says: str | None

    @property
    def standing(self) -> Standing:
        if self.says == VerdictKind.BREAKS:
            return Standing.RULED_OUT
        return Standing.ALLOWED if self.says == VerdictKind.KEEPS else Standing.UNDECIDED


@dataclass(frozen=True)
class Ruling:
    """A response's standing. `decisive` are the findings it rests on; `overruled` those of lower
    tiers that would have let it pass, had a higher one not ruled it out."""

    standing: Standing
    findings: Sequence[Finding]
    decisive: Sequence[Finding]
    overruled: Sequence[Finding]

    @property
    def tier(self) -> int | None:
        """The highest tier that rules it out; None where none does."""
        if self.standing != Standing.RULED_OUT:
            return None
        return self.decisive[0].bound.tier


def newest_word(words: Iterable[Word], tier: int) -> Word | None:
    """The word that counts: the newest; on tier 1 an admin's goes before all others."""
    prefers_admins = tier == Tier.INSTALLATION
    return max(words, key=lambda one: (prefers_admins and one.by_admin, one.number), default=None)


def finding_of(bound: Bound, evidence: Evidence) -> Finding:
    """What a rule says of a response, given what is known."""
    if bound.decided_by == DecidedBy.VALUES:
        return Finding(bound, evidence, said_by_values(bound, evidence.values))
    word = newest_word(evidence.words, bound.tier)
    if word is not None:
        return Finding(bound, evidence, word.verdict)
    if bound.decided_by == DecidedBy.OWN:
        return Finding(bound, evidence, VerdictKind.KEEPS.value)
    if bound.decided_by == DecidedBy.REPORTS and not evidence.reports:
        return Finding(bound, evidence, VerdictKind.KEEPS.value)
    return Finding(bound, evidence, None)


def said_by_values(bound: Bound, values: Share | None) -> str | None:
    """Whether enough people found the value: a restriction forbids it, a requirement wants it."""
    threshold = bound.threshold
    if threshold is None or values is None or values.people < threshold.people:
        return None
    is_there = values.found >= threshold.share * values.people
    breaks = is_there if bound.kind == RuleKind.RESTRICTION else not is_there
    return VerdictKind.BREAKS.value if breaks else VerdictKind.KEEPS.value


def ruling_of(known: Iterable[tuple[Bound, Evidence]]) -> Ruling:
    """The standing of a response under all rules that apply to it; allowed where none does."""
    found = [finding_of(bound, evidence) for bound, evidence in known]
    findings = sorted(found, key=lambda one: (one.bound.tier, one.bound.rule))
    against = [one for one in findings if one.standing == Standing.RULED_OUT]
    if against:
        tier = against[0].bound.tier
        decisive = [one for one in against if one.bound.tier == tier]
        overruled = [
            one for one in findings if one.bound.tier > tier and one.standing == Standing.ALLOWED
        ]
        return Ruling(Standing.RULED_OUT, findings, decisive, overruled)
    unknown = [one for one in findings if one.standing == Standing.UNDECIDED]
    if unknown:
        return Ruling(Standing.UNDECIDED, findings, unknown, ())
    return Ruling(Standing.ALLOWED, findings, findings, ())
