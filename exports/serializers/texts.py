"""Texts under review as REST takes and shows them."""

from typing import Any

from rest_framework import serializers

from exports.enums import TextKind, TextVerdict
from exports.models import TextDecision
from exports.selectors.texts import TextPage, Written

AWAITING, ALL = "awaiting", "all"
HIGHEST_ID = 2**63 - 1


class TextQuerySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(TextKind.choices, default=TextKind.REASON.value)
    show = serializers.ChoiceField(
        [AWAITING, ALL], default=AWAITING, help_text="Those nobody has decided on, or all."
    )
    after = serializers.IntegerField(
        min_value=0, max_value=HIGHEST_ID, default=0, help_text="`next` of the page before."
    )


class CutSerializer(serializers.Serializer[Any]):
    start = serializers.IntegerField(min_value=0, help_text="The first character.")
    end = serializers.IntegerField(min_value=1, help_text="The first character behind it.")


class MarkSerializer(CutSerializer):
    looks_like = serializers.CharField()


class TextDecisionSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(TextVerdict.choices)
    cuts = CutSerializer(many=True)
    decided_by = serializers.EmailField(allow_null=True)
    decided_at = serializers.DateTimeField()


class TextSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(TextKind.choices)
    row = serializers.IntegerField(help_text="The judgment, or of `skip` the assignment.")
    place = serializers.IntegerField(help_text="Which note of it; 0 for the others.")
    item_id = serializers.CharField()
    text = serializers.CharField()
    sha256 = serializers.CharField()
    marks = MarkSerializer(
        many=True, help_text="A first pass by patterns, which know no names and no places."
    )
    decision = TextDecisionSerializer(
        allow_null=True, help_text="The newest one on these very words."
    )


class TextPageSerializer(serializers.Serializer[Any]):
    decided = serializers.IntegerField(help_text="Texts decided on so far, of all kinds.")
    texts = TextSerializer(many=True)
    next = serializers.IntegerField(
        allow_null=True, help_text="`after` of the next page. A page may be empty and not the last."
    )


class DecideTextSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(TextKind.choices)
    row = serializers.IntegerField(min_value=1, max_value=HIGHEST_ID)
    place = serializers.IntegerField(min_value=0, max_value=32_767, default=0)
    sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}\Z", help_text="Of the text that was read, in UTF-8."
    )
    verdict = serializers.ChoiceField(TextVerdict.choices)
    cuts = CutSerializer(
        many=True, default=list, help_text="What `redact` hides; none of it keeps the whole text."
    )


def page_body(page: TextPage, decided: int) -> dict[str, Any]:
    return {"decided": decided, "texts": [text_body(one) for one in page.texts], "next": page.after}


def text_body(text: Written) -> dict[str, Any]:
    return {
        "kind": text.kind,
        "row": text.row,
        "place": text.place,
        "item_id": text.item_id,
        "text": text.text,
        "sha256": text.sha256,
        "marks": [
            {"start": mark.start, "end": mark.end, "looks_like": str(mark.label)}
            for mark in text.marks
        ],
        "decision": decision_body(text.decision),
    }


def decision_body(decision: TextDecision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "verdict": decision.verdict,
        "cuts": [{"start": start, "end": end} for start, end in decision.cuts],
        "decided_by": decision.decided_by.email if decision.decided_by else None,
        "decided_at": decision.decided_at,
    }
