"""Personal tokens over REST."""

from typing import Any

from rest_framework import serializers

from accounts.enums import Scope
from accounts.models import ApiToken
from accounts.services.tokens import MOST_DAYS


class ApiTokenRequestSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100, help_text="What it is for.")
    scopes = serializers.MultipleChoiceField(
        choices=Scope.choices,
        allow_empty=False,
        help_text="`read` for GET, `write` for every other method.",
    )
    campaign = serializers.SlugField(
        max_length=50,
        allow_null=True,
        default=None,
        help_text="The only campaign that it reaches; null for all that you reach.",
    )
    days = serializers.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        allow_null=True,
        default=None,
        help_text="After so many days it is over; null for never.",
    )


class ApiTokenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    hint = serializers.CharField(help_text="How it begins.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    campaign = serializers.SlugField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="To within five minutes; null where it never was."
    )


class NewApiTokenSerializer(ApiTokenSerializer):
    token = serializers.CharField(help_text="Told here and never again.")


def token_body(token: ApiToken, campaign: str | None) -> dict[str, Any]:
    """A token as its owner sees it; `campaign` is the slug of what it is limited to."""
    return {
        "id": token.pk,
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes,
        "campaign": campaign,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }
