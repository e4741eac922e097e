"""Small campaigns of which every answer is known."""

from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import User
from analysis.models import AnalysisRun
from analysis.services.runs import make_run, request_run
from annotation.enums import JobState, NothingToServe
from annotation.models import Assignment, Campaign, Seat
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.serving import next_assignment
from tests.factories import import_lines, item_line, judge, make_campaign, take_part

QUESTION = {
    "key": "age",
    "label": "How old are you?",
    "kind": "single",
    "options": [
        {"key": "young", "label": "Under 40"},
        {"key": "old", "label": "40 or older"},
        {"key": "other", "label": "Other"},
    ],
}
Answer = Callable[[str, int, Assignment], Mapping[str, Any]]


def clearly(response: str) -> dict[str, Any]:
    return {"preferred": response, "strength": 2}


def slightly(response: str) -> dict[str, Any]:
    return {"preferred": response, "strength": 1}


TIE = {"outcome": "tie"}


def two_minds(stratum: str, number: int, _assignment: Assignment) -> dict[str, Any]:
    """The young prefer r1 but for the fourth on; the old r2, slightly; others r1."""
    if stratum == "young":
        return [*[clearly("r1")] * 4, slightly("r2"), TIE][number % 6]
    return slightly("r2") if stratum == "old" else clearly("r1")


def judged_campaign(
    people: Mapping[str, int],
    *,
    answer: Answer = two_minds,
    items: int = 2,
    responses: int = 2,
    owner: User | None = None,
    **parts: Any,
) -> tuple[Campaign, dict[str, list[Seat]]]:
    """So many people of each stratum, who have all answered every item."""
    strata = [
        {"key": key, "where": {"age": [key]}, "target": max(1, count)}
        for key, count in people.items()
    ]
    campaign = make_campaign(owner, questions=[QUESTION], strata=strata, **parts)
    import_lines(campaign, [item_line(f"q{n}", responses) for n in range(1, items + 1)])
    campaign = open_campaign(campaign)
    seats: dict[str, list[Seat]] = {key: [] for key in people}
    for key, count in people.items():
        for number in range(count):
            seat = take_part(campaign, age=[key])
            seats[key].append(seat)
            while not isinstance(served := next_assignment(seat), NothingToServe):
                said = answer(key, number, served)
                judge(served, dict.fromkeys(campaign.criterion_keys, said), reason=f"{key} says")
    return campaign, seats


def finished_run(campaign: Campaign, **parts: Any) -> AnalysisRun:
    """A run made here, as a worker would."""
    run = request_run(campaign, **{"bootstraps": 20, **parts}, requested_by=campaign.owner)
    return make_here(run)


def make_here(run: AnalysisRun) -> AnalysisRun:
    run_job(AnalysisRun, run.pk, make_run)
    run.refresh_from_db()
    assert run.state == JobState.DONE, run.error
    return run
