"""Runs: what they find, again and again, and what they never show."""

import pytest

from analysis.errors import Conflict, Unfit
from analysis.models import AnalysisRun
from analysis.selectors.runs import people_have_left
from analysis.services.rules import set_least_annotators
from analysis.services.runs import cancel_run, make_run, request_again, request_run
from annotation.enums import JobState
from annotation.models import Erasure
from annotation.services.erasing import erase, withdraw
from annotation.services.jobs import run_job
from annotation.services.revising import revise_judgment
from annotation.services.submissions import Submission
from tests.analysis.builders import finished_run, judged_campaign, make_here
from tests.factories import open_with_items

pytestmark = pytest.mark.django_db


def figures(run: AnalysisRun, key: str, criterion: str = "overall") -> dict[tuple, tuple]:
    """(group values) → (estimate, n, annotators), withheld ones as None."""
    tables = {one["key"]: one for one in run.result["distribution"][criterion]}
    return {
        tuple(row["group"][name] for name in tables[key]["groups"]): None
        if row["withheld"]
        else (row["estimate"], row["n"], row["annotators"])
        for row in tables[key]["rows"]
    }


def test_answers_are_counted_by_stratum():
    campaign, _seats = judged_campaign({"young": 6, "old": 5})
    run = finished_run(campaign)
    assert run.judgments == 22
    assert run.annotators == 11
    found = figures(run, "answers")
    assert found["young", "clear"] == (pytest.approx(8 / 12), 12, 6)
    assert found["young", "slight"] == (pytest.approx(2 / 12), 12, 6)
    assert found["young", "tie"] == (pytest.approx(2 / 12), 12, 6)
    assert found["young", "both_bad"] == (0, 12, 6)
    assert found["old", "slight"] == (1, 10, 5)
    assert found["", "slight"] == (pytest.approx(12 / 22), 22, 11)
    systems = figures(run, "systems")
    assert systems["young", "model-1x", "preferred"] == (pytest.approx(8 / 12), 12, 6)
    assert systems["young", "model-1x", "not_preferred"] == (pytest.approx(2 / 12), 12, 6)
    assert systems["old", "model-2x", "preferred"] == (1, 10, 5)
    assert systems["", "model-2x", "preferred"] == (pytest.approx(12 / 22), 22, 11)


def test_small_groups_and_what_would_give_them_away_are_not_there():
    campaign, _seats = judged_campaign({"young": 6, "old": 5, "other": 2})
    run = finished_run(campaign)
    found = figures(run, "answers")
    assert found["young", "clear"] == (pytest.approx(8 / 12), 12, 6)
    # All but the young are seven people: the two others cannot be told from the old.
    assert found["", "clear"] == (pytest.approx(12 / 26), 26, 13)
    assert found["other", ""] is None
    assert found["old", ""] is None
    assert ("other", "clear") not in found
    assert ("old", "slight") not in found


def test_the_same_run_again_finds_the_same():
    campaign, _seats = judged_campaign({"young": 6, "old": 5})
    first = finished_run(campaign)
    again = make_here(request_again(first, requested_by=campaign.owner))
    assert (again.as_of, again.highest) == (first.as_of, first.highest)
    assert again.digest == first.digest
    assert again.result == first.result
    assert not people_have_left(first)


def test_a_withdrawal_marks_runs_and_later_ones_are_without_the_person():
    campaign, seats = judged_campaign({"young": 6, "old": 6})
    first = finished_run(campaign)
    job = withdraw(seats["old"][0].annotator, campaign)
    assert people_have_left(first)
    # Before the worker has erased anything as well as after.
    early = make_here(request_again(first, requested_by=campaign.owner))
    run_job(Erasure, job.pk, erase)
    late = make_here(request_again(first, requested_by=campaign.owner))
    assert early.digest == late.digest != first.digest
    assert figures(late, "answers")["old", "slight"] == (1, 10, 5)
    first.refresh_from_db()
    assert first.result["distribution"]


def test_revised_judgments_count_as_they_were_then():
    campaign, seats = judged_campaign({"young": 6, "old": 5}, flow={"revise": "all"})
    first = finished_run(campaign)
    revised = seats["old"][0].annotator.judgments.order_by("pk").first()
    said = {"overall": {"outcome": "tie"}}
    revise_judgment(revised.assignment, Submission(answers=said, language="en"))
    again = make_here(request_again(first, requested_by=campaign.owner))
    assert again.result == first.result
    newer = finished_run(campaign)
    assert (newer.judgments, newer.highest) == (22, first.highest + 1)
    assert figures(newer, "answers")["old", "tie"] == (pytest.approx(1 / 10), 10, 5)


def test_one_run_at_a_time():
    campaign = open_with_items(1)
    run = request_run(campaign, requested_by=campaign.owner)
    with pytest.raises(Conflict) as refused:
        request_run(campaign, requested_by=campaign.owner)
    assert refused.value.code == "run-under-way"
    cancel_run(run)
    run_job(AnalysisRun, run.pk, make_run)
    run.refresh_from_db()
    assert (run.state, run.result) == (JobState.CANCELLED, {})
    assert request_run(campaign, requested_by=campaign.owner).pk != run.pk


def test_a_campaign_without_judgments_is_analysed_too():
    run = finished_run(open_with_items(1))
    assert (run.judgments, run.annotators) == (0, None)


@pytest.mark.parametrize("parts", [{"seed": -1}, {"bootstraps": 2001}])
def test_parameters_out_of_bounds_are_refused(parts):
    with pytest.raises(Unfit) as refused:
        request_run(open_with_items(1), **parts, requested_by=None)
    assert set(refused.value.fields) == set(parts)


def test_a_raised_minimum_holds_for_runs_again():
    campaign, _seats = judged_campaign({"young": 6, "old": 5})
    first = finished_run(campaign)
    set_least_annotators(campaign, 6, changed_by=campaign.owner)
    again = make_here(request_again(first, requested_by=campaign.owner))
    assert figures(again, "answers") == {
        ("young", ""): None,
        ("old", ""): None,
        ("", "clear"): (pytest.approx(8 / 22), 22, 11),
        ("", "slight"): (pytest.approx(12 / 22), 22, 11),
        ("", "tie"): (pytest.approx(2 / 22), 22, 11),
        ("", "both_bad"): (0, 22, 11),
        ("", "depends"): (0, 22, 11),
    }
