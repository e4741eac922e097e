"""The form of an entry link; what is valid the serializer says."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.api.problems import flat_fields
from annotation.enums import PlatformKey
from annotation.forms.campaign import number_input
from annotation.serializers.entry_links import EntryLinkSerializer

OWN_ADDRESSES = _("For CloudResearch and panels only; others have an address of their own.")


class EntryLinkForm(forms.Form):
    use_required_attribute = False

    name = forms.CharField(
        label=_("Name"), required=False, help_text=_("For you: which study, which wave.")
    )
    platform = forms.ChoiceField(label=_("Platform"), required=False, choices=PlatformKey.choices)
    study = forms.CharField(
        label=_("Study id (optional)"),
        required=False,
        help_text=_("Then only this study of the platform may send people."),
    )
    most = forms.CharField(
        label=_("How many people at most (optional)"), required=False, widget=number_input()
    )
    completion_code = forms.CharField(label=_("Code when completed"), required=False)
    screen_out_code = forms.CharField(label=_("Code when screened out"), required=False)
    time_out_code = forms.CharField(label=_("Code when timed out"), required=False)
    completion_url = forms.CharField(
        label=_("Address when completed"),
        required=False,
        help_text=OWN_ADDRESSES,
    )
    screen_out_url = forms.CharField(
        label=_("Address when screened out"), required=False, help_text=OWN_ADDRESSES
    )
    time_out_url = forms.CharField(
        label=_("Address when timed out"), required=False, help_text=OWN_ADDRESSES
    )
    panel = forms.CharField(
        label=_("Panel (optional)"),
        required=False,
        help_text=_("Links that name the same panel know the same people."),
    )
    is_sandbox = forms.BooleanField(label=_("It is for Mechanical Turk’s sandbox"), required=False)

    def spec(self) -> dict[str, Any] | None:
        """The valid link, or None with each error at its field."""
        written = {name: str(self.data.get(name, "")).strip() for name in self.fields}
        body: dict[str, Any] = {**written, "most": written["most"] or None}
        body["is_sandbox"] = bool(written["is_sandbox"])
        serializer = EntryLinkSerializer(data=body)
        if serializer.is_valid():
            return dict(serializer.validated_data)
        for path, message in flat_fields(serializer.errors).items():
            self.add_error(path if path in self.fields else None, message)
        return None
