"""Who a token belongs to."""

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.request import Request

from accounts.api.reach import check_reach
from accounts.models import ApiToken, User
from accounts.services.tokens import PREFIX, note_use, secret_sha256
from accounts.standing import Given, StandingQuery

TOKEN = StandingQuery(
    "token", lambda: Token.objects.select_related("user").filter(key=Given("key"))
)
API_TOKEN = StandingQuery(
    "api_token",
    lambda: (
        ApiToken.objects.select_related("user").filter(secret_sha256=Given("digest")).order_by()
    ),
)


class StandingTokenAuthentication(TokenAuthentication):
    """DRF's token authentication, its query compiled once: every request asks it.

    Either the one token of an account, or one that somebody made for a program: one query each.
    """

    def authenticate(self, request: Request) -> tuple[User, Token | ApiToken] | None:
        """The person and the token. Raises `BeyondToken` for what a personal token may not do."""
        found: tuple[User, Token | ApiToken] | None = super().authenticate(request)
        if found and isinstance(found[1], ApiToken):
            note_use(found[1])
            check_reach(found[1], request)
        return found

    def authenticate_credentials(self, key: str) -> tuple[User, Token | ApiToken]:
        """The token's person. Raises `AuthenticationFailed` for no token, and one signed out."""
        token = self.personal(key) if key.startswith(PREFIX) else TOKEN.first(key=key)
        if token is None:
            raise exceptions.AuthenticationFailed(_("Invalid token."))
        if not token.user.is_active:
            raise exceptions.AuthenticationFailed(_("User inactive or deleted."))
        return token.user, token

    @staticmethod
    def personal(secret: str) -> ApiToken | None:
        """The token with this secret; its person is limited as it is."""
        token = API_TOKEN.first(digest=secret_sha256(secret))
        if token is None:
            return None
        if not token.is_valid:
            raise exceptions.AuthenticationFailed(_("This token has expired or was revoked."))
        token.user.limited_to = token.limited_to
        return token
