"""A person's tokens with the campaigns that they are limited to, in one query."""

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.access import tokens_of
from accounts.models import ApiToken, User
from annotation.models import Campaign


def listed_tokens(user: User) -> QuerySet[ApiToken]:
    """Tokens that were not revoked, newest first, each with `campaign`: its slug, or None."""
    limit = Campaign.objects.filter(pk=OuterRef("limited_to"))
    return tokens_of(user).annotate(campaign=Subquery(limit.values("slug")))
