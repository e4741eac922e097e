"""The forms by which people sign up and in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.passwords import PASSWORD_HELP
from accounts.models import User


class SignInForm(AuthenticationForm):
    """E-mail and password; the field stays `username`, which the lockout counts by."""

    error_messages = {
        "invalid_login": _(
            "This e-mail and password do not belong together. Check both; capital letters "
            "matter in the password."
        ),
        "inactive": _("This account is switched off."),
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )


class SignUpForm(forms.Form):
    """E-mail and a password that is hard to guess."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("For signing in. Researchers never see it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            try:
                validate_password(cleaned["password"], User(email=cleaned.get("email", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ResetForm(PasswordResetForm):
    """Asks for the e-mail to which a link is sent, whether or not there is an account."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = _("E-mail")
