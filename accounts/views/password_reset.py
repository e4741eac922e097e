"""A forgotten password: a link by e-mail, then a new one. Django's views in our words."""

from django.contrib.auth import views
from django.urls import reverse_lazy

from accounts.forms.passwords import ResetPasswordForm
from accounts.forms.sign_in import ResetForm


class PasswordReset(views.PasswordResetView):
    """Ask for the e-mail that the link goes to."""

    form_class = ResetForm
    template_name = "accounts/password_reset.html"
    email_template_name = "accounts/emails/password_reset.txt"
    subject_template_name = "accounts/emails/password_reset_subject.txt"
    success_url = reverse_lazy("accounts:password-reset-sent")


class PasswordResetSent(views.PasswordResetDoneView):
    """Say that a mail is on its way, without telling whether there is an account."""

    template_name = "accounts/password_reset_sent.html"


class PasswordResetConfirm(views.PasswordResetConfirmView):
    """Set a new password through the link."""

    form_class = ResetPasswordForm
    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("accounts:password-reset-complete")


class PasswordResetComplete(views.PasswordResetCompleteView):
    """The new password holds."""

    template_name = "accounts/password_reset_complete.html"
