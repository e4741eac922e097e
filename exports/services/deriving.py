"""Derived formats of a snapshot, checked when they are asked for."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from analysis.models import Population
from annotation.errors import Unfit
from annotation.models import Campaign, Stratum
from exports.derived import OptionProblem, Request, read_request, read_requests
from exports.derived.options import RAKING, STRATUM


def check_derived(campaigns: Sequence[Campaign], bodies: Sequence[Any]) -> list[Request]:
    """The requests, complete. Raises `Unfit` for what no campaign has and what is no option."""
    try:
        requests = read_requests(bodies)
        check_keys(campaigns, requests)
        requests = [with_population_shares(campaigns, request) for request in requests]
        return [with_population_margins(campaigns, request) for request in requests]
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


def with_population_margins(campaigns: Sequence[Campaign], request: Request) -> Request:
    """The shares of a population that was named, so that the request is whole in itself.

    Raises `OptionProblem` where there is none of the name, or several and no name.
    """
    named = request.chosen.get("population")
    if request.chosen.get("weights") != RAKING or not isinstance(named, str):
        return request
    populations = Population.objects.filter(campaign__in=campaigns)
    found = list(populations.filter(name=named)[:2] if named else populations[:2])
    if len(found) != 1:
        raise OptionProblem(
            _("Name one of the campaign's reference populations; it has %(known)s.")
            % {"known": ", ".join(populations.values_list("name", flat=True)) or "–"},
            "population",
        )
    margins = {one["question"]: one["shares"] for one in found[0].margins}
    return read_request({**request.body, "population": margins})


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
