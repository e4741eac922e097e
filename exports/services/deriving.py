"""Derived formats of a snapshot: checked when they are asked for, made when its tables are."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annotation.errors import Unfit
from annotation.models import Campaign, Stratum
from annotation.services.jobs import JobFailed
from exports.derived import (
    Made,
    OptionProblem,
    Request,
    read_request,
    read_requests,
    write_derived,
)
from exports.derived.options import STRATUM
from exports.formats.written import StoredFile, written_file
from exports.frozen.frame import Frame
from exports.models import Snapshot
from exports.release import ShardRelease
from exports.services.storing import discard_folder, folder_of, store_file
from exports.services.work import work_folder

DERIVED = "derived"


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


def make_derived(
    job: Snapshot, frame: Frame, alive: Callable[[], None]
) -> Iterator[tuple[Made, StoredFile]]:
    """Make what was asked for from all shards, and bring it to storage, not published yet.

    Raises `JobFailed` where a request matches nothing in what is released.
    """
    folder = f"{folder_of(job)}/{DERIVED}"
    discard_folder(folder)
    if not job.derived:
        return
    shards = [ShardRelease(job, frame, number) for number in range(job.moment.shards)]
    with work_folder(f"derived-{job.pk}") as work:
        try:
            for made in write_derived(read_requests(job.derived), shards, work, alive):
                table = "" if made.rows is None else made.key
                file = written_file(made.path, table=table, rows=made.rows)
                yield made, store_file(job, file, DERIVED)
        except OptionProblem as problem:
            discard_folder(folder)
            raise JobFailed(problem.message) from problem
