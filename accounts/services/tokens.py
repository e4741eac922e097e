"""Tokens that people make for programs."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.deeds import Deed
from accounts.enums import Scope
from accounts.errors import Conflict
from accounts.models import ApiToken, User
from accounts.services.trail import record

# Told from an account's own token, which is hexadecimal, and found by scanners of leaked secrets.
PREFIX = "vrm_"
BYTES = 32
HINT_LENGTH = 8
MOST_TOKENS = 50
MOST_DAYS = 366
# A row is not written at every request only to know when the last one was.
USE_NOTED_EVERY = timedelta(minutes=5)


def make_token(
    user: User,
    *,
    name: str,
    scopes: Collection[str],
    limited_to: int | None = None,
    days: int | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is told here and never again.

    `limited_to` is the id of the campaign that it reaches, None for all of the person's; without
    `days` it does not expire. Raises `Conflict` where the person has too many.
    """
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if ApiToken.objects.filter(user=user, revoked_at=None).count() >= MOST_TOKENS:
            raise Conflict(
                ngettext(
                    "You have %(most)s token. Revoke it before you make another.",
                    "You have %(most)s tokens. Revoke some before you make more.",
                    MOST_TOKENS,
                )
                % {"most": MOST_TOKENS},
                code="too-many-tokens",
            )
        now = timezone.now()
        token = ApiToken.objects.create(
            user=user,
            name=name,
            secret_sha256=secret_sha256(secret),
            hint=secret[:HINT_LENGTH],
            scopes=[one for one in Scope.values if one in scopes],
            limited_to=limited_to,
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
        record(
            Deed.TOKEN_MADE,
            campaign=limited_to,
            thing=token,
            by=user,
            name=name,
            scopes=", ".join(token.scopes),
            expires_at=token.expires_at,
        )
    return token, secret


def revoke_token(token: ApiToken) -> None:
    """Let nobody in by it any more, from the next request on; twice changes nothing."""
    with transaction.atomic():
        held = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
        if held.update(revoked_at=timezone.now()):
            record(Deed.TOKEN_REVOKED, campaign=token.limited_to, thing=token, name=token.name)


def note_use(token: ApiToken) -> None:
    """Remember that it was used, to within some minutes."""
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < USE_NOTED_EVERY:
        return
    # Of requests at the same moment one writes.
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def secret_sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
