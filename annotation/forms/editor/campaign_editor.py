"""The campaign page's form: the same body as REST, checked by the same serializer."""

from collections.abc import Mapping
from typing import Any, cast

from accounts.api.problems import flat_fields
from accounts.models import User
from annotation.enums import Wanted
from annotation.forms.editor.defaults import CHANGEABLE_AFTER_OPENING, NEW_CAMPAIGN, PLAIN_FIELDS
from annotation.forms.editor.page_forms import PageForms
from annotation.forms.editor.people import excludable_campaigns
from annotation.forms.editor.reading import without_version
from annotation.forms.editor.steps import EditorStep
from annotation.forms.editor.writing import written_body
from annotation.forms.strata_builder import StrataBuilder
from annotation.forms.strata_numbers import Numbers, numbers_of, supposed
from annotation.forms.text_lists import parse_options
from annotation.library import (
    QUESTION_SETS,
    CampaignTemplate,
    with_library_words,
    without_old_words,
    words_chosen,
)
from annotation.models import Campaign
from annotation.selectors.campaigns import free_slug
from annotation.serializers.beginnings import template_body
from annotation.serializers.campaign import (
    CampaignSerializer,
    campaign_body,
    changed_campaign,
    changed_parts,
)
from annotation.services.strata import allocates
from annotation.specs import CampaignSpec

NUMBERS_FIELDS = ("overlap", "max_per_annotator", "repeat_rate")


class CampaignEditor(PageForms):
    """A campaign that is new, a draft, or open and therefore partly frozen; or one step of it."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        campaign: Campaign | None = None,
        template: CampaignTemplate | None = None,
        step: EditorStep | None = None,
    ) -> None:
        self.campaign, self.template = campaign, template
        self.frozen = campaign is not None and campaign.opened_at is not None
        self.current = current_body(campaign, template)
        self.is_allocated = allocates(self.current["strata"])
        excludable = excludable_campaigns(owner, campaign, self.current["excludes"])
        super().__init__(data, self.current, step=step, excludable=excludable)
        self.builder = StrataBuilder(self.asked_now, data)
        self.spec: CampaignSpec = {}
        if self.strata_can_grow:
            for row in self.strata.forms[: len(self.current["strata"])]:
                row.keep_who_belongs()

    @property
    def strata_can_grow(self) -> bool:
        """Open, with targets of the strata's own: these can change, and strata be added."""
        return self.frozen and bool(self.current["strata"]) and not self.is_allocated

    @property
    def has_frozen_design(self) -> bool:
        """Whether anything of the strata stays as it is since the campaign was opened."""
        parts = ("item_strata", "quotas")
        return not self.strata_can_grow or any(self.current[part] for part in parts)

    @property
    def asked_now(self) -> list[dict[str, Any]]:
        """The questions as the page shows them, checked or not."""
        names = ("key", "label", "kind", "options")
        shown = [{name: row[name].value() or "" for name in names} for row in self.questions.forms]
        return [{**one, "options": parse_options(one["options"])} for one in shown]

    @property
    def standard_questions(self) -> list[dict[str, Any]]:
        """The library's sets of questions, and whether each is asked already."""
        asked = {one["key"] for one in self.asked_now}
        return [{"set": one, "is_asked": key in asked} for key, one in QUESTION_SETS.items()]

    @property
    def supposed(self) -> dict[str, Any]:
        """For how many items, and at what pace, the page calculates."""
        known = supposed(self.campaign.planned_items if self.campaign else 0)
        return {name: self.fields.data.get(f"numbers_{name}", known[name]) for name in known}

    @property
    def numbers(self) -> Numbers | None:
        """What the strata that the page shows come to."""
        shown = {
            name: self.fields.data.get(name, self.fields.initial.get(name))
            for name in NUMBERS_FIELDS
        }
        rows = [row[name] for row in self.strata.forms for name in ("key", "target", "share")]
        shown |= {field.html_name: field.value() for field in rows}
        shown |= {f"numbers_{name}": value for name, value in self.supposed.items()}
        return numbers_of({name: value for name, value in shown.items() if value is not None})

    @property
    def asking_words(self) -> dict[str, str]:
        """What is asked besides answers, in words, where it cannot be changed any more."""
        asking = self.current["asking"]
        return {
            name: str(Wanted(asking[name]).label) for name in ("reason", "confidence", "acceptable")
        }

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

    @property
    def changeable(self) -> tuple[str, ...]:
        """The parts of the body that can still be changed, of those that the page asks."""
        names = self.changeable_at_all
        return names if self.step is None else tuple(set(names) & self.step.body_parts)

    @property
    def changeable_at_all(self) -> tuple[str, ...]:
        if not self.frozen:
            besides = ("adaptive", "excludes", "consent", "about", "flow", "entry", "asking")
            return (*PLAIN_FIELDS, *besides, *self.rows)
        strata = ("strata",) if self.strata_can_grow else ()
        overlap = () if self.current["strata"] else ("overlap",)
        return (*CHANGEABLE_AFTER_OPENING, *strata, *overlap)

    def is_valid(self) -> bool:
        """Check by the serializer and put each error where it belongs."""
        body = written_body(self, self.current)
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
        self.bring_translations(serializer.validated_data)
        return True

    def bring_translations(self, valid: Mapping[str, Any]) -> None:
        """Texts taken from the library come with their translations; changed ones lose them."""
        now = self.current["translations"] if self.campaign else {}
        kept = without_old_words(valid, self.current, now) if now else now
        sets = {row.text("library") for row in self.questions.forms} & QUESTION_SETS.keys()
        template = self.template.key if self.template else None
        translations = with_library_words(valid, kept, words_chosen(template, sorted(sets)))
        if translations != now:
            self.spec["translations"] = translations

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


def current_body(campaign: Campaign | None, template: CampaignTemplate | None) -> dict[str, Any]:
    """What the page begins from: a campaign, a template, or what an empty form shows."""
    if campaign:
        return campaign_body(campaign)
    if template:
        return {**template_body(template), "slug": free_slug(template.key)}
    return NEW_CAMPAIGN
