"""How far a personal token reaches: the one place where its scopes and its limit are held to.

Authentication asks, before any view has run and whatever permissions the view names, so that no
route can forget it. Which objects belong to the campaign that a token is limited to is decided
where all rights are: `annotation.access.campaigns_run_by`, by `User.limited_to`.
"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.enums import Scope
from accounts.models import ApiToken


class BeyondToken(PermissionDenied):
    """The person may perhaps, but not by this token."""

    default_code = "token"


def check_reach(token: ApiToken, request: Request) -> None:
    """Raise `BeyondToken` for what this token may not do.

    A view says by `refused_to_tokens` which of its methods no personal token may use. A token for
    one campaign uses routes that name an object, which has to be of that campaign; others only
    where the view names the method in `open_to_limited`. What reaches beyond the named campaign
    stands in `refused_to_limited`.
    """
    context: dict[str, Any] = request.parser_context or {}
    view, method = context.get("view"), str(request.method)
    needed = Scope.READ if method in SAFE_METHODS else Scope.WRITE
    if needed not in token.scopes:
        raise BeyondToken(
            _("This token may not read.")
            if needed == Scope.READ
            else _("This token may read, and change nothing.")
        )
    if method in getattr(view, "refused_to_tokens", ()):
        raise BeyondToken(_("Tokens are made and revoked by people, not by other tokens."))
    if token.limited_to is None:
        return
    names_object = bool(context.get("kwargs"))
    opened = method in getattr(view, "open_to_limited", ())
    closed = method in getattr(view, "refused_to_limited", ())
    if closed or not (names_object or opened):
        raise BeyondToken(_("This token is for one campaign only."))
