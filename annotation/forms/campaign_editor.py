"""The campaign page's form as a whole: the same body as REST, checked by the same serializer."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from accounts.api.problems import flat_fields
from annotation.enums import Strategy
from annotation.forms.campaign import (
    CampaignFields,
    CriterionRow,
    PurposeRow,
    QuestionRow,
    StratumRow,
)
from annotation.forms.rows import RowForm, Rows
from annotation.forms.text_lists import parse_options, parse_where, write_options, write_where
from annotation.models import Campaign
from annotation.serializers.campaign import (
    DEFAULT_CONSENT,
    DEFAULT_CRITERION,
    CampaignSerializer,
    campaign_body,
    changed_campaign,
    changed_parts,
)
from annotation.specs import CampaignSpec

NEW_CAMPAIGN: dict[str, Any] = {
    "task_type": "pairwise",
    "paradigm": "descriptive",
    "criteria": [DEFAULT_CRITERION],
    "questions": [],
    "strata": [],
    "overlap": 3,
    "strategy": "balanced",
    "lease_minutes": 30,
    "repeat_rate": 0,
    "consent": DEFAULT_CONSENT,
}
PLAIN_FIELDS = (
    *("title", "slug", "task_type", "paradigm", "guideline", "overlap", "strategy"),
    *("lease_minutes", "max_per_annotator", "repeat_rate"),
)
# A number left empty here means "none"; elsewhere it is a mistake.
MAY_BE_NONE = ("overlap", "max_per_annotator")
CHANGEABLE_AFTER_OPENING = (
    *("title", "guideline", "strategy", "lease_minutes", "max_per_annotator", "repeat_rate"),
    "consent",
)


class CampaignEditor:
    """Fields and rows of a campaign that is new, a draft, or open and therefore partly frozen."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, campaign: Campaign | None = None
    ) -> None:
        self.campaign = campaign
        self.frozen = campaign is not None and campaign.opened_at is not None
        self.current = campaign_body(campaign) if campaign else NEW_CAMPAIGN
        initial = initial_values(self.current)
        self.fields = CampaignFields(data, initial=initial)
        if self.current["strategy"] == Strategy.ADAPTIVE:
            self.fields.fields["strategy"] = forms.ChoiceField(choices=Strategy.choices)
        self.criteria = Rows(CriterionRow, "criteria", data=data, initial=initial["criteria"])
        self.questions = Rows(QuestionRow, "questions", data=data, initial=initial["questions"])
        self.strata = Rows(StratumRow, "strata", data=data, initial=initial["strata"])
        self.purposes = Rows(PurposeRow, "purposes", data=data, initial=initial["purposes"])
        self.spec: CampaignSpec = {}

    def is_valid(self) -> bool:
        """Check by the serializer and put each error where it belongs."""
        body = self.body()
        if self.frozen:
            body = {key: body[key] for key in CHANGEABLE_AFTER_OPENING}
        if self.campaign:
            serializer = changed_campaign(self.campaign, body)
        else:
            serializer = CampaignSerializer(data=body)
        if not serializer.is_valid():
            for path, message in flat_fields(serializer.errors).items():
                self.place_error(path.split("."), message)
        if self.has_errors:
            return False
        whole = body if self.campaign else serializer.validated_data
        self.spec = changed_parts(serializer, whole)
        return True

    @property
    def has_errors(self) -> bool:
        rows: tuple[Rows[Any], ...]
        rows = (self.criteria, self.questions, self.strata, self.purposes)
        return bool(self.fields.errors) or any(one.has_errors for one in rows)

    def changes(self) -> CampaignSpec:
        """The parts of the valid spec that differ from what the campaign is now."""
        now = {**self.current, "consent": without_version(self.current["consent"])}
        if now["strata"]:
            now["overlap"] = None  # strata read back as an overlap that nobody wrote
        changed: dict[str, Any] = {
            key: value for key, value in self.spec.items() if value != now[key]
        }
        if self.spec.get("strata"):
            changed.pop("overlap", None)
        elif "strata" in changed:
            changed["overlap"] = self.spec["overlap"]
        return cast(CampaignSpec, changed)

    def body(self) -> dict[str, Any]:
        """What was sent, in the shape of the campaign's body."""
        body: dict[str, Any] = {name: self.written(name) for name in PLAIN_FIELDS}
        for name in MAY_BE_NONE:
            body[name] = body[name] or None
        for name in ("task_type", "paradigm", "strategy"):
            if not body[name]:
                del body[name]
        scales = {one["key"]: one.get("scale") for one in self.current["criteria"]}
        rows = self.strata.forms
        # What REST can say of a stratum beyond this form stays as it is.
        beyond = {
            one["key"]: {"targets": one["targets"], "share": one["share"]}
            for one in self.current["strata"]
        }
        return {
            **body,
            "criteria": [criterion_of(row, scales) for row in self.criteria.forms],
            "questions": [question_of(row) for row in self.questions.forms],
            "strata": [{**beyond.get(row.text("key"), {}), **stratum_of(row)} for row in rows],
            "consent": {
                "text": self.written("consent_text"),
                "purposes": [purpose_of(row) for row in self.purposes.forms],
            },
        }

    def written(self, name: str) -> str:
        # Browsers end lines with CR LF; REST clients do not.
        return str(self.fields.data.get(name, "")).replace("\r\n", "\n").strip()

    def place_error(self, path: list[str], message: str) -> None:
        """Show an error of the serializer at the field or row that its path names."""
        if path[0] == "consent":
            path = path[1:] if path[1:2] == ["purposes"] else ["consent_text"]
        lists: dict[str, Rows[Any]] = {
            "criteria": self.criteria,
            "questions": self.questions,
            "strata": self.strata,
            "purposes": self.purposes,
        }
        rows = lists.get(path[0])
        if rows is None:
            self.place_field_error(self.fields, path[0], message)
        elif len(path) > 1 and path[1].isdigit():
            self.place_row_error(rows.forms[int(path[1])], path[2:], message)
        else:
            rows.errors.append(message)

    def place_row_error(self, row: RowForm, path: list[str], message: str) -> None:
        if len(path) > 1 and path[1].isdigit():
            message = _("Line %(line)d: %(message)s") % {
                "line": int(path[1]) + 1,
                "message": message,
            }
        self.place_field_error(row, path[0] if path else "", message)

    def place_field_error(self, form: forms.Form, name: str, message: str) -> None:
        form.add_error(name if name in form.fields else None, message)


def initial_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """A campaign's body as the page's fields show it."""
    return {
        **body,
        "overlap": None if body["strata"] else body["overlap"],
        "questions": [
            {**question, "options": write_options(question["options"])}
            for question in body["questions"]
        ],
        "strata": [
            {**stratum, "where": write_where(stratum["where"])} for stratum in body["strata"]
        ],
        "purposes": body["consent"]["purposes"],
        "consent_text": body["consent"]["text"],
    }


def without_version(consent: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": consent["text"], "purposes": consent["purposes"]}


def criterion_of(row: CriterionRow, scales: Mapping[str, Any]) -> dict[str, Any]:
    """The page has no field for a scale given by REST, and keeps it."""
    key = row.text("key")
    return {"key": key, "label": row.text("label"), "scale": scales.get(key)}


def question_of(row: QuestionRow) -> dict[str, Any]:
    return {
        "key": row.text("key"),
        "label": row.text("label"),
        "kind": row.text("kind"),
        "options": parse_options(row.text("options")),
        "purpose": row.text("purpose"),
    }


def stratum_of(row: StratumRow) -> dict[str, Any]:
    where: dict[str, list[str]] = {}
    try:
        where = parse_where(row.text("where"))
    except ValueError as error:
        row.add_error(
            "where", _("Write “question: option, option”; this does not read so: %s") % error
        )
    return {
        "key": row.text("key"),
        "target": row.text("target") or None,
        "quota": row.text("quota") or None,
        "where": where,
    }


def purpose_of(row: PurposeRow) -> dict[str, Any]:
    return {
        "key": row.text("key"),
        "label": row.text("label"),
        "required": bool(row.text("required")),
    }
