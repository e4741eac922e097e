"""All responses of campaigns that rules rule out at a time, as a stream out of the database.

Says the same as `policies.ruling.standing`, for whole campaigns at once; tests hold the two to each
other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from annotation.models import Campaign
from policies.enums import DecidedBy, RuleKind, Tier
from policies.models import BoundsSetting, RuleVersion
from policies.ruling.scope import Scope
from policies.selectors.rules import own_rules_in_force, rules_in_force
from policies.selectors.values import evidence_names, found_sql

ROWS_AT_ONCE = 2_000

BROKEN = """
SELECT newest.response_id FROM (
    SELECT DISTINCT ON (v.response_id) v.response_id, v.verdict
    FROM policies_verdict v JOIN policies_ruleversion said ON said.id = v.version_id
    WHERE v.rule_id = %(rule)s AND said.number >= %(since)s AND v.created_at <= %(at)s
    ORDER BY v.response_id, {first}v.id DESC
) newest WHERE newest.verdict = 'breaks'
"""
AGAINST_VALUES = """
SELECT r.id AS response_id FROM ({found}) texts
JOIN annotation_response r ON r.content_sha256 = texts.content_sha256
WHERE texts.people >= %(people)s AND {broken}
"""
THRESHOLD = "texts.found >= %(share)s * texts.people"
ROWS = """
SELECT i.campaign_id, i.id, i.external_id, r.external_id
FROM ({against}) against
JOIN annotation_response r ON r.id = against.response_id
JOIN annotation_item i ON i.id = r.item_id
WHERE i.campaign_id = ANY(%(campaigns)s) AND i.created_at <= %(items_until)s {scope}
ORDER BY i.id, r.position
"""


@dataclass(frozen=True)
class RuledOut:
    """A response that a rule rules out. `by_default` is whether the rule holds in every training
    file; `annotator_pk` is whose own rule it is, None for a rule of everybody's."""

    campaign_pk: int
    item_pk: int
    item_id: str
    response_id: str
    rule: str
    version: int
    tier: int
    by_default: bool
    annotator_pk: int | None = None


def ruled_out_responses(
    campaigns: Sequence[Campaign],
    at: datetime,
    *,
    tiers: Sequence[int] = tuple(Tier.values),
    items_until: datetime | None = None,
) -> Iterator[RuledOut]:
    """Every response that a rule in force rules out, rule by rule, each in the order of items.

    A response may come several times, once for each rule. Own rules of people who are in the
    campaigns come last; they hold for files of that person alone. `items_until` leaves out items
    that came later. Memory holds a portion of the rows.
    """
    yield from ruled_out_by(
        versions_ruling(campaigns, at, tiers), campaigns, at, items_until=items_until
    )


def versions_ruling(
    campaigns: Sequence[Campaign], at: datetime, tiers: Sequence[int] = tuple(Tier.values)
) -> list[RuleVersion]:
    """The versions in force of these tiers, those of people who are in the campaigns last."""
    found = rules_in_force(campaigns, at)
    if Tier.PERSON in tiers:
        found += own_rules_in_force(campaigns, at)
    return [one for one in found if one.rule.tier in tiers]


def ruled_out_by(
    versions: Iterable[RuleVersion],
    campaigns: Sequence[Campaign],
    at: datetime,
    *,
    items_until: datetime | None = None,
) -> Iterator[RuledOut]:
    choosing = set(
        BoundsSetting.objects.filter(
            campaign__in=list(campaigns), applies_to_training=False
        ).values_list("campaign", flat=True)
    )
    for version in versions:
        rule, names = version.rule, names_of(version, campaigns, at)
        names["items_until"] = items_until or at
        for campaign_pk, item_pk, item_id, response_id in rows_of(sql_of(version, names), names):
            yield RuledOut(
                campaign_pk=campaign_pk,
                item_pk=item_pk,
                item_id=item_id,
                response_id=response_id,
                rule=rule.reference,
                version=version.number,
                tier=rule.tier,
                by_default=rule.tier == Tier.INSTALLATION
                or (rule.tier == Tier.ORGANISATION and rule.campaign_id not in choosing),
                annotator_pk=rule.annotator_id,
            )


def rows_of(sql: str, names: dict[str, Any]) -> Iterator[tuple[int, int, str, str]]:
    """The rows through a cursor of the server's, which keeps what was not read yet."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, names)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def names_of(version: RuleVersion, campaigns: Sequence[Campaign], at: datetime) -> dict[str, Any]:
    rule, scope = version.rule, Scope.of(version.applies_to)
    inside = [one.pk for one in campaigns if scope.holds_in(one.slug)]
    if rule.campaign_id is not None:
        inside = [pk for pk in inside if pk == rule.campaign_id]
    names: dict[str, Any] = {"campaigns": inside, "at": at}
    if version.decided_by == DecidedBy.VALUES:
        evidence = version.evidence
        thresholds = {"share": evidence["share"], "people": evidence["people"]}
        return {**names, **evidence_names(version, at), **thresholds}
    return {**names, "rule": rule.pk, "since": version.verdicts_since}


def sql_of(version: RuleVersion, names: dict[str, Any]) -> str:
    """The query of a version; what its scope needs is put among the names."""
    if version.decided_by == DecidedBy.VALUES:
        is_restriction = version.kind == RuleKind.RESTRICTION
        broken = THRESHOLD if is_restriction else f"NOT ({THRESHOLD})"
        against = AGAINST_VALUES.format(found=found_sql(), broken=broken)
    else:
        admins_first = version.rule.tier == Tier.INSTALLATION
        against = BROKEN.format(first="v.by_admin DESC, " if admins_first else "")
    return ROWS.format(against=against, scope=scope_sql(Scope.of(version.applies_to), names))


def scope_sql(scope: Scope, names: dict[str, Any]) -> str:
    """The conditions of `Scope.holds_for` on an item `i`."""
    parts = []
    if scope.languages:
        wanted = [one.lower() for one in scope.languages]
        names["languages"] = wanted
        names["variants"] = [f"{like_text(one)}-%" for one in wanted]
        parts.append(
            "AND (lower(i.language) = ANY(%(languages)s)"
            " OR lower(i.language) LIKE ANY(%(variants)s))"
        )
    for place, (key, values) in enumerate(scope.metadata.items()):
        names[f"key_{place}"], names[f"values_{place}"] = key, list(values)
        parts.append(f"AND i.metadata ->> %(key_{place})s = ANY(%(values_{place})s)")
    return " ".join(parts)


def like_text(text: str) -> str:
    """A text for LIKE that means nothing but itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
