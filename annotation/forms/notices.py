"""What somebody wants to be told of, and addresses for webhooks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.enums import NoticeEvent
from annotation.forms.campaign import number_input
from annotation.webhooks import LONGEST_ADDRESS

CHOOSABLE = [choice for choice in NoticeEvent.choices if choice[0] != NoticeEvent.TEST]


class EventsForm(forms.Form):
    """Which events; none at all is a choice too."""

    use_required_attribute = False
    events = forms.MultipleChoiceField(
        label=_("Tell me by e-mail when"),
        choices=CHOOSABLE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    stuck_hours = forms.IntegerField(
        label=_("A stratum counts as stuck after so many hours"),
        required=True,
        min_value=1,
        max_value=336,
        widget=number_input(),
    )


class WebhookForm(forms.Form):
    use_required_attribute = False
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.URLInput,
        help_text=_("https only, and no address of a private network."),
    )
    events = forms.MultipleChoiceField(
        label=_("Post when"),
        choices=CHOOSABLE,
        required=True,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(
            data, prefix="webhook", initial={"events": [value for value, _label in CHOOSABLE]}
        )
