"""The form of a copy: how the new campaign is called; the serializer says what is valid."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CopyForm(forms.Form):
    use_required_attribute = False

    title = forms.CharField(label=_("Title"), help_text=_("Annotators see it."), required=False)
    slug = forms.CharField(
        label=_("Address"),
        required=False,
        help_text=_("Names the campaign in links and exports: letters, digits, - and _."),
        widget=forms.TextInput(attrs={"class": "mono", "autocapitalize": "none"}),
    )

    def written(self) -> dict[str, Any]:
        return {name: str(self.data.get(name, "")).strip() for name in self.fields}

    def place_error(self, name: str, message: str) -> None:
        """At its field, where it has one here."""
        self.add_error(name if name in self.fields else None, message)
