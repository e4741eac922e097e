"""A person's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.access import annotator_of, signed_in_user
from accounts.forms.passwords import NewPasswordForm


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here: e-mail, role, and for annotators the pseudonym."""
    annotator = annotator_of(signed_in_user(request))
    return render(request, "accounts/account.html", {"annotator": annotator})


class ChangePassword(PasswordChangeView):
    """Set a new password by giving the old one."""

    form_class = NewPasswordForm
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:account")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your new password holds from now on."))
        return response
