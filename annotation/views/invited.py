"""What an invitation's link shows: the offer, and the way in after signing in or up."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from annotation.errors import Conflict
from annotation.forms.team import InvitedForm
from annotation.models import Invitation
from annotation.services.invitations import (
    accept_invitation,
    invited_by,
    sign_up_invited,
    why_not_accepted,
)

BACKEND = "accounts.backends.AccountBackend"
PAGE = "annotation/invitation.html"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept by a button; looking alone changes nothing, for scanners of mail look too."""
    offer = invited_by(token)
    user = request.user
    if isinstance(user, User):
        return for_known(request, offer, user)
    form = InvitedForm(request.POST if request.method == "POST" else None, email=offer.email)
    if request.method == "POST" and form.is_valid():
        try:
            made = sign_up_invited(offer, form.cleaned_data["email"], form.cleaned_data["password"])
        except Conflict as refusal:
            form.add_error("email" if refusal.code == "email-in-use" else None, refusal.message)
        else:
            login(request, made, backend=BACKEND)
            return welcome(request, offer)
    status = 422 if request.method == "POST" else 200
    return render(request, PAGE, {"invitation": offer, "form": form}, status=status)


def for_known(request: HttpRequest, offer: Invitation, user: User) -> HttpResponse:
    problem = why_not_accepted(offer, user)
    if request.method == "POST" and not problem:
        try:
            accept_invitation(offer, user)
        except Conflict as refusal:
            problem = refusal.message
        else:
            return welcome(request, offer)
    status = 409 if request.method == "POST" else 200
    return render(request, PAGE, {"invitation": offer, "problem": problem}, status=status)


def welcome(request: HttpRequest, offer: Invitation) -> HttpResponse:
    messages.success(request, _("You are in the team of this campaign."))
    return redirect("annotation:research-campaign-detail", offer.campaign.slug)
