"""Organisations, who is in them and what belongs to them: a fixed number of queries."""

from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from annotation.access import campaigns_run_by, organisations_of
from annotation.enums import Right
from annotation.models import (
    Campaign,
    Organisation,
    OrganisationCampaign,
    OrganisationInvitation,
    OrganisationMembership,
)


def listed_organisations(user: User) -> QuerySet[Organisation]:
    """Organisations of this person by name, each with `people` and `campaigns`, two numbers."""
    return organisations_of(user).annotate(
        people=number_of(OrganisationMembership.objects.all()),
        campaigns=number_of(OrganisationCampaign.objects.all()),
    )


def number_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows an organisation has; by itself, as joins would multiply each other."""
    own = rows.filter(organisation=OuterRef("pk")).order_by().values("organisation")
    return Coalesce(Subquery(own.annotate(number=Count("pk")).values("number")), 0)


def people_of(organisation: Organisation) -> QuerySet[OrganisationMembership]:
    """Its members in the order in which they came."""
    return organisation.memberships.select_related("user")


def open_invitations(organisation: Organisation) -> QuerySet[OrganisationInvitation]:
    """Invitations by which somebody may still come in, newest first."""
    return organisation.invitations.filter(
        revoked_at=None, expires_at__gt=timezone.now(), taken__lt=F("most")
    ).select_related("created_by")


def campaigns_of(organisation: Organisation, user: User) -> QuerySet[Campaign]:
    """Campaigns of the organisation that this person may view, newest first."""
    mine = campaigns_run_by(user, Right.VIEW).filter(in_organisation__organisation=organisation)
    return mine.select_related("owner")


def placement_of(campaign: Campaign) -> OrganisationCampaign | None:
    """The organisation that a campaign belongs to, if any."""
    found = OrganisationCampaign.objects.select_related("organisation").filter(campaign=campaign)
    return found.first()
