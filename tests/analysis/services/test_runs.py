"""Runs: what they find, again and again, and what they never show."""

import pytest
from threadpoolctl import threadpool_info

from analysis.enums import View
from analysis.errors import Conflict, Unfit
from analysis.models import AnalysisRun
from analysis.selectors.runs import people_have_left
from analysis.services.methods import METHODS
from analysis.services.runs import cancel_run, make_run, request_again, request_run
from annotation.enums import JobState
from annotation.models import Erasure
from annotation.services.erasing import erase, withdraw
from annotation.services.jobs import run_job
from annotation.services.revising import revise_judgment
from annotation.services.small_groups import set_least_people
from annotation.services.submissions import Submission
from tests.analysis.builders import finished_run, judged_campaign, make_here
from tests.factories import open_with_items

pytestmark = pytest.mark.django_db


def figures(
    run: AnalysisRun, key: str, criterion: str = "overall"
) -> dict[tuple[str, ...], tuple[float, int, int] | None]:
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


def test_views_use_one_thread_of_linear_algebra(monkeypatch):
    threads = []

    def noted(_work):
        threads.extend(one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas")
        return {}

    monkeypatch.setitem(METHODS, View.CONSISTENCY, noted)
    finished_run(open_with_items(1), views=["consistency"])
    assert set(threads) == {1}


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
    set_least_people(campaign, 6, changed_by=campaign.owner)
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


def test_items_that_part_strata_come_first():
    """q1 parts the strata wholly, of q2 all say the same."""

    def answer(stratum, _number, assignment):
        same = assignment.item.external_id == "q2" or stratum == "young"
        return {"preferred": "r1" if same else "r2", "strength": 2}

    campaign, _seats = judged_campaign({"young": 6, "old": 6}, answer=answer)
    (table,) = finished_run(campaign).result["disagreement"]["overall"]
    first, second = table["rows"]
    assert (first["group"], first["estimate"], first["n"]) == ({"item": "q1"}, 1.0, 12)
    assert first["means"] == {"young": -2.0, "old": 2.0}
    # Of 200 shuffles hardly one parts twelve people so: 2 of the 924 ways to do it.
    assert first["p"] <= 5 / 201
    assert first["q"] == pytest.approx(2 * first["p"])
    assert (second["group"], second["estimate"], second["p"]) == ({"item": "q2"}, 0.0, 1.0)


def test_items_are_told_of_only_where_two_strata_may_be():
    campaign, _seats = judged_campaign({"young": 6, "old": 4})
    (table,) = finished_run(campaign).result["disagreement"]["overall"]
    assert table["rows"] == []


def rows_by(run: AnalysisRun, view: str, key: str) -> dict[tuple[str, ...], dict]:
    tables = {one["key"]: one for one in run.result[view]["overall"]}
    return {
        tuple(row["group"].get(name, "") for name in tables[key]["groups"]): row
        for row in tables[key]["rows"]
    }


def test_systems_stand_on_one_scale():
    """Twelve of sixteen decided answers prefer model-1x among the young: log-odds of 3."""

    def answer(stratum, number, _assignment):
        first = number % 4 != 3 if stratum == "young" else number % 4 == 3
        return {"preferred": "r1" if first else "r2", "strength": 2}

    campaign, _seats = judged_campaign({"young": 8, "old": 8, "other": 2}, answer=answer)
    run = finished_run(campaign, bootstraps=40)
    found = rows_by(run, "systems", "scores")
    # Of three groups the smallest and, with it, one of the others is withheld.
    assert found["other", ""]["withheld"]
    hidden, shown = sorted(("young", "old"), key=lambda key: (key, "") not in found)
    assert found[hidden, ""]["withheld"]
    higher, lower = ("model-1x", "model-2x") if shown == "young" else ("model-2x", "model-1x")
    gap = found[shown, higher]["estimate"] - found[shown, lower]["estimate"]
    assert gap == pytest.approx(1.0986, abs=0.01)  # log 3, but for the weak prior
    assert (found[shown, higher]["n"], found[shown, higher]["annotators"]) == (16, 8)
    assert found[shown, higher]["lower"] < found[shown, higher]["estimate"]


def test_agreement_is_within_and_across_strata():
    def answer(stratum, _number, assignment):
        first = assignment.item.external_id == "q1"
        if stratum == "old":
            first = not first
        return {"preferred": "r1" if first else "r2", "strength": 2}

    campaign, _seats = judged_campaign({"young": 5, "old": 5}, answer=answer)
    run = finished_run(campaign)
    within = rows_by(run, "agreement", "alpha")
    assert within["young",]["estimate"] == within["old",]["estimate"] == 1.0
    assert (within["young",]["n"], within["young",]["annotators"]) == (10, 5)
    # Of twenty answers ten are each way, on both items half of them: 1 − (25/45)/(100/190).
    assert within["",]["estimate"] == pytest.approx(1 - (25 / 45) / (100 / 190))
    across = rows_by(run, "agreement", "cross-replication")
    assert across["young", "old"]["estimate"] == pytest.approx(-1.0)
    minds = rows_by(run, "agreement", "associations")
    assert minds["young", "inside"]["estimate"] == 1.0
    assert minds["young", "across"]["estimate"] == pytest.approx(-1.0)
    assert minds["young", "across"]["p"] < 0.05


def test_rankings_and_best_and_worst_have_scores_of_their_own():
    """All the young rank r1, r2, r3, but the sixth the reverse; the old always the reverse."""

    def ranking(stratum, number, _assignment):
        usual = [["r1"], ["r2"], ["r3"]]
        return {"ranking": usual if stratum == "young" and number != 5 else usual[::-1]}

    campaign, _seats = judged_campaign(
        {"young": 6, "old": 5}, answer=ranking, responses=3, task_type="ranking"
    )
    found = rows_by(finished_run(campaign), "systems", "ranking-scores")
    young = [found["young", f"model-{number}x"] for number in (1, 2, 3)]
    first, second, third = (one["estimate"] for one in young)
    assert first > second > third
    assert first + second + third == pytest.approx(0, abs=1e-9)
    assert (young[0]["n"], young[0]["annotators"]) == (12, 6)

    def best_worst(stratum, _number, _assignment):
        best, worst = ("r1", "r3") if stratum == "young" else ("r3", "r1")
        return {"best": best, "worst": worst}

    campaign, _seats = judged_campaign(
        {"young": 6, "old": 5}, answer=best_worst, responses=3, task_type="best-worst"
    )
    found = rows_by(finished_run(campaign), "systems", "best-worst")
    assert [found["young", f"model-{n}x"]["estimate"] for n in (1, 2, 3)] == [1, 0, -1]
    assert found["", "model-1x"]["estimate"] == pytest.approx(1 / 11)
    assert found["", "model-1x"]["annotators"] == 11


def test_values_divide_people_value_by_value():
    """The young see accountability in the text, the old none: half and half over that alone."""

    def seen(stratum, _number, _assignment):
        return {"values": {"duty-accountability": 1} if stratum == "young" else {}}

    campaign, _seats = judged_campaign(
        {"young": 5, "old": 5}, answer=seen, items=1, responses=1, task_type="values"
    )
    run = finished_run(campaign)
    (criterion,) = run.result["variation"]
    tables = {one["key"]: one for one in run.result["variation"][criterion]}
    first, second, *_rest = tables["divided"]["rows"]
    assert first["group"] == {"item": "q1", "about": "duty-accountability"}
    assert (first["estimate"], second["estimate"]) == (pytest.approx(1), 0)
    wrong = {one["key"]: one for one in run.result["single-truth"][criterion]}["called-wrong"]
    assert all(not one["withheld"] for one in wrong["rows"])
