"""Researchers' pages of organisations: which there are, who is in one, and what belongs to it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in_user
from annotation.access import (
    managed_campaign,
    managed_organisation_invitation,
    managed_organisation_member,
    own_organisation,
    placeable_organisation,
)
from annotation.enums import OrganisationRole, Right
from annotation.errors import Conflict
from annotation.forms.organisations import (
    OrganisationForm,
    OrganisationInviteForm,
    OrganisationNameForm,
    PlacementForm,
)
from annotation.models import Organisation
from annotation.selectors.organisations import (
    campaigns_of,
    listed_organisations,
    open_invitations,
    people_of,
    placement_of,
)
from annotation.serializers.organisations import address_into
from annotation.services.organisation_invitations import (
    invite_into_organisation,
    revoke_organisation_invitation,
)
from annotation.services.organisations import (
    change_organisation_role,
    create_organisation,
    leave_organisation,
    place_campaign,
    remove_organisation_member,
    rename_organisation,
)
from annotation.tasks import send_organisation_invitation
from annotation.views.research_access import research_page

CAMPAIGNS_SHOWN = 100
ORGANISATIONS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Organisations that one is in; on POST another one."""
    user = signed_in_user(request)
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = create_organisation(**form.cleaned_data, by=user)
            except Conflict as refusal:
                form.add_error("slug", refusal.message)
            else:
                messages.success(request, _("The organisation is made. Invite others to it."))
                return redirect("annotation:organisation", made.slug)
        status = 422
    pages = Paginator(listed_organisations(user), ORGANISATIONS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "failed": status != 200}
    return render(request, "annotation/research/organisation_list.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def organisation(request: HttpRequest, organisation: str) -> HttpResponse:
    """Its people and campaigns; who administers it invites more."""
    user = signed_in_user(request)
    held = own_organisation(user, organisation, to_administer=request.method == "POST")
    if request.method != "POST":
        return page(request, held, OrganisationInviteForm())
    form = OrganisationInviteForm(request.POST)
    if not form.is_valid():
        return page(request, held, form, status=422)
    said = form.cleaned_data
    said["role"] = OrganisationRole(said["role"])
    try:
        invitation = invite_into_organisation(held, **said, by=user)
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return redirect("annotation:organisation", organisation)
    if invitation.email:
        address = address_into(invitation, request)
        send_organisation_invitation.delay(invitation.pk, address, get_language())
        messages.success(request, _("The invitation is on its way to %s.") % invitation.email)
    else:
        messages.success(request, _("The link is made. Give it to whom it is for."))
    return redirect("annotation:organisation", organisation)


def page(
    request: HttpRequest, held: Organisation, form: OrganisationInviteForm, *, status: int = 200
) -> HttpResponse:
    user = signed_in_user(request)
    members = list(people_of(held))
    shown = held.is_administered
    context: dict[str, Any] = {
        "organisation": held,
        "members": members,
        "roles": OrganisationRole.choices,
        "may_leave": any(one.user == user for one in members),
        "campaigns": campaigns_of(held, user)[:CAMPAIGNS_SHOWN],
        "form": form,
        "name_form": OrganisationNameForm(initial={"name": held.name}, auto_id="name_%s"),
        "failed": status != 200,
        "invitations": [
            {
                "row": one,
                "address": address_into(one, request),
                "revoke": reverse(
                    "annotation:organisation-invitation-revoke", args=[held.slug, one.pk]
                ),
            }
            for one in open_invitations(held)
        ]
        if shown
        else [],
    }
    return render(request, "annotation/research/organisation.html", context, status=status)


@require_POST
@research_page
def organisation_name(request: HttpRequest, organisation: str) -> HttpResponse:
    """Give it another name."""
    held = own_organisation(signed_in_user(request), organisation, to_administer=True)
    form = OrganisationNameForm(request.POST)
    if form.is_valid():
        rename_organisation(held, form.cleaned_data["name"])
        messages.success(request, _("The organisation has another name."))
    else:
        messages.error(request, _("Give it a name of at most 200 characters."))
    return redirect("annotation:organisation", organisation)


@require_POST
@research_page
def organisation_member_role(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Give somebody another role."""
    member = managed_organisation_member(signed_in_user(request), organisation, pk)
    asked = request.POST.get("role", "")
    if asked in OrganisationRole.values:
        try:
            changed = change_organisation_role(member, OrganisationRole(asked))
        except Conflict as refusal:
            messages.error(request, refusal.message)
        else:
            words = {"email": changed.user.email, "role": changed.get_role_display()}
            messages.success(request, _("%(email)s: %(role)s from now on.") % words)
    return redirect("annotation:organisation", organisation)


@require_POST
@research_page
def organisation_member_remove(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """Take somebody out."""
    member = managed_organisation_member(signed_in_user(request), organisation, pk)
    try:
        remove_organisation_member(member)
    except Conflict as refusal:
        messages.error(request, refusal.message)
    else:
        told = _("%s is not in the organisation any more.") % member.user.email
        messages.success(request, told)
    return redirect("annotation:organisation", organisation)


@require_POST
@research_page
def organisation_leave(request: HttpRequest, organisation: str) -> HttpResponse:
    """Take oneself out."""
    user = signed_in_user(request)
    try:
        leave_organisation(own_organisation(user, organisation), user)
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return redirect("annotation:organisation", organisation)
    messages.success(request, _("You are not in this organisation any more."))
    return redirect("annotation:organisation-list")


@require_POST
@research_page
def organisation_invitation_revoke(
    request: HttpRequest, organisation: str, pk: int
) -> HttpResponse:
    """Let nobody in by an invitation any more."""
    user = signed_in_user(request)
    revoke_organisation_invitation(managed_organisation_invitation(user, organisation, pk))
    messages.success(request, _("The invitation is revoked."))
    return redirect("annotation:organisation", organisation)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_placement(request: HttpRequest, slug: str) -> HttpResponse:
    """Which organisation a campaign belongs to; its owners let it belong to another, or to none."""
    user = signed_in_user(request)
    right = Right.OWN if request.method == "POST" else Right.VIEW
    campaign = managed_campaign(user, slug, right)
    placed = placement_of(campaign)
    form = PlacementForm(request.POST or None, user=user, placed=placed)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["organisation"]
        organisation = placeable_organisation(user, campaign, chosen) if chosen else None
        place_campaign(campaign, organisation, members_read=form.cleaned_data["members_read"])
        messages.success(request, _("The campaign’s organisation is set."))
        return redirect("annotation:research-campaign-organisation", slug)
    context = {"campaign": campaign, "placed": placed, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "annotation/research/placement.html", context, status=status)
