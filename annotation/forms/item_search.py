"""Searching a campaign's items: what may stand in the address of the list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.enums import ItemOrder, ItemsWith
from annotation.selectors.items import LONGEST_TEXT, ItemSearch

LAST_PAGE = 1_000_000


class ItemSearchForm(forms.Form):
    """What cannot be read counts as not said: an address that was cut off still shows items."""

    text = forms.CharField(label=_("In id or prompt"), required=False, max_length=LONGEST_TEXT)
    language = forms.CharField(label=_("Language"), required=False, max_length=35)
    stratum = forms.ChoiceField(label=_("Counted in stratum"), required=False)
    only = forms.ChoiceField(label=_("Only items"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False, choices=ItemOrder.choices)
    page = forms.IntegerField(
        required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, strata: Sequence[str]) -> None:
        super().__init__(data, auto_id="search-%s")
        everything = [("", _("all"))]
        stratum, chosen = self.fields["stratum"], self.fields["only"]
        stratum.choices = [*everything, *((key, key) for key in strata)]  # type: ignore[attr-defined]
        chosen.choices = [*everything, *ItemsWith.choices]  # type: ignore[attr-defined]

    def search(self) -> ItemSearch:
        """The search that is asked for."""
        self.full_clean()
        given = self.cleaned_data
        return ItemSearch(
            text=given.get("text", ""),
            language=given.get("language", ""),
            stratum=given.get("stratum", ""),
            only=given.get("only", ""),
            order=given.get("order") or ItemOrder.ID.value,
            page=given.get("page") or 1,
        )
