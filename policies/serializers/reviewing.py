"""Verdicts, standing and the review queue as REST takes and shows them."""

from typing import Any

from rest_framework import serializers

from annotation.models import Response
from policies.enums import RuleKind, Standing, VerdictKind
from policies.models import Verdict
from policies.ruling.standing import Finding, Ruling, Word
from policies.selectors.queue import QueuePage
from policies.serializers.rules import DECIDED_BY

HIGHEST_ID = 2**63 - 1


class QueueQuerySerializer(serializers.Serializer[Any]):
    rule = serializers.IntegerField(min_value=1, max_value=HIGHEST_ID)
    after = serializers.IntegerField(
        min_value=0, max_value=HIGHEST_ID, default=0, help_text="`next` of the page before."
    )


class ReportedSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    note = serializers.CharField()


class WaitingSerializer(serializers.Serializer[Any]):
    item_id = serializers.CharField()
    response_id = serializers.CharField()
    content = serializers.JSONField(help_text="A text, or turns of a conversation.")
    reports = ReportedSerializer(many=True)


class QueueSerializer(serializers.Serializer[Any]):
    responses = WaitingSerializer(many=True)
    next = serializers.IntegerField(allow_null=True)


class NewVerdictSerializer(serializers.Serializer[Any]):
    rule = serializers.IntegerField(min_value=1, max_value=HIGHEST_ID)
    item_id = serializers.CharField(max_length=200)
    response_id = serializers.CharField(max_length=200)
    verdict = serializers.ChoiceField(VerdictKind.choices)
    reason = serializers.CharField(
        max_length=5000, default="", allow_blank=True, help_text="Needed for `breaks`."
    )


class VerdictSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    rule = serializers.CharField()
    version = serializers.IntegerField()
    item_id = serializers.CharField()
    response_id = serializers.CharField()
    verdict = serializers.ChoiceField(VerdictKind.choices)
    reason = serializers.CharField()
    by_admin = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class StandingQuerySerializer(serializers.Serializer[Any]):
    item = serializers.CharField(max_length=200)
    at = serializers.DateTimeField(required=False, help_text="Left out: now.")


class WordSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(VerdictKind.choices)
    version = serializers.IntegerField()
    by_admin = serializers.BooleanField()
    reason = serializers.CharField()
    author = serializers.EmailField(allow_null=True)
    at = serializers.DateTimeField()


class ShareSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    found = serializers.IntegerField()
    share = serializers.FloatField()


class FindingSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    version = serializers.IntegerField()
    tier = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(RuleKind.choices)
    decided_by = serializers.ChoiceField(DECIDED_BY)
    standing = serializers.ChoiceField(Standing.choices)
    verdicts = WordSerializer(many=True)
    reports = serializers.IntegerField()
    values = ShareSerializer(
        allow_null=True, help_text="None where fewer people read the text than the rule asks for."
    )


class RulingSerializer(serializers.Serializer[Any]):
    response_id = serializers.CharField()
    standing = serializers.ChoiceField(Standing.choices)
    tier = serializers.IntegerField(allow_null=True, help_text="The highest that rules it out.")
    decisive = serializers.ListField(child=serializers.CharField())
    overruled = serializers.ListField(
        child=serializers.CharField(),
        help_text="Rules of lower tiers that would have let it pass.",
    )
    rules = FindingSerializer(many=True)


class StandingSerializer(serializers.Serializer[Any]):
    item_id = serializers.CharField()
    at = serializers.DateTimeField()
    responses = RulingSerializer(many=True)


def queue_body(page: QueuePage) -> dict[str, Any]:
    return {
        "responses": [
            {
                "item_id": one.response.item.external_id,
                "response_id": one.response.external_id,
                "content": one.response.content,
                "reports": [{"kind": said.kind, "note": said.note} for said in one.reports],
            }
            for one in page.waiting
        ],
        "next": page.after,
    }


def verdict_body(verdict: Verdict, response: Response) -> dict[str, Any]:
    return {
        "id": verdict.pk,
        "rule": verdict.rule.reference,
        "version": verdict.version.number,
        "item_id": response.item.external_id,
        "response_id": response.external_id,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "by_admin": verdict.by_admin,
        "created_at": verdict.created_at,
    }


def ruling_body(response: Response, ruling: Ruling) -> dict[str, Any]:
    return {
        "response_id": response.external_id,
        "standing": ruling.standing,
        "tier": ruling.tier,
        "decisive": [one.bound.rule for one in ruling.decisive],
        "overruled": [one.bound.rule for one in ruling.overruled],
        "rules": [finding_body(one) for one in ruling.findings],
    }


def finding_body(finding: Finding) -> dict[str, Any]:
    bound, evidence = finding.bound, finding.evidence
    return {
        "rule": bound.rule,
        "version": bound.version,
        "tier": bound.tier,
        "title": bound.title,
        "kind": bound.kind,
        "decided_by": bound.decided_by,
        "standing": finding.standing,
        "verdicts": [word_body(one) for one in evidence.words],
        "reports": evidence.reports,
        "values": shown_share(finding),
    }


def word_body(word: Word) -> dict[str, Any]:
    return {
        "verdict": word.verdict,
        "version": word.version,
        "by_admin": word.by_admin,
        "reason": word.reason,
        "author": word.author,
        "at": word.at,
    }


def shown_share(finding: Finding) -> dict[str, Any] | None:
    """What people found, unless too few read the text for it to be told."""
    values, threshold = finding.evidence.values, finding.bound.threshold
    if values is None or threshold is None or values.people < threshold.people:
        return None
    return {"people": values.people, "found": values.found, "share": values.share}
