"""A person's tokens with the campaigns that they are limited to, in one query."""

from django.db.models import OuterRef, Subquery

from accounts.access import tokens_of
from accounts.models import ApiToken, User
from annotation.models import Campaign


def listed_tokens(user: User) -> list[tuple[ApiToken, str | None]]:
    """Tokens that were not revoked, newest first, each with the slug of its campaign, if any."""
    limit = Campaign.objects.filter(pk=OuterRef("limited_to"))
    found = tokens_of(user).annotate(campaign=Subquery(limit.values("slug")))
    return [(one, one.campaign) for one in found]
