"""The campaign page's form as a whole: the same body as REST, checked by the same serializer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from accounts.api.problems import flat_fields
from accounts.models import User
from annotation.access import campaigns_run_by
from annotation.asking import Asking
from annotation.entry import Entry
from annotation.enums import Right, Strategy, Uncertainty, Wanted
from annotation.flow import Flow
from annotation.forms.about import AboutFields, write_about
from annotation.forms.asking import AskingFields, write_asking
from annotation.forms.campaign import (
    CampaignFields,
    CriterionRow,
    ItemStratumRow,
    PurposeRow,
    QuestionRow,
    QuotaRow,
    StratumRow,
)
from annotation.forms.entry import (
    ComprehensionRow,
    EntryFields,
    PracticeRow,
    comprehension_question,
    practice_item,
    write_comprehension,
    write_entry,
    write_practice,
)
from annotation.forms.flow import FlowFields, write_flow
from annotation.forms.rows import RowForm, Rows
from annotation.forms.scales import SCALED, parse_scale, write_scale
from annotation.forms.text_lists import (
    parse_options,
    parse_targets,
    parse_where,
    write_options,
    write_targets,
    write_where,
)
from annotation.models import Campaign
from annotation.serializers.campaign import (
    DEFAULT_CONSENT,
    DEFAULT_CRITERION,
    CampaignSerializer,
    campaign_body,
    changed_campaign,
    changed_parts,
)
from annotation.services.strata import allocates
from annotation.specs import CampaignSpec

# A list longer than this is not chosen from by hand; REST takes any of them.
MOST_TO_EXCLUDE = 200
NEW_CAMPAIGN: dict[str, Any] = {
    "task_type": "pairwise",
    "paradigm": "descriptive",
    "criteria": [DEFAULT_CRITERION],
    "questions": [],
    "strata": [],
    "item_strata": [],
    "quotas": [],
    "excludes": [],
    "about": {},
    "asking": Asking().body(),
    "flow": asdict(Flow()),
    "entry": Entry().body(),
    "overlap": 3,
    "strategy": "balanced",
    "adaptive": None,
    "lease_minutes": 30,
    "session_break_minutes": 30,
    "seat_hours": 24,
    "repeat_rate": 0,
    "consent": DEFAULT_CONSENT,
}
PLAIN_FIELDS = (
    *("title", "slug", "task_type", "paradigm", "guideline", "overlap", "strategy"),
    *("lease_minutes", "max_per_annotator", "max_per_day", "max_per_session"),
    *("session_break_minutes", "seat_hours", "repeat_rate"),
)
# A number left empty here means "none"; elsewhere it is a mistake.
MAY_BE_NONE = ("overlap", "max_per_annotator", "max_per_day", "max_per_session")
# What a form does not send at all keeps its value, or takes the default.
MAY_BE_LEFT_OUT = ("task_type", "paradigm", "strategy", "session_break_minutes", "seat_hours")
CHANGEABLE_AFTER_OPENING = (
    *("title", "guideline", "strategy", "adaptive", "lease_minutes", "repeat_rate"),
    *("max_per_annotator", "max_per_day", "max_per_session", "session_break_minutes"),
    *("seat_hours", "excludes", "consent", "about", "flow", "entry"),
)


@dataclass(frozen=True)
class Problem:
    """Something to mend: where it is, in words and as the id of its field, and what is wrong."""

    place: str
    anchor: str
    message: str


class CampaignEditor:
    """Fields and rows of a campaign that is new, a draft, or open and therefore partly frozen."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        campaign: Campaign | None = None,
    ) -> None:
        self.campaign = campaign
        self.frozen = campaign is not None and campaign.opened_at is not None
        self.current = campaign_body(campaign) if campaign else NEW_CAMPAIGN
        self.is_allocated = allocates(self.current["strata"])
        initial = initial_values(self.current)
        self.fields = CampaignFields(data, initial=initial)
        excludable = cast(forms.MultipleChoiceField, self.fields.fields["excludes"])
        excludable.choices = excludable_campaigns(owner, campaign, self.current["excludes"])
        self.about = AboutFields(data, initial=write_about(self.current["about"]))
        self.asking = AskingFields(data, initial=write_asking(self.current["asking"]))
        self.flow = FlowFields(data, initial=write_flow(self.current["flow"]))
        entry = self.current["entry"]
        self.entry = EntryFields(data, initial=write_entry(entry))
        self.comprehension = Rows(
            ComprehensionRow,
            "comprehension",
            data=data,
            initial=write_comprehension(entry["comprehension"]["questions"]),
        )
        self.practice = Rows(
            PracticeRow, "practice", data=data, initial=write_practice(entry["practice"])
        )
        self.criteria = Rows(CriterionRow, "criteria", data=data, initial=initial["criteria"])
        self.questions = Rows(QuestionRow, "questions", data=data, initial=initial["questions"])
        self.strata = Rows(StratumRow, "strata", data=data, initial=initial["strata"])
        self.item_strata = Rows(
            ItemStratumRow, "item_strata", data=data, initial=initial["item_strata"]
        )
        self.quotas = Rows(QuotaRow, "quotas", data=data, initial=initial["quotas"])
        self.purposes = Rows(PurposeRow, "purposes", data=data, initial=initial["purposes"])
        self.spec: CampaignSpec = {}
        if self.strata_can_grow:
            for row in self.strata.forms[: len(self.current["strata"])]:
                row.keep_who_belongs()

    @property
    def strata_can_grow(self) -> bool:
        """Open, with targets of the strata's own: these can change, and strata be added."""
        return self.frozen and bool(self.current["strata"]) and not self.is_allocated

    @property
    def rows(self) -> dict[str, Rows[Any]]:
        """The lists by their name in the body; purposes stand within the consent."""
        return {
            "criteria": self.criteria,
            "questions": self.questions,
            "strata": self.strata,
            "item_strata": self.item_strata,
            "quotas": self.quotas,
            "purposes": self.purposes,
            "comprehension": self.comprehension,
            "practice": self.practice,
        }

    @property
    def asking_words(self) -> dict[str, str]:
        """What is asked besides answers, in words, where it cannot be changed any more."""
        asking = self.current["asking"]
        return {
            name: str(Wanted(asking[name]).label) for name in ("reason", "confidence", "acceptable")
        }

    @property
    def changeable(self) -> tuple[str, ...]:
        """The parts of the body that can still be changed."""
        if not self.frozen:
            besides = ("adaptive", "excludes", "consent", "about", "flow", "entry", "asking")
            return (*PLAIN_FIELDS, *besides, *self.rows)
        strata = ("strata",) if self.strata_can_grow else ()
        overlap = () if self.current["strata"] else ("overlap",)
        return (*CHANGEABLE_AFTER_OPENING, *strata, *overlap)

    def is_valid(self) -> bool:
        """Check by the serializer and put each error where it belongs."""
        body = self.body()
        body = {key: body[key] for key in self.changeable if key in body}
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
        forms_of = (self.fields, self.about, self.flow, self.entry, self.asking)
        return any(one.errors for one in forms_of) or any(
            one.has_errors for one in self.rows.values()
        )

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, in the order of the page's lists."""
        found = [
            problem
            for form in (self.fields, self.asking, self.entry, self.flow, self.about)
            for problem in problems_of(form, "")
        ]
        for name, rows in self.rows.items():
            title = _("Row %(number)d of the list")
            found += [Problem("", f"rows-{name}-title", error) for error in rows.errors]
            for number, row in enumerate(rows.forms, start=1):
                place = row.text("key") or title % {"number": number}
                found += problems_of(row, place)
        return found

    @property
    def has_limits(self) -> bool:
        """Whether a limit that most campaigns have no use for is set, or wrong."""
        optional = ("max_per_day", "max_per_session")
        usual = {name: NEW_CAMPAIGN[name] for name in ("session_break_minutes", "seat_hours")}
        return (
            any(self.fields[name].value() for name in optional)
            or any(str(self.fields[name].value()) != str(usual[name]) for name in usual)
            or any(self.fields[name].errors for name in (*optional, *usual))
        )

    def changes(self) -> CampaignSpec:
        """The parts of the valid spec that differ from what the campaign is now."""
        now = {**self.current, "consent": without_version(self.current["consent"])}
        if now["strata"] and not self.is_allocated:
            now["overlap"] = None  # targets read back as an overlap that nobody wrote
        changed: dict[str, Any] = {
            key: value for key, value in self.spec.items() if value != now[key]
        }
        strata = self.spec.get("strata")
        if strata and not allocates(strata):
            changed.pop("overlap", None)
        elif "strata" in changed:
            changed["overlap"] = self.spec.get("overlap")
        return cast(CampaignSpec, changed)

    def body(self) -> dict[str, Any]:
        """What was sent, in the shape of the campaign's body."""
        body: dict[str, Any] = {name: self.written(name) for name in PLAIN_FIELDS}
        for name in MAY_BE_NONE:
            body[name] = body[name] or None
        for name in MAY_BE_LEFT_OUT:
            if name not in self.fields.data:
                del body[name]
        if AboutFields.is_in(self.fields.data):
            body["about"] = self.about.written()
        if AskingFields.is_in(self.fields.data):
            body["asking"] = self.asking.written()
        if FlowFields.is_in(self.fields.data):
            body["flow"] = self.flow.written()
        if EntryFields.is_in(self.fields.data):
            body["entry"] = self.written_entry()
        task_type = body.get("task_type", self.current["task_type"])
        scales = {one["key"]: one.get("scale") for one in self.current["criteria"]}
        return {
            **body,
            "adaptive": self.adaptive(),
            "criteria": [criterion_of(row, scales, task_type) for row in self.criteria.forms],
            "questions": [question_of(row) for row in self.questions.forms],
            "strata": [stratum_of(row) for row in self.strata.forms],
            "item_strata": [item_stratum_of(row) for row in self.item_strata.forms],
            "quotas": [quota_of(row) for row in self.quotas.forms],
            "excludes": sorted(self.fields["excludes"].value() or []),
            "consent": {
                "text": self.written("consent_text"),
                "purposes": [purpose_of(row) for row in self.purposes.forms],
                # A form that does not send it at all leaves it as it is.
                "on_withdrawal": self.written("on_withdrawal")
                or self.current["consent"]["on_withdrawal"],
            },
        }

    def written_entry(self) -> dict[str, Any]:
        now = self.current["entry"]
        entry = self.entry.written(now)
        questions = [comprehension_question(row) for row in self.comprehension.forms]
        entry["comprehension"]["questions"] = questions
        entry["practice"] = [practice_item(row, now["practice"]) for row in self.practice.forms]
        return entry

    def adaptive(self) -> dict[str, str] | None:
        """What goes with the strategy adaptive, and only with it."""
        if self.written("strategy") != Strategy.ADAPTIVE:
            return None
        return {
            "budget": self.written("adaptive_budget"),
            "most": self.written("adaptive_most"),
            "measure": self.written("adaptive_measure") or Uncertainty.WIDTH.value,
        }

    def written(self, name: str) -> str:
        # Browsers end lines with CR LF; REST clients do not.
        return str(self.fields.data.get(name, "")).replace("\r\n", "\n").strip()

    def place_error(self, path: Sequence[str], message: str) -> None:
        """Show an error of the serializer at the field or row that its path names."""
        if path[0] == "consent":
            of_its_own = path[1:2] in (["purposes"], ["on_withdrawal"])
            path = path[1:] if of_its_own else ["consent_text"]
        elif path[0] == "adaptive" and len(path) > 1:
            path = [f"adaptive_{path[1]}"]
        elif path[0] == "about":
            self.place_row_error(self.about, [f"about_{path[1]}", *path[2:]], message)
            return
        elif path[0] == "asking":
            self.place_row_error(self.asking, [f"asking_{path[1]}", *path[2:]], message)
            return
        elif path[0] == "flow":
            self.place_row_error(self.flow, [f"flow_{path[1]}", *path[2:]], message)
            return
        elif path[0] == "entry":
            path = entry_place(path[1:])
            if path[0] not in self.rows:
                self.place_row_error(self.entry, path, message)
                return
        rows = self.rows.get(path[0])
        if rows is None:
            self.place_field_error(self.fields, path[0], message)
        elif len(path) > 1 and path[1].isdigit():
            self.place_row_error(rows.forms[int(path[1])], path[2:], message)
        else:
            rows.errors.append(message)

    def place_row_error(self, row: forms.Form, path: Sequence[str], message: str) -> None:
        if len(path) > 1 and path[1].isdigit():
            message = _("Line %(line)d: %(message)s") % {
                "line": int(path[1]) + 1,
                "message": message,
            }
        elif len(path) > 1:
            message = f"{path[1]}: {message}"
        self.place_field_error(row, path[0] if path else "", message)

    def place_field_error(self, form: forms.Form, name: str, message: str) -> None:
        # A field that could not be read says so; what comes of leaving it out says nothing more.
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, message)


def entry_place(path: Sequence[str]) -> Sequence[str]:
    """Where a part of `entry` stands on the page: a row of one of its lists, or a field."""
    if path[0] == "comprehension" and len(path) > 1:
        path = ["comprehension", *path[2:]] if path[1] == "questions" else path[1:]
    if path[0] in ("comprehension", "practice"):
        return [*path[:2], "options", *path[3:]] if path[2:3] == ["right"] else path
    return [f"entry_{path[0]}", *path[1:]]


def excludable_campaigns(
    owner: User, campaign: Campaign | None, excluded: Sequence[str]
) -> list[tuple[str, str]]:
    """The person's other campaigns by slug, newest first; those excluded already always.

    Of an excluded campaign that is none of theirs they learn no more than its address.
    """
    others = campaigns_run_by(owner, Right.VIEW)
    if campaign:
        others = others.exclude(pk=campaign.pk)
    newest = list(others.values_list("slug", "title")[:MOST_TO_EXCLUDE])
    missing = set(excluded) - {slug for slug, _title in newest}
    more = dict(others.filter(slug__in=missing).values_list("slug", "title")) if missing else {}
    return [*newest, *((slug, more.get(slug, slug)) for slug in excluded if slug in missing)]


def problems_of(form: forms.Form, place: str) -> list[Problem]:
    found = []
    for name, errors in form.errors.items():
        if name in form.fields:
            field = form[name]
            anchor, label = field.id_for_label or f"{field.auto_id}_0", str(field.label)
            where = f"{place}, {label}" if place else label
            found += [Problem(where, anchor, str(error)) for error in errors]
        elif place:
            found += [Problem(place, "", str(error)) for error in errors]
    return found


def initial_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """A campaign's body as the page's fields show it."""
    targeted = body["strata"] and not allocates(body["strata"])
    return {
        **body,
        "overlap": None if targeted else body["overlap"],
        "questions": [
            {
                **question,
                "options": write_options(question["options"]),
                "show_if": write_where(question.get("show_if", {})),
            }
            for question in body["questions"]
        ],
        "criteria": [{**one, "scale": write_scale(one["scale"])} for one in body["criteria"]],
        "strata": [
            {**one, "where": write_where(one["where"]), "targets": write_targets(one["targets"])}
            for one in body["strata"]
        ],
        "item_strata": [{**one, "where": write_where(one["where"])} for one in body["item_strata"]],
        "quotas": [{**one, "where": write_where(one["where"])} for one in body["quotas"]],
        "purposes": body["consent"]["purposes"],
        "consent_text": body["consent"]["text"],
        "on_withdrawal": body["consent"]["on_withdrawal"],
        **{f"adaptive_{name}": value for name, value in (body["adaptive"] or {}).items()},
    }


def without_version(consent: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in consent.items() if name != "version"}


def criterion_of(row: CriterionRow, scales: Mapping[str, Any], task_type: str) -> dict[str, Any]:
    """The page asks for a scale where answers are given by it, and keeps any other."""
    key = row.text("key")
    scale, text = scales.get(key), row.text("scale")
    is_asked = task_type in SCALED and row["scale"].html_name in row.data
    if is_asked and text != write_scale(scale):
        try:
            scale = parse_scale(text, task_type)
        except ValueError as error:
            row.add_error("scale", _("This line does not read as a scale: %s") % error)
    return {"key": key, "label": row.text("label"), "scale": scale}


def question_of(row: QuestionRow) -> dict[str, Any]:
    return {
        "key": row.text("key"),
        "label": row.text("label"),
        "kind": row.text("kind"),
        "options": parse_options(row.text("options")),
        "purpose": row.text("purpose"),
        "show_if": where_of(row, "show_if"),
    }


def stratum_of(row: StratumRow) -> dict[str, Any]:
    targets: dict[str, str] = {}
    try:
        targets = parse_targets(row.text("targets"))
    except ValueError as error:
        row.add_error(
            "targets", _("Write “item stratum: number”; this does not read so: %s") % error
        )
    return {
        "key": row.text("key"),
        "target": row.text("target") or None,
        "targets": targets,
        "share": row.text("share") or None,
        "quota": row.text("quota") or None,
        "where": where_of(row),
    }


def item_stratum_of(row: ItemStratumRow) -> dict[str, Any]:
    return {"key": row.text("key"), "where": where_of(row)}


def quota_of(row: QuotaRow) -> dict[str, Any]:
    return {"key": row.text("key"), "where": where_of(row), "seats": row.text("seats")}


def where_of(row: RowForm, name: str = "where") -> dict[str, list[str]]:
    """A row's definition; one that does not read is an error of its field."""
    try:
        return parse_where(row.text(name))
    except ValueError as error:
        row.add_error(name, _("Write “name: value, value”; this does not read so: %s") % error)
        return {}


def purpose_of(row: PurposeRow) -> dict[str, Any]:
    return {
        "key": row.text("key"),
        "label": row.text("label"),
        "required": bool(row.text("required")),
    }
