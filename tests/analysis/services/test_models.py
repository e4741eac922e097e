"""Models beside people: one view of its own, and nowhere else a word of them."""

import io
import json
from typing import Any

import pytest
from django.core.files.base import File
from django.test import Client

from analysis.models import AnalysisRun
from analysis.services.runs import request_again
from annotation.enums import JobState
from annotation.models import Campaign, ModelJudgmentImport
from annotation.services.jobs import run_job
from annotation.services.model_judgments import import_model_judgments, request_model_import
from tests.analysis.builders import clearly, finished_run, judged_campaign, make_here, slightly
from tests.factories import api

pytestmark = pytest.mark.django_db(transaction=True)


def models_say(campaign: Campaign, *answers: tuple[str, Any], **parts: Any) -> None:
    """Import what a model said: (item, answer) for all criteria."""
    lines = [
        {
            "item_id": item,
            "model": "judge-7b",
            "answers": dict.fromkeys(campaign.criterion_keys, answer),
            **parts,
        }
        for item, answer in answers
    ]
    text = "\n".join(map(json.dumps, lines)).encode()
    job = request_model_import(
        campaign, content=File(io.BytesIO(text)), file_name="", requested_by=None
    )
    run_job(ModelJudgmentImport, job.pk, import_model_judgments)
    job.refresh_from_db()
    assert job.state == JobState.DONE, [str(one) for one in job.problems.all()]


def found(run: AnalysisRun, model: str = "judge-7b") -> dict[tuple[str, str], Any]:
    """(stratum, quantity) → (estimate, n, annotators), withheld ones as None."""
    (table,) = run.result["models"]["overall"]
    assert table["groups"] == ["model", "stratum", "quantity"]
    return {
        (row["group"]["stratum"], row["group"]["quantity"]): None
        if row["withheld"]
        else (pytest.approx(row["estimate"]), row["n"], row["annotators"])
        for row in table["rows"]
        if row["group"]["model"] == model
    }


def test_a_model_is_held_against_each_stratum():
    campaign, _seats = judged_campaign({"young": 6, "old": 5})
    models_say(campaign, ("q1", slightly("r1")), ("q2", clearly("r2")))
    run = finished_run(campaign)
    # Of the young four prefer r1, one r2, one neither; the old prefer r2: strength is no matter.
    assert found(run) == {
        ("young", "with_model"): ((4 / 6 + 1 / 6) / 2, 12, 6),
        ("young", "among_people"): (12 / 30, 12, 6),
        ("old", "with_model"): (0.5, 10, 5),
        ("old", "among_people"): (1, 10, 5),
        ("", "with_model"): ((4 / 11 + 6 / 11) / 2, 22, 11),
        ("", "among_people"): (42 / 110, 22, 11),
    }
    (table,) = run.result["models"]["overall"]
    assert table["parameters"]["model_judgments"] == 2
    assert len(table["parameters"]["model_digest"]) == 64


def test_only_what_the_model_answered_counts_and_samples_by_their_share():
    campaign, _seats = judged_campaign({"young": 6, "old": 5}, items=3)
    models_say(campaign, ("q1", clearly("r1")))
    models_say(campaign, ("q1", clearly("r2")), sample=2)
    models_say(campaign, ("q2", {"outcome": "tie"}), prompt_version="v2")
    run = finished_run(campaign)
    assert found(run)["young", "with_model"] == (0.5 * 4 / 6 + 0.5 * 1 / 6, 6, 6)
    assert found(run)["old", "with_model"] == (0.5, 5, 5)
    assert found(run, "judge-7b · v2")["young", "with_model"] == (1 / 6, 6, 6)


def test_small_strata_and_what_would_give_them_away_are_withheld():
    campaign, _seats = judged_campaign({"young": 6, "old": 5, "other": 2})
    models_say(campaign, ("q1", clearly("r1")))
    told = found(finished_run(campaign))
    assert told["other", "with_model"] is None
    assert told["old", "with_model"] is None
    assert told["old", "among_people"] is None
    assert told["young", "with_model"] == (4 / 6, 6, 6)
    assert told["", "with_model"] == (6 / 13, 13, 13)


def test_no_other_view_changes_by_a_models_answers():
    campaign, _seats = judged_campaign({"young": 6, "old": 5})
    before = finished_run(campaign)
    assert before.result["models"] == {"overall": []}
    models_say(campaign, ("q1", clearly("r1")), ("q2", clearly("r2")))
    after = finished_run(campaign)
    assert (after.judgments, after.annotators, after.digest) == (22, 11, before.digest)
    others = [view for view in before.result if view != "models"]
    assert {view: after.result[view] for view in others} == {
        view: before.result[view] for view in others
    }
    # An earlier run worked out again knows of no answer that came after it.
    again = make_here(request_again(before, requested_by=campaign.owner))
    assert again.result == before.result


def test_ratings_are_compared_in_order_and_single_ones_in_steps():
    def rated(stratum: str, _number: int, _assignment: Any) -> dict[str, Any]:
        low, high = (1, 5) if stratum == "young" else (4, 2)
        return {"ratings": {"r1": low, "r2": high}}

    rating = "rating"
    campaign, _seats = judged_campaign({"young": 5, "old": 5}, answer=rated, task_type=rating)
    models_say(campaign, ("q1", {"ratings": {"r1": 2, "r2": 3}}))
    told = found(finished_run(campaign))
    assert told["young", "with_model"] == (1, 5, 5)
    assert told["old", "with_model"] == (0, 5, 5)

    def alone(stratum: str, _number: int, _assignment: Any) -> dict[str, Any]:
        return {"ratings": {"r1": 1 if stratum == "young" else 4}}

    campaign, _seats = judged_campaign(
        {"young": 5, "old": 5}, answer=alone, responses=1, task_type=rating
    )
    models_say(campaign, ("q1", {"ratings": {"r1": 4}}))
    told = found(finished_run(campaign))
    assert told["young", "with_model"] == (0, 5, 5)
    assert told["old", "with_model"] == (1, 5, 5)


def test_the_page_says_that_it_is_model_output_and_rest_shows_the_same(client: Client):
    campaign, _seats = judged_campaign({"young": 6, "old": 5})
    models_say(campaign, ("q1", clearly("r1")))
    run = finished_run(campaign)
    client.force_login(campaign.owner)
    page = client.get(f"/campaigns/{campaign.slug}/analysis/models/").content.decode()
    assert "model output" in page
    assert "judge-7b" in page
    assert "people gave the model’s answer" in page
    body = api(campaign.owner).get(f"/api/v1/campaigns/{campaign.slug}/analysis/models/").json()
    assert body["tables"] == run.result["models"]["overall"]
    other = client.get(f"/campaigns/{campaign.slug}/analysis/distribution/").content.decode()
    assert "judge-7b" not in other
