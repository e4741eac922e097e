"""Forms of a campaign's team page, and of those who are invited."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.passwords import PASSWORD_HELP
from accounts.models import User
from annotation.enums import CampaignRole
from annotation.services.invitations import MOST_DAYS, MOST_PEOPLE


class InviteForm(forms.Form):
    """To one e-mail, or without one by a link for so many people."""

    use_required_attribute = False

    role = forms.ChoiceField(
        label=_("Role"),
        choices=CampaignRole.choices,
        help_text=_(
            "Viewers read. Editors also change, import, open and pause. Owners also close, "
            "release to everybody, and decide who is in the team."
        ),
    )
    email = forms.EmailField(
        label=_("E-mail (optional)"),
        required=False,
        max_length=254,
        help_text=_("They get the link by mail. Without one, the link is for whoever has it."),
    )
    most = forms.IntegerField(
        label=_("How many people may use the link, if no e-mail is given"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
    )
    days = forms.IntegerField(
        label=_("Days for which the invitation stays open"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=7,
    )


class InvitedForm(forms.Form):
    """An account for somebody who was invited; an invited e-mail is fixed."""

    use_required_attribute = False

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        if email:
            self.fields["email"].initial = email
            self.fields["email"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            try:
                validate_password(cleaned["password"], User(email=cleaned.get("email", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned
