"""From how many people on groups are told of."""

from collections.abc import Iterable

from annotation.models import Campaign, GroupRule
from annotation.models.group_rule import DEFAULT_LEAST, least_people_of


def least_people(campaign: Campaign) -> int:
    """The campaign's smallest group."""
    return strictest_least_people([campaign])


def strictest_least_people(campaigns: Iterable[Campaign]) -> int:
    """The smallest group of several campaigns together: each one's own is held to.

    Campaigns that have set nothing have the default. At most one query: none of campaigns that
    were fetched with their `group_rule`.
    """
    known = list(campaigns)
    unread = [one.pk for one in known if not Campaign.group_rule.is_cached(one)]
    said = [least_people_of(one) for one in known if one.pk not in unread]
    if unread:
        rules = GroupRule.objects.filter(campaign__in=unread)
        found = dict(rules.values_list("campaign", "least_people"))
        said += [found.get(pk, DEFAULT_LEAST) for pk in unread]
    return max(said, default=DEFAULT_LEAST)
