"""Derived formats of a snapshot, checked when they are asked for."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import Unfit
from annotation.models import Campaign, Stratum
from exports.derived import OptionProblem, Request, read_request, read_requests
from exports.derived.options import STRATUM


def check_derived(campaigns: Sequence[Campaign], bodies: Sequence[Any]) -> list[Request]:
    """The requests, complete. Raises `Unfit` for what no campaign has and what is no option."""
    try:
        requests = read_requests(bodies)
        check_keys(campaigns, requests)
        return [with_population_shares(campaigns, request) for request in requests]
    except OptionProblem as problem:
        named = f"{problem.field}: {problem.message}" if problem.field else problem.message
        raise Unfit(_("These formats are not possible."), fields={"formats": named}) from problem


def with_population_shares(campaigns: Sequence[Campaign], request: Request) -> Request:
    """Weights by stratum go by the campaign's reference population, where it states one."""
    chosen = request.chosen
    if chosen.get("weights") != STRATUM or chosen["shares"] or len(campaigns) > 1:
        return request
    strata = Stratum.objects.filter(campaign__in=campaigns)
    shares = {key: share for key, share in strata.values_list("key", "share") if share}
    if not shares or len(shares) < strata.count():
        return request
    return read_request({**request.body, "shares": shares})


def check_keys(campaigns: Sequence[Campaign], requests: Sequence[Request]) -> None:
    """Raise `OptionProblem` for criteria and strata that none of the campaigns has."""
    strata = set(Stratum.objects.filter(campaign__in=campaigns).values_list("key", flat=True))
    known = {
        "criteria": {one["key"] for campaign in campaigns for one in campaign.criteria},
        "strata": strata,
        "shares": strata,
    }
    for request in requests:
        for option, keys in known.items():
            unknown = sorted(set(request.chosen.get(option) or ()) - keys)
            if unknown:
                raise OptionProblem(
                    _("The campaign has no %(unknown)s; it has %(known)s.")
                    % {"unknown": ", ".join(unknown), "known": ", ".join(sorted(keys))},
                    option,
                )
