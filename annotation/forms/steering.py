"""Pausing, extending and retargeting a campaign on one page."""

from datetime import UTC
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.forms.campaign import number_input
from annotation.models import Campaign, Stratum
from annotation.selectors.campaigns import campaign_overlap, campaign_strata
from annotation.specs import CampaignSpec

MOST = 2**15 - 1
MOST_PEOPLE = 2**31 - 1
LOCAL = "%Y-%m-%dT%H:%M"


class SteerForm(forms.Form):
    """What may change while people work: until when, targets, seats, judgments per person.

    Strata have a target and a quota each, under their place; where an overlap is shared out among
    strata, its draws are made and nothing of it can be changed.
    """

    use_required_attribute = False
    ends_at = forms.DateTimeField(
        label=_("Open until (UTC)"),
        required=False,
        input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        help_text=_("The campaign is paused then. Empty: until you pause it."),
    )
    max_per_annotator = forms.IntegerField(
        label=_("Most judgments per annotator"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=number_input(),
        help_text=_("Empty: as many as there are."),
    )

    def __init__(self, campaign: Campaign, data: Any = None) -> None:
        self.campaign = campaign
        self.strata = list(campaign.strata.all())
        initial: dict[str, Any] = {
            "ends_at": campaign.ends_at,
            "max_per_annotator": campaign.max_per_annotator,
        }
        super().__init__(data, initial=initial)
        if self.has_overlap:
            self.fields["overlap"] = number(_("Judgments wanted per item"), required=True)
            self.initial["overlap"] = campaign_overlap(campaign)
        for place, stratum in enumerate(self.strata if self.has_targets else []):
            self.fields[f"target-{place}"] = number(_("Judgments wanted per item"), required=True)
            self.fields[f"quota-{place}"] = number(_("Seats (empty: no limit)"), most=MOST_PEOPLE)
            self.initial[f"target-{place}"] = int(stratum.expected)
            self.initial[f"quota-{place}"] = stratum.quota

    @property
    def has_overlap(self) -> bool:
        """One number for everybody."""
        return all(one.is_implicit for one in self.strata)

    @property
    def has_targets(self) -> bool:
        """A number for each stratum, none of them shared out."""
        return not self.has_overlap and not self.campaign.overlap

    @property
    def by_stratum(self) -> list[tuple[Stratum, Any, Any]]:
        """(stratum, field of its target, field of its quota)."""
        return [
            (stratum, self[f"target-{place}"], self[f"quota-{place}"])
            for place, stratum in enumerate(self.strata if self.has_targets else [])
        ]

    def clean_ends_at(self) -> Any:
        given = self.cleaned_data["ends_at"]
        if given is None:
            return None
        moment = given if timezone.is_aware(given) else given.replace(tzinfo=UTC)
        before = self.campaign.ends_at
        # The field has minutes; whoever leaves it as it is means the end that there is.
        if before is not None and moment == before.replace(second=0, microsecond=0):
            return before
        if moment <= timezone.now():
            raise forms.ValidationError(_("Give a moment that is to come."))
        return moment

    def spec(self) -> CampaignSpec:
        """What differs from what there is, in the shape of a campaign's body."""
        given, spec = self.cleaned_data, CampaignSpec()
        if given["max_per_annotator"] != self.campaign.max_per_annotator:
            spec["max_per_annotator"] = given["max_per_annotator"]
        if self.has_overlap and given["overlap"] != campaign_overlap(self.campaign):
            spec["overlap"] = given["overlap"]
        if self.has_targets:
            before, strata = campaign_strata(self.campaign), campaign_strata(self.campaign)
            for place, stratum in enumerate(strata):
                stratum["target"] = given[f"target-{place}"]
                stratum["quota"] = given[f"quota-{place}"]
            if strata != before:
                spec["strata"] = strata
        return spec


def number(label: Any, *, required: bool = False, most: int = MOST) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=required, min_value=1, max_value=most, widget=number_input()
    )
