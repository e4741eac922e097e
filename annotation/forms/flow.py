"""The fields in which researchers say how judging goes besides what is asked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.enums import Revising
from annotation.flow import MOST_AHEAD
from annotation.forms.campaign import number_input, text_box
from annotation.forms.text_lists import parse_options, write_options

PREFIX = "flow_"


class FlowFields(forms.Form):
    """Numbers are texts: the serializer reads them. Reasons one a line: key = label."""

    use_required_attribute = False

    flow_revise = forms.ChoiceField(
        label=_("Judgments that people may change"),
        required=False,
        choices=Revising.choices,
        help_text=_("Each change is a new revision; the one before is kept."),
    )
    flow_ahead = forms.CharField(
        label=_("Items kept ahead"),
        required=False,
        help_text=_(
            "For browsers that lose their network. They are leased like any item; 0 keeps none."
        ),
        widget=number_input(least="0", most=str(MOST_AHEAD)),
    )
    flow_break_after_minutes = forms.CharField(
        label=_("Suggest a break after minutes"),
        required=False,
        help_text=_("Of work without a pause; 0 never does."),
        widget=number_input(least="0", most="480"),
    )
    flow_session_minutes = forms.CharField(
        label=_("Taking part takes minutes (optional)"),
        required=False,
        help_text=_("People are told before they begin."),
        widget=number_input(most="1440"),
    )
    flow_pay = forms.CharField(
        label=_("What people get for it (optional)"),
        required=False,
        help_text=_("They are told before they begin, in these words."),
    )
    flow_content_warning = forms.CharField(
        label=_("Content warning (optional)"),
        required=False,
        help_text=_(
            "Shown before the first item of a visit. An item’s own stands in its metadata as "
            "“warning” and is shown before that item."
        ),
        widget=text_box(2),
    )
    flow_skip_reasons = forms.CharField(
        label=_("Reasons for skipping (optional)"),
        required=False,
        help_text=_("One a line: key = label. Left open, five usual ones are offered."),
        widget=text_box(3, mono=True),
    )

    @classmethod
    def is_in(cls, data: Mapping[str, Any]) -> bool:
        """Whether a form sent these fields at all."""
        return any(name in data for name in cls.base_fields)

    def written(self) -> dict[str, Any]:
        """What was sent, in the shape of the campaign's body."""
        flow: dict[str, Any] = {
            name.removeprefix(PREFIX): self.text(name) for name in self.fields if name in self.data
        }
        if "session_minutes" in flow:
            flow["session_minutes"] = flow["session_minutes"] or None
        if "skip_reasons" in flow:
            flow["skip_reasons"] = parse_options(flow["skip_reasons"])
        return flow

    def text(self, name: str) -> str:
        # Browsers end lines with CR LF; REST clients do not.
        return str(self.data.get(name, "")).replace("\r\n", "\n").strip()


def write_flow(flow: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the fields show them."""
    shown = {f"{PREFIX}{name}": value for name, value in flow.items()}
    return {**shown, "flow_skip_reasons": write_options(flow["skip_reasons"])}
