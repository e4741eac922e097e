"""Organisations over REST, and the addresses of invitations into them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from annotation.enums import OrganisationRole
from annotation.models import (
    Organisation,
    OrganisationCampaign,
    OrganisationInvitation,
    OrganisationMembership,
)
from annotation.serializers.team import InvitationRequestSerializer, InvitationSerializer
from annotation.services.organisation_invitations import organisation_token


class OrganisationNameSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)


class OrganisationRequestSerializer(OrganisationNameSerializer):
    slug = serializers.SlugField(max_length=64)


class OrganisationSerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    people = serializers.IntegerField()
    campaigns = serializers.IntegerField()


class OrganisationMemberSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="Of the membership.")
    email = serializers.EmailField()
    role = serializers.ChoiceField(OrganisationRole.choices)
    since = serializers.DateTimeField()


class OrganisationRoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(OrganisationRole.choices)


class OrganisationInvitationRequestSerializer(InvitationRequestSerializer):
    role = serializers.ChoiceField(OrganisationRole.choices, default=OrganisationRole.MEMBER)


class OrganisationInvitationSerializer(InvitationSerializer):
    role = serializers.ChoiceField(OrganisationRole.choices)


class JoinedSerializer(serializers.Serializer[Any]):
    organisation = serializers.SlugField()
    role = serializers.ChoiceField(OrganisationRole.choices)


class PlacementSerializer(serializers.Serializer[Any]):
    organisation = serializers.SlugField(
        max_length=64, allow_null=True, help_text="One of yours; null for none."
    )
    members_read = serializers.BooleanField(
        default=False, help_text="Whether all of its members may view the campaign."
    )


def organisation_body(organisation: Any) -> dict[str, Any]:
    """One of `listed_organisations`."""
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "people": organisation.people,
        "campaigns": organisation.campaigns,
    }


def organisation_member_body(membership: OrganisationMembership) -> dict[str, Any]:
    return {
        "id": membership.pk,
        "email": membership.user.email,
        "role": membership.role,
        "since": membership.added_at,
    }


def organisation_invitation_body(
    invitation: OrganisationInvitation, request: HttpRequest | Request
) -> dict[str, Any]:
    return {
        "id": invitation.pk,
        "role": invitation.role,
        "email": invitation.email,
        "most": invitation.most,
        "taken": invitation.taken,
        "expires_at": invitation.expires_at,
        "invited_by": invitation.created_by.email if invitation.created_by else None,
        "url": address_into(invitation, request),
    }


def placement_body(placement: OrganisationCampaign | None) -> dict[str, Any]:
    organisation: Organisation | None = placement.organisation if placement else None
    return {
        "organisation": organisation.slug if organisation else None,
        "members_read": placement.members_read if placement else False,
    }


def address_into(invitation: OrganisationInvitation, request: HttpRequest | Request) -> str:
    """Where an invitation into an organisation is accepted."""
    path = reverse("annotation:organisation-invitation", args=[organisation_token(invitation)])
    return request.build_absolute_uri(path)
