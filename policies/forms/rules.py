"""The form of a rule; what is valid the serializer says."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.problems import flat_fields
from policies.enums import DecidedBy, RuleKind, Tier
from policies.models import RuleVersion
from policies.serializers.rules import (
    DECIDED_BY,
    NewInstallationRuleSerializer,
    NewRuleSerializer,
    NewVersionSerializer,
)

COMMAS, LINES = re.compile(r"[,;\s]+"), re.compile(r"[\r\n]+")
EVIDENCE = ("campaign", "criterion", "value", "share", "people")
# Where the serializer names a part of the form by its path.
FIELDS = {
    "applies_to.campaigns": "campaigns",
    "applies_to.languages": "languages",
    "applies_to.metadata": "metadata",
    "evidence": "evidence_campaign",
    **{f"evidence.{name}": f"evidence_{name}" for name in EVIDENCE},
}

BY_VALUES = _("Only for rules decided by values.")


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class WordingForm(forms.Form):
    """What a version of a rule says."""

    use_required_attribute = False

    title = forms.CharField(label=_("Title"))
    text = forms.CharField(label=_("What it says"), widget=forms.Textarea(attrs={"rows": 4}))
    kind = forms.ChoiceField(label=_("Kind"), choices=RuleKind.choices)
    source = forms.CharField(
        label=_("Source (optional)"),
        required=False,
        help_text=_("Where it is laid down: a law, a policy, an address."),
    )
    jurisdiction = forms.CharField(label=_("Jurisdiction (optional)"), required=False)
    decided_by = forms.ChoiceField(label=_("Decided by"), choices=DECIDED_BY)
    languages = forms.CharField(
        label=_("Only in these languages (optional)"),
        required=False,
        help_text=_("Tags such as en or pt, by commas."),
    )
    metadata = forms.CharField(
        label=_("Only items with this metadata (optional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A key a line, with its values: topic: law, health"),
    )
    campaigns = forms.CharField(
        label=_("Only in these campaigns (optional)"),
        required=False,
        help_text=_("Their short names, by commas."),
    )
    evidence_campaign = forms.CharField(
        label=_("Campaign that asks for values"),
        required=False,
        help_text=_("For rules decided by values: its short name. Texts are matched by content."),
    )
    evidence_criterion = forms.CharField(
        label=_("Criterion in that campaign"), required=False, help_text=BY_VALUES
    )
    evidence_value = forms.CharField(
        label=_("Key of the value"), required=False, help_text=BY_VALUES
    )
    evidence_share = forms.CharField(
        label=_("Share of people who must find it"),
        required=False,
        help_text=_("Only for rules decided by values. Such as 0.5."),
    )
    evidence_people = forms.CharField(
        label=_("People who must have read the text"),
        required=False,
        help_text=_("Only for rules decided by values. At least 5."),
    )
    effective_from = forms.CharField(
        label=_("In force from (optional)"),
        required=False,
        widget=moment_input(),
        help_text=_("Left empty: from now."),
    )
    effective_until = forms.CharField(
        label=_("In force until (optional)"), required=False, widget=moment_input()
    )

    serializer: type[serializers.Serializer[Any]] = NewVersionSerializer

    def spec(self) -> dict[str, Any] | None:
        """The valid rule, or None with each error at its field."""
        serializer = self.serializer(data=self.body())
        if serializer.is_valid():
            return dict(serializer.validated_data)
        self.take_problems(flat_fields(serializer.errors))
        return None

    def take_problems(self, fields: dict[str, str]) -> None:
        """Put what is wrong with a part beside its control."""
        for path, message in fields.items():
            name = FIELDS.get(path) or FIELDS.get(".".join(path.split(".")[:2]), path)
            self.add_error(name if name in self.fields else None, message)

    def body(self) -> dict[str, Any]:
        """What was written, in the shape that REST takes."""
        written = {name: str(self.data.get(name, "")).strip() for name in self.fields}
        plain = ("key", "tier", "title", "text", "kind", "source", "jurisdiction", "decided_by")
        body: dict[str, Any] = {name: written[name] for name in plain if name in written}
        body["applies_to"] = {
            "languages": words_in(written["languages"]),
            "campaigns": words_in(written.get("campaigns", "")),
            "metadata": metadata_in(written["metadata"]),
        }
        if written["decided_by"] == DecidedBy.VALUES:
            body["evidence"] = {name: written[f"evidence_{name}"] for name in EVIDENCE}
        for name in ("effective_from", "effective_until"):
            body[name] = written[name] or None
        if "keeps_verdicts" in self.fields:
            body["keeps_verdicts"] = bool(written["keeps_verdicts"])
        return body


class NewRuleForm(WordingForm):
    """A new rule of a campaign."""

    serializer = NewRuleSerializer
    key = forms.SlugField(
        label=_("Key"), help_text=_("Small letters, digits and hyphens; it stays.")
    )
    field_order = ("key", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["campaigns"]


class NewInstallationRuleForm(WordingForm):
    """A new rule of the whole installation."""

    serializer = NewInstallationRuleSerializer
    key = forms.SlugField(
        label=_("Key"), help_text=_("Small letters, digits and hyphens; it stays.")
    )
    tier = forms.ChoiceField(
        label=_("Tier"), choices=[one for one in Tier.choices if one[0] != Tier.PERSON]
    )
    field_order = ("key", "tier", "title")


class NewVersionForm(WordingForm):
    """A new version of a rule."""

    keeps_verdicts = forms.BooleanField(
        label=_("Verdicts given so far still count"), required=False, initial=True
    )

    def __init__(self, *args: Any, of_campaign: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of_campaign:
            del self.fields["campaigns"]


def words_in(text: str) -> list[str]:
    return [word for word in COMMAS.split(text) if word]


def metadata_in(text: str) -> dict[str, list[str]]:
    """`topic: law, health` a line; what has no colon has no values, and is refused."""
    found = {}
    for line in LINES.split(text):
        key, _colon, values = line.partition(":")
        if key.strip():
            found[key.strip()] = [one.strip() for one in values.split(",") if one.strip()]
    return found


def form_values(version: RuleVersion) -> dict[str, Any]:
    """A version as the form would have it written."""
    scope, evidence = version.applies_to, version.evidence
    names = ("title", "text", "kind", "source", "jurisdiction", "decided_by")
    return {
        **{name: getattr(version, name) for name in names},
        "languages": ", ".join(scope.get("languages", ())),
        "campaigns": ", ".join(scope.get("campaigns", ())),
        "metadata": "\n".join(
            f"{key}: {', '.join(values)}" for key, values in scope.get("metadata", {}).items()
        ),
        **{f"evidence_{name}": evidence.get(name, "") for name in EVIDENCE},
    }
