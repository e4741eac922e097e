"""The fields in which researchers say what people are asked for besides their answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.enums import Wanted
from annotation.forms.campaign import number_input

PREFIX = "asking_"
SWITCHES = ("spans", "partial_rankings")


class AskingFields(forms.Form):
    """The settings of `annotation.asking.Asking`. Numbers are texts: the serializer reads them."""

    use_required_attribute = False

    asking_reason = forms.ChoiceField(
        label=_("A reason"),
        required=False,
        choices=Wanted.choices,
        help_text=_("Where reasons are optional, “it depends” still needs one."),
    )
    asking_reason_least = forms.CharField(
        label=_("Least length of a reason"),
        required=False,
        help_text=_("In characters; 0 for any."),
        widget=number_input(least="0"),
    )
    asking_confidence = forms.ChoiceField(
        label=_("How sure they are"),
        required=False,
        choices=Wanted.choices,
        help_text=_("From 0 to 100, for the whole judgment."),
    )
    asking_acceptable = forms.ChoiceField(
        label=_("Whether each response is acceptable in itself"),
        required=False,
        choices=Wanted.choices,
        help_text=_("Yes or no, whichever is preferred."),
    )
    asking_spans = forms.BooleanField(
        label=_("Passages of responses can be highlighted, with a note"), required=False
    )
    asking_partial_rankings = forms.BooleanField(
        label=_("Rankings may leave responses out"), required=False
    )

    @classmethod
    def is_in(cls, data: Mapping[str, Any]) -> bool:
        """Whether a form sent these fields at all; boxes left open send nothing."""
        return any(name in data for name in cls.base_fields)

    def written(self) -> dict[str, Any]:
        """What was sent, in the shape of the campaign's body."""
        asking: dict[str, Any] = {}
        for field in self.fields:
            name = field.removeprefix(PREFIX)
            if name in SWITCHES:
                asking[name] = bool(self.data.get(field))
            elif field in self.data:
                asking[name] = str(self.data[field]).strip()
        return asking


def write_asking(asking: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the fields show them."""
    return {f"{PREFIX}{name}": value for name, value in asking.items()}
