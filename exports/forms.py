"""Asking for a snapshot on a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from exports.access import pseudonyms_offered
from exports.enums import Pseudonyms, SnapshotFormat


class SnapshotForm(forms.Form):
    """Format and pseudonyms; only what this person may choose is offered."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=SnapshotFormat.choices,
        initial=SnapshotFormat.PARQUET,
        help_text=_("The content is the same in all three."),
    )
    pseudonyms = forms.ChoiceField(
        label=_("Annotators' names"),
        initial=Pseudonyms.PER_RELEASE,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.value, one.label.capitalize()) for one in pseudonyms_offered(user)]
        field = self.fields["pseudonyms"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = offered
