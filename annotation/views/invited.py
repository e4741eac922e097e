"""What an invitation's link shows: the offer, and the way in after signing in or up."""

from collections.abc import Callable
from typing import Any, NamedTuple

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
from annotation.models import Invitation, OrganisationInvitation
from annotation.services.invitations import (
    accept_invitation,
    invited_by,
    sign_up_invited,
    why_not_accepted,
)
from annotation.services.organisation_invitations import (
    invited_into_organisation,
    join_organisation,
    sign_up_into_organisation,
)

BACKEND = "accounts.backends.AccountBackend"
PAGE = "annotation/invitation.html"


class WayIn(NamedTuple):
    """What is done with an offer, by what it is into."""

    accept: Callable[[Any, User], Any]
    sign_up: Callable[[Any, str, str], User]
    welcome: Callable[[HttpRequest, Any], HttpResponse]


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept by a button; looking alone changes nothing, for scanners of mail look too."""
    return answer(request, invited_by(token), INTO_CAMPAIGN)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The same for an organisation."""
    return answer(request, invited_into_organisation(token), INTO_ORGANISATION)


def answer(
    request: HttpRequest, offer: Invitation | OrganisationInvitation, way: WayIn
) -> HttpResponse:
    user = request.user
    if isinstance(user, User):
        return for_known(request, offer, user, way)
    form = InvitedForm(request.POST if request.method == "POST" else None, email=offer.email)
    if request.method == "POST" and form.is_valid():
        try:
            made = way.sign_up(offer, form.cleaned_data["email"], form.cleaned_data["password"])
        except Conflict as refusal:
            form.add_error("email" if refusal.code == "email-in-use" else None, refusal.message)
        else:
            login(request, made, backend=BACKEND)
            return way.welcome(request, offer)
    status = 422 if request.method == "POST" else 200
    return render(request, PAGE, {"invitation": offer, "form": form}, status=status)


def for_known(
    request: HttpRequest, offer: Invitation | OrganisationInvitation, user: User, way: WayIn
) -> HttpResponse:
    problem = why_not_accepted(offer, user)
    if request.method == "POST" and not problem:
        try:
            way.accept(offer, user)
        except Conflict as refusal:
            problem = refusal.message
        else:
            return way.welcome(request, offer)
    status = 409 if request.method == "POST" else 200
    return render(request, PAGE, {"invitation": offer, "problem": problem}, status=status)


def welcome_to_campaign(request: HttpRequest, offer: Invitation) -> HttpResponse:
    messages.success(request, _("You are in the team of this campaign."))
    return redirect("annotation:research-campaign-detail", offer.campaign.slug)


def welcome_to_organisation(request: HttpRequest, offer: OrganisationInvitation) -> HttpResponse:
    messages.success(request, _("You are in this organisation."))
    return redirect("annotation:organisation", offer.organisation.slug)


INTO_CAMPAIGN = WayIn(accept_invitation, sign_up_invited, welcome_to_campaign)
INTO_ORGANISATION = WayIn(join_organisation, sign_up_into_organisation, welcome_to_organisation)
