"""How pages are to look."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Look


class AppearanceForm(forms.Form):
    """Light, dark, or what the device says."""

    look = forms.ChoiceField(label=_("Light or dark"), choices=Look.choices)
