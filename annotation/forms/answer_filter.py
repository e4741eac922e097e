"""Choosing whose answers to an item are looked at: what may stand in the address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.enums import AnswersWith
from annotation.selectors.answers import AnswerFilter


class AnswerFilterForm(forms.Form):
    """What cannot be read counts as not said."""

    stratum = forms.ChoiceField(label=_("Stratum"), required=False)
    only = forms.ChoiceField(label=_("Only answers"), required=False)
    earlier = forms.BooleanField(label=_("Also answers revised since"), required=False)

    def __init__(self, data: Any, *, strata: Sequence[str]) -> None:
        super().__init__(data, auto_id="answers-%s")
        everything = [("", _("all"))]
        stratum, only = self.fields["stratum"], self.fields["only"]
        stratum.choices = [*everything, *((key, key) for key in strata)]  # type: ignore[attr-defined]
        only.choices = [*everything, *AnswersWith.choices]  # type: ignore[attr-defined]

    def chosen(self) -> AnswerFilter:
        """What is chosen."""
        self.full_clean()
        given = self.cleaned_data
        return AnswerFilter(
            stratum=given.get("stratum", ""),
            only=given.get("only", ""),
            earlier=bool(given.get("earlier")),
        )
