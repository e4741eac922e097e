"""New passwords: Django's forms in our words."""

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

PASSWORD_HELP = _("At least 10 characters, not only digits, and not a common password.")


class OurWords:
    """One sentence in place of Django's list of rules, and none where it is typed again."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.help_text, second.help_text = PASSWORD_HELP, ""
        second.label = _("New password again")


class NewPasswordForm(OurWords, PasswordChangeForm):
    """Whoever is signed in gives the old one, too."""


class ResetPasswordForm(OurWords, SetPasswordForm):  # type: ignore[type-arg]
    """Whoever came by the link of a mail."""
