"""The only roads from a person to what is theirs."""

from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import Annotator, ApiToken, User


def annotator_of(user: User) -> Annotator | None:
    """The annotator that this person is, or None for other roles."""
    if not user.is_authenticated or not user.is_annotator:
        return None
    return Annotator.objects.filter(user=user).first()


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The personal tokens of this person that were not revoked, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None)


def signed_in_user(request: HttpRequest | Request) -> User:
    """The person behind a request that authentication has let through."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the type checker; guarded by the caller
    return user
