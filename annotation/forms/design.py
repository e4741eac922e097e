"""Assumptions of a design as a form; addresses and REST carry the same names."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.design.allocation import shared_out
from annotation.design.effort import Work, people_needed
from annotation.design.plan import Design, Kind
from annotation.design.precision import GRADE, SHARE, Assumptions
from annotation.selectors.design import PlannedParts, StratumPart

# Where a campaign has no items yet, planning supposes so many.
ITEMS_SUPPOSED = 200
MOST_ITEMS = 1_000_000
MOST_TARGET = 100
MOST_PEOPLE = 100_000
MOST_OVERLAP = 1000
LARGEST_SHARE = 0.99
# Items in none of the item strata; no item stratum can have this key.
THE_REST = "(rest)"

DEFAULTS: dict[str, Any] = {
    "seconds": 60,
    "pay": 12,
    "cap": 50,
    "measure": SHARE,
    "base": 0.5,
    "difference": 0.1,
    "item_sd": 0.7,
    "person_sd": 0.4,
    "noise_sd": 1.0,
}


def number(label: Any, help_text: Any, least: float, most: float, *, step: str = "any") -> Any:
    return forms.FloatField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"step": step, "inputmode": "decimal"}),
    )


class DesignForm(forms.Form):
    """What is supposed. Whatever is not given has its default."""

    use_required_attribute = False

    items = forms.IntegerField(label=gettext_lazy("Items"), min_value=1, max_value=MOST_ITEMS)
    repeat_rate = number(
        gettext_lazy("Repeat rate"),
        gettext_lazy("Share of what is asked that is asked a second time."),
        *(0, 0.5),
    )
    budget = forms.IntegerField(
        label=gettext_lazy("Judgments to allot adaptively"),
        help_text=gettext_lazy(
            "Beyond the targets. They are paid for; what they gain is not forecast."
        ),
        min_value=0,
        max_value=100_000_000,
    )
    seconds = number(
        gettext_lazy("Seconds per judgment"),
        gettext_lazy("All criteria of one item together, reading included."),
        *(1, 7200),
    )
    pay = number(
        gettext_lazy("Pay per hour"), gettext_lazy("In your currency; 0 for volunteers."), 0, 10_000
    )
    cap = forms.IntegerField(
        label=gettext_lazy("Most judgments per person"),
        help_text=gettext_lazy("Empty: no limit but the number of items."),
        min_value=1,
        max_value=MOST_ITEMS,
        required=False,
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("What is compared"),
        choices=[
            (SHARE, gettext_lazy("Share that prefers one response")),
            (GRADE, gettext_lazy("Mean grade, −2 to 2")),
        ],
    )
    base = number(
        gettext_lazy("Share in the first stratum"),
        gettext_lazy("0.5 is the least favourable. Not used for grades."),
        *(0.02, 0.98),
    )
    difference = number(
        gettext_lazy("Difference to detect"),
        gettext_lazy("0.1 is ten points of a hundred, or a tenth of a grade."),
        *(0.01, 2),
    )
    item_sd = number(
        gettext_lazy("Spread between items"),
        gettext_lazy("0: items are all alike; 1: they differ as much as one answer is noisy."),
        *(0, 3),
    )
    person_sd = number(
        gettext_lazy("Spread between people"),
        gettext_lazy("Within a stratum, in the same unit."),
        *(0, 3),
    )
    noise_sd = number(
        gettext_lazy("Noise of one answer"), gettext_lazy("In grades. Not used for shares."), 0.1, 4
    )

    def __init__(self, given: Mapping[str, str], parts: PlannedParts) -> None:
        self.parts = parts
        defaults = {**DEFAULTS, **defaults_of(parts, given)}
        super().__init__({**defaults, **{name: given[name] for name in given}})
        self.fields.update(design_fields(parts))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        highest = (data.get("base") or 0.0) + (data.get("difference") or 0.0)
        if data.get("measure") == SHARE and highest > LARGEST_SHARE:
            self.add_error(
                "difference", _("Both shares must lie below 1; take a smaller difference.")
            )
        if not self.errors and self.of_kinds(data) > data["items"]:
            self.add_error("items", _("There are more items of the kinds below than items."))
        if not self.errors:
            self.check_people()
        return data

    def check_people(self) -> None:
        """A design for more people than there can be is a slip of the hand."""
        design = self.design()
        for key in design.strata:
            there = [kind for kind in design.kinds if kind.items]
            judgments = sum(kind.items * kind.wanted[key] for kind in there)
            most = max((ceil(kind.wanted[key]) for kind in there), default=0)
            given = judgments + design.work.repeats(judgments)
            if people_needed(given, most, cap=design.work.cap) > MOST_PEOPLE:
                self.add_error(
                    "cap", _("So few judgments per person need more than 100,000 people.")
                )
                return

    def of_kinds(self, data: Mapping[str, Any]) -> int:
        """Items that are in an item stratum."""
        return sum(data[f"item_strata[{kind}]"] for kind in self.parts.item_strata)

    def design(self) -> Design:
        """What was filled in, after `is_valid`."""
        data = self.cleaned_data
        return Design(
            kinds=list(self.kinds()),
            people={
                one.key: data[f"people[{one.key}]"]
                for one in self.parts.strata
                if data[f"people[{one.key}]"]
            },
            budget=data["budget"],
            work=Work(
                seconds=data["seconds"],
                pay_per_hour=data["pay"],
                cap=data["cap"],
                repeat_rate=data["repeat_rate"],
            ),
            assumptions=Assumptions(
                measure=data["measure"],
                base=data["base"],
                difference=data["difference"],
                item_sd=data["item_sd"],
                person_sd=data["person_sd"],
                noise_sd=data["noise_sd"],
            ),
        )

    def kinds(self) -> Iterator[Kind]:
        """Items in none of the item strata, then each item stratum, with what strata want."""
        data = self.cleaned_data
        wanted = self.wanted()
        yield Kind(THE_REST, data["items"] - self.of_kinds(data), wanted)
        for kind in self.parts.item_strata:
            own = {one.key: data.get(target_name(one.key, kind)) for one in self.parts.strata}
            given = {key: float(target) for key, target in own.items() if target is not None}
            yield Kind(kind, data[f"item_strata[{kind}]"], {**wanted, **given})

    def wanted(self) -> dict[str, float]:
        """Judgments wanted of an item by stratum, where nothing else is said of its kind."""
        data = self.cleaned_data
        keys = [one.key for one in self.parts.strata]
        if self.parts.overlap:
            shares = shared_out(data["overlap"], [data[f"shares[{key}]"] for key in keys])
            return dict(zip(keys, shares, strict=True))
        return {key: float(data[target_name(key)]) for key in keys}

    @property
    def stratum_fields(self) -> list[tuple[StratumPart, list[Any]]]:
        """Each stratum with its bound fields."""
        return [
            (one, [self[name] for name in stratum_fields(self.parts, one)])
            for one in self.parts.strata
        ]

    @property
    def kind_fields(self) -> list[Any]:
        return [self[f"item_strata[{kind}]"] for kind in self.parts.item_strata]


def target_name(key: str, kind: str = "") -> str:
    return f"targets[{key}:{kind}]" if kind else f"targets[{key}]"


def stratum_fields(parts: PlannedParts, one: StratumPart) -> dict[str, forms.Field]:
    """The fields of one stratum by name."""
    if parts.overlap:
        fields = {
            f"shares[{one.key}]": number(_("Share of the overlap"), _("On any scale."), 0, 1e9)
        }
    else:
        fields = {target_name(one.key): target_field(_("Judgments per item"))}
        for kind in parts.item_strata:
            label = _("Of “%(kind)s”, where that differs") % {"kind": kind}
            fields[target_name(one.key, kind)] = target_field(label, required=False)
    fields[f"people[{one.key}]"] = forms.IntegerField(
        label=_("People, if more than needed"),
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
    )
    return fields


def target_field(label: str, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_TARGET, required=required)


def design_fields(parts: PlannedParts) -> dict[str, forms.Field]:
    """The fields that depend on the campaign's design."""
    fields: dict[str, forms.Field] = {
        f"item_strata[{kind}]": forms.IntegerField(
            label=_("Of these: “%(kind)s”") % {"kind": kind}, min_value=0, max_value=MOST_ITEMS
        )
        for kind in parts.item_strata
    }
    if parts.overlap:
        fields["overlap"] = forms.IntegerField(
            label=_("Overlap"),
            help_text=_("Judgments of an item, shared out among the strata."),
            min_value=1,
            max_value=MOST_OVERLAP,
        )
    for one in parts.strata:
        fields.update(stratum_fields(parts, one))
    return fields


def defaults_of(parts: PlannedParts, given: Mapping[str, str]) -> dict[str, Any]:
    """The campaign's own numbers; kinds of items keep their part where other items are supposed."""
    items = parts.items or ITEMS_SUPPOSED
    supposed = int(given["items"]) if given.get("items", "").isdecimal() else items
    defaults: dict[str, Any] = {
        "items": items,
        "cap": parts.cap or DEFAULTS["cap"],
        "overlap": parts.overlap,
        "budget": parts.budget,
        "repeat_rate": parts.repeat_rate,
    }
    for kind in parts.item_strata:
        if parts.items and parts.kinds is not None:
            part = parts.kinds.get(kind, 0) / parts.items
        else:
            part = 1 / (len(parts.item_strata) + 1)
        defaults[f"item_strata[{kind}]"] = int(supposed * part + 0.5)
    no_shares = not any(one.share for one in parts.strata)
    for one in parts.strata:
        defaults[f"shares[{one.key}]"] = 1 if no_shares else one.share or 0
        defaults[target_name(one.key)] = round(one.target)
        for kind, target in one.targets.items():
            defaults[target_name(one.key, kind)] = target
    return defaults
