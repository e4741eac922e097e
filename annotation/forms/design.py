"""Assumptions of a design as a form; addresses and REST carry the same names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.design.effort import people_needed
from annotation.design.plan import Design
from annotation.design.precision import GRADE, SHARE, Assumptions
from annotation.models import Campaign

# Where a campaign has no items yet, planning supposes so many.
ITEMS_SUPPOSED = 200
MOST_ITEMS = 1_000_000
MOST_TARGET = 100
MOST_PEOPLE = 100_000
LARGEST_SHARE = 0.99

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


@dataclass(frozen=True)
class StratumChoice:
    """A stratum that a design has: its key, target for an item, and quota."""

    key: str
    target: int
    quota: int | None = None


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

    def __init__(
        self,
        given: Mapping[str, str],
        *,
        strata: Sequence[StratumChoice],
        items: int,
        cap: int | None,
    ) -> None:
        self.strata = strata
        defaults = {**DEFAULTS, "items": items or ITEMS_SUPPOSED, "cap": cap or DEFAULTS["cap"]}
        defaults.update({f"targets[{one.key}]": one.target for one in strata})
        super().__init__({**defaults, **{name: given[name] for name in given}})
        for one in strata:
            self.fields[f"targets[{one.key}]"] = forms.IntegerField(
                label=_("Judgments per item"), min_value=0, max_value=MOST_TARGET
            )
            self.fields[f"people[{one.key}]"] = forms.IntegerField(
                label=_("People, if more than needed"),
                min_value=1,
                max_value=MOST_PEOPLE,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        highest = (data.get("base") or 0.0) + (data.get("difference") or 0.0)
        if data.get("measure") == SHARE and highest > LARGEST_SHARE:
            self.add_error(
                "difference", _("Both shares must lie below 1; take a smaller difference.")
            )
        if not self.errors:
            self.check_people(data)
        return data

    def check_people(self, data: dict[str, Any]) -> None:
        """A design for more people than there can be is a slip of the hand."""
        for one in self.strata:
            target = data[f"targets[{one.key}]"]
            if people_needed(data["items"], target, cap=data["cap"]) > MOST_PEOPLE:
                self.add_error(
                    "cap", _("So few judgments per person need more than 100,000 people.")
                )
                return

    def design(self) -> Design:
        """What was filled in, after `is_valid`."""
        data = self.cleaned_data
        keys = [one.key for one in self.strata]
        return Design(
            items=data["items"],
            targets={key: data[f"targets[{key}]"] for key in keys},
            people={key: data[f"people[{key}]"] for key in keys if data[f"people[{key}]"]},
            seconds=data["seconds"],
            pay=data["pay"],
            cap=data["cap"],
            assumptions=Assumptions(
                measure=data["measure"],
                base=data["base"],
                difference=data["difference"],
                item_sd=data["item_sd"],
                person_sd=data["person_sd"],
                noise_sd=data["noise_sd"],
            ),
        )


def design_form(
    campaign: Campaign,
    strata: Sequence[tuple[str, int, int | None]],
    items: int,
    *,
    given: Mapping[str, str],
) -> DesignForm:
    """The form for a campaign, its own numbers being the defaults."""
    choices = [StratumChoice(*stratum) for stratum in strata]
    return DesignForm(given, strata=choices, items=items, cap=campaign.max_per_annotator)
