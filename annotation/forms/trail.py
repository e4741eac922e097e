"""Searching the trail: what may stand in its address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.deeds import DeedKind
from annotation.selectors.trail import TrailFilter


class TrailForm(forms.Form):
    """What cannot be read counts as not said."""

    who = forms.CharField(label=_("Who"), required=False, max_length=254)
    what = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("all")), *DeedKind.choices]
    )

    def wanted(self) -> TrailFilter:
        """What is asked for."""
        self.full_clean()
        given = self.cleaned_data
        return TrailFilter(
            who=given.get("who", ""),
            what=given.get("what", ""),
            campaign=given.get("campaign", ""),
        )


class CampaignTrailForm(TrailForm):
    """Within a campaign people are chosen from those who did something."""

    def __init__(self, data: Any, *, people: Sequence[str]) -> None:
        super().__init__(data)
        choices = [("", _("everybody")), *((one, one) for one in people)]
        self.fields["who"] = forms.ChoiceField(label=_("Who"), required=False, choices=choices)


class WholeTrailForm(TrailForm):
    """Over all campaigns of the installation."""

    campaign = forms.CharField(label=_("Campaign"), required=False, max_length=50)
