"""People who judged elsewhere: pseudonymous accounts that nobody can sign in with."""

import hashlib
import hmac
import secrets
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.enums import Role
from accounts.models import Annotator, User
from accounts.services.users import new_pseudonym

IMPORTED_DOMAIN = "imported.invalid"


def imported_digest(namespace: str, name: str) -> str:
    """A keyed hash of an id given elsewhere: the same id gives the same one, and none leads back.

    The key is derived from the installation's secret, so another secret makes other people of
    the same ids.
    """
    return hmac.new(digest_key(), f"{namespace}\x1f{name}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=1)
def digest_key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"variorum.imported", hashlib.sha256).digest()


def create_imported(count: int) -> list[Annotator]:
    """So many new annotators on accounts without password or e-mail that are not active."""
    users = User.objects.bulk_create(
        User(
            email=f"{secrets.token_hex(12)}@{IMPORTED_DOMAIN}",
            password=make_password(None),
            role=Role.ANNOTATOR,
            is_active=False,
        )
        for _number in range(count)
    )
    return Annotator.objects.bulk_create(
        Annotator(user=user, pseudonym=new_pseudonym()) for user in users
    )
