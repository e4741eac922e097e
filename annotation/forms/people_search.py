"""Searching a campaign's annotators: what may stand in the address of the list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.enums import PeopleOrder, PeopleWho
from annotation.selectors.people import PeopleSearch

LAST_PAGE = 1_000_000


class PeopleSearchForm(forms.Form):
    """What cannot be read counts as not said."""

    text = forms.CharField(label=_("Pseudonym contains"), required=False, max_length=40)
    stratum = forms.ChoiceField(label=_("Stratum"), required=False)
    only = forms.ChoiceField(label=_("Show"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False, choices=PeopleOrder.choices)
    page = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, strata: Sequence[str]) -> None:
        super().__init__(data, auto_id="search-%s")
        everything = [("", _("all"))]
        stratum, only = self.fields["stratum"], self.fields["only"]
        stratum.choices = [*everything, *((key, key) for key in strata)]  # type: ignore[attr-defined]
        only.choices = [*everything, *PeopleWho.choices]  # type: ignore[attr-defined]

    def search(self) -> PeopleSearch:
        """The search that is asked for."""
        self.full_clean()
        given = self.cleaned_data
        return PeopleSearch(
            text=given.get("text", ""),
            stratum=given.get("stratum", ""),
            only=given.get("only", ""),
            order=given.get("order") or PeopleOrder.LAST.value,
            page=given.get("page") or 1,
        )
