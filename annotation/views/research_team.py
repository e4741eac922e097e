"""Researchers' page of a campaign's team: who is in it, who is invited, and whose it is."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in_user
from annotation.access import managed_campaign, managed_invitation, managed_member
from annotation.enums import CampaignRole, Right
from annotation.errors import Conflict
from annotation.forms.team import InviteForm
from annotation.models import Campaign
from annotation.selectors.team import members_of, open_invitations
from annotation.serializers.team import address_of
from annotation.services.invitations import invite, revoke_invitation
from annotation.services.team import (
    change_role,
    leave_campaign,
    remove_member,
    transfer_campaign,
)
from annotation.tasks import send_invitation
from annotation.views.research_access import research_page

PAGE = "annotation/research/team.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who works on the campaign; owners invite more."""
    user = signed_in_user(request)
    right = Right.OWN if request.method == "POST" else Right.VIEW
    campaign = managed_campaign(user, slug, right)
    if request.method != "POST":
        return page(request, campaign, InviteForm())
    form = InviteForm(request.POST)
    if not form.is_valid():
        return page(request, campaign, form, status=422)
    said = form.cleaned_data
    said["role"] = CampaignRole(said["role"])
    try:
        invitation = invite(campaign, **said, by=user)
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return redirect("annotation:research-team", slug)
    if invitation.email:
        send_invitation.delay(invitation.pk, address_of(invitation, request), get_language())
        messages.success(request, _("The invitation is on its way to %s.") % invitation.email)
    else:
        messages.success(request, _("The link is made. Give it to whom it is for."))
    return redirect("annotation:research-team", slug)


def page(
    request: HttpRequest, campaign: Campaign, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    user = signed_in_user(request)
    members = members_of(campaign)
    context: dict[str, Any] = {
        "campaign": campaign,
        "members": members,
        "roles": CampaignRole.choices,
        "is_holder": campaign.owner_id == user.pk,
        "may_leave": any(one.user == user and not one.is_holder for one in members),
        "may_hand_over": campaign.owner_id == user.pk or user.is_admin,
        "form": form,
        "failed": status != 200,
        "invitations": [
            {
                "row": one,
                "address": address_of(one, request),
                "revoke": reverse(
                    "annotation:research-invitation-revoke", args=[campaign.slug, one.pk]
                ),
            }
            for one in open_invitations(campaign)
        ]
        if campaign.may_own
        else [],
    }
    return render(request, PAGE, context, status=status)


@require_POST
@research_page
def member_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give somebody another role."""
    membership = managed_member(signed_in_user(request), slug, pk)
    asked = request.POST.get("role", "")
    if asked in CampaignRole.values:
        changed = change_role(membership, CampaignRole(asked))
        words = {"email": changed.user.email, "role": changed.get_role_display()}
        messages.success(request, _("%(email)s: %(role)s from now on.") % words)
    return redirect("annotation:research-team", slug)


@require_POST
@research_page
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take somebody out of the team."""
    membership = managed_member(signed_in_user(request), slug, pk)
    remove_member(membership)
    messages.success(request, _("%s is not in the team any more.") % membership.user.email)
    return redirect("annotation:research-team", slug)


@require_POST
@research_page
def team_leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Take oneself out of the team."""
    user = signed_in_user(request)
    leave_campaign(managed_campaign(user, slug, Right.VIEW), user)
    messages.success(request, _("You are not in this campaign’s team any more."))
    return redirect("annotation:research-campaign-list")


@require_POST
@research_page
def campaign_transfer(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand the campaign over to somebody of the team."""
    user = signed_in_user(request)
    number = request.POST.get("member", "")
    sound = number.isascii() and number.isdigit() and len(number) < 19
    membership = managed_member(user, slug, int(number) if sound else 0)
    campaign = transfer_campaign(membership.campaign, membership, by=user)
    messages.success(request, _("The campaign belongs to %s now.") % campaign.owner.email)
    return redirect("annotation:research-team", slug)


@require_POST
@research_page
def invitation_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let nobody in by an invitation any more."""
    revoke_invitation(managed_invitation(signed_in_user(request), slug, pk))
    messages.success(request, _("The invitation is revoked."))
    return redirect("annotation:research-team", slug)
