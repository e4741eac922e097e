"""The only roads from a person to what is theirs."""

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import Annotator, User


def annotator_of(user: User) -> Annotator | None:
    """The annotator that this person is, or None for other roles."""
    if not user.is_authenticated or not user.is_annotator:
        return None
    return Annotator.objects.filter(user=user).first()


def signed_in_user(request: HttpRequest | Request) -> User:
    """The person behind a request that authentication has let through."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the type checker; guarded by the caller
    return user
