"""A campaign's team over REST, and the addresses of invitations."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from annotation.enums import CampaignRole
from annotation.models import Invitation
from annotation.selectors.team import Member
from annotation.services.invitations import MOST_DAYS, MOST_PEOPLE, invitation_token


class MemberSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(
        allow_null=True, help_text="Of the membership; null for whom the campaign belongs to."
    )
    email = serializers.EmailField()
    role = serializers.ChoiceField(CampaignRole.choices)
    since = serializers.DateTimeField()
    holds = serializers.BooleanField(help_text="Whether the campaign belongs to them.")


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(CampaignRole.choices)


class TransferSerializer(serializers.Serializer[Any]):
    member = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="A member's id.")


class InvitationRequestSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(CampaignRole.choices)
    email = serializers.EmailField(
        max_length=254,
        allow_blank=True,
        default="",
        help_text="Whom it is for; the link goes there. Without one it is for whoever has it.",
    )
    most = serializers.IntegerField(
        min_value=1,
        max_value=MOST_PEOPLE,
        default=1,
        help_text="How many may come by a link that is for no e-mail.",
    )
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=7)


class InvitationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    role = serializers.ChoiceField(CampaignRole.choices)
    email = serializers.CharField()
    most = serializers.IntegerField()
    taken = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    invited_by = serializers.EmailField(allow_null=True)
    url = serializers.URLField()


class AcceptSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(
        max_length=200, help_text="The last part of the invitation's address."
    )


class AcceptedSerializer(serializers.Serializer[Any]):
    campaign = serializers.SlugField()
    role = serializers.ChoiceField(CampaignRole.choices)


def member_body(member: Member) -> dict[str, Any]:
    return {
        "id": member.number,
        "email": member.user.email,
        "role": member.role,
        "since": member.since,
        "holds": member.is_holder,
    }


def invitation_body(invitation: Invitation, request: HttpRequest | Request) -> dict[str, Any]:
    return {
        "id": invitation.pk,
        "role": invitation.role,
        "email": invitation.email,
        "most": invitation.most,
        "taken": invitation.taken,
        "expires_at": invitation.expires_at,
        "invited_by": invitation.created_by.email if invitation.created_by else None,
        "url": address_of(invitation, request),
    }


def address_of(invitation: Invitation, request: HttpRequest | Request) -> str:
    """Where the invitation is accepted."""
    path = reverse("annotation:invitation", args=[invitation_token(invitation)])
    return request.build_absolute_uri(path)
