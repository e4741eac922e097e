"""Who a token belongs to."""

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token

from accounts.models import User
from accounts.standing import Given, StandingQuery

TOKEN = StandingQuery(
    "token", lambda: Token.objects.select_related("user").filter(key=Given("key"))
)


class StandingTokenAuthentication(TokenAuthentication):
    """DRF's token authentication, its query compiled once: every request asks it."""

    def authenticate_credentials(self, key: str) -> tuple[User, Token]:
        """The token's person. Raises `AuthenticationFailed` for no token, and one signed out."""
        token = TOKEN.first(key=key)
        if token is None:
            raise exceptions.AuthenticationFailed(_("Invalid token."))
        if not token.user.is_active:
            raise exceptions.AuthenticationFailed(_("User inactive or deleted."))
        return token.user, token
