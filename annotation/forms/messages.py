"""A message to all annotators."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.services.messaging import LONGEST_SUBJECT, LONGEST_TEXT


class MessageForm(forms.Form):
    use_required_attribute = False
    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Plain text, the same for everybody. Do not ask for names or addresses."),
    )
