"""Published files through the jobs: items, then what people said, from the same file."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File

from annotation.enums import IMPORTED, JobState
from annotation.models import Campaign, ImportedAnnotator, Judgment, JudgmentImport, Response
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import import_judgments, request_judgment_import
from tests.factories import import_bytes, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

FILES = Path(__file__).resolve().parents[1] / "item_formats" / "published"


def judged(campaign: Campaign, content: bytes, **parts: Any) -> JudgmentImport:
    job = request_judgment_import(
        campaign,
        content=File(io.BytesIO(content)),
        file_name="published",
        **{"purposes": None, "asserted_by": "lab", "requested_by": None, **parts},
    )
    run_job(JudgmentImport, job.pk, import_judgments)
    return JudgmentImport.objects.get(pk=job.pk)


@pytest.mark.parametrize(
    ("name", "task_type", "strength", "items", "judgments", "people"),
    [
        ("chatbot-arena.json", "pairwise", 1, 3, 4, 3),
        ("prism.jsonl", "ranking", None, 3, 3, 2),
        ("multipref.jsonl", "pairwise", None, 2, 5, 4),
        ("helpsteer2.jsonl", "pairwise", None, 2, 4, 4),
        ("helpsteer3.jsonl", "pairwise", None, 2, 4, 4),
        ("webgpt.jsonl", "pairwise", None, 3, 3, 3),
        ("label-studio.json", "pairwise", 2, 2, 2, 2),
        ("argilla.json", "ranking", None, 2, 3, 2),
    ],
)
def test_items_first_and_then_judgments_of_the_same_file(
    name: str, task_type: str, strength: int | None, items: int, judgments: int, people: int
):
    campaign = make_campaign(task_type=task_type)
    content = (FILES / name).read_bytes()
    first = import_bytes(campaign, content)
    told = [str(problem) for problem in first.problems.all()]
    assert (first.state, told, first.format) == (JobState.DONE, [], name.partition(".")[0])
    assert campaign.items.count() == items
    campaign = open_campaign(campaign)
    job = judged(campaign, content, strength=strength)
    told = [str(problem) for problem in job.problems.all()]
    assert (job.state, job.error, told) == (JobState.DONE, "", [])
    assert (job.format, job.created_count, job.people_count) == (first.format, judgments, people)
    assert campaign.items.count() == items
    given = Judgment.objects.filter(campaign=campaign)
    assert set(given.values_list("assignment__strategy", flat=True)) == {IMPORTED}
    assert ImportedAnnotator.objects.filter(campaign=campaign).count() == people
    again = judged(campaign, content, strength=strength)
    assert (again.state, again.created_count) == (JobState.DONE, 0)


def test_judgments_bring_items_that_the_campaign_lacks():
    campaign = open_campaign(make_campaign())
    job = judged(campaign, (FILES / "multipref.jsonl").read_bytes())
    assert (job.state, job.created_count, campaign.items.count()) == (JobState.DONE, 5, 2)
    found = Response.objects.get(item__external_id="multipref-892ffb5ac70d", external_id="r2")
    assert (found.content, found.model) == ("No.", "fir-1b")


def test_the_guideline_tells_a_stated_strength_and_none_that_the_file_tells():
    campaign = open_campaign(make_campaign())
    judged(campaign, (FILES / "chatbot-arena.json").read_bytes(), strength=2)
    judged(campaign, (FILES / "webgpt.jsonl").read_bytes(), strength=2)
    texts = [one.text for one in campaign.guidelines.order_by("version")[1:]]
    assert ["states the strength" in text for text in texts] == [True, False]


def test_one_broken_record_and_nothing_is_imported():
    campaign = make_campaign()
    content = (FILES / "multipref.jsonl").read_bytes() + json.dumps({"text": "x"}).encode()
    job = import_bytes(campaign, content)
    assert (job.state, campaign.items.count()) == (JobState.FAILED, 0)
    problem = job.problems.get()
    assert problem.line == 3
    assert problem.message == "This record lacks comparison_id, completion_a, completion_b."
    campaign = open_campaign(campaign)
    refused = judged(campaign, content)
    assert (refused.state, campaign.items.count()) == (JobState.FAILED, 0)
    assert not Judgment.objects.exists()


def test_turns_of_many_responses_do_not_fit_a_pairwise_campaign():
    job = import_bytes(make_campaign(), (FILES / "prism.jsonl").read_bytes())
    assert [(one.line, one.message) for one in job.problems.all()] == [
        (1, "A pairwise item needs exactly 2 responses, has 3.")
    ]


def test_files_for_one_response_and_for_several():
    campaign = make_campaign(task_type="ranking")
    job = import_bytes(campaign, (FILES / "ultrafeedback.jsonl").read_bytes())
    assert (job.state, job.created_count) == (JobState.DONE, 2)
    refused = import_bytes(campaign, (FILES / "openai-chat.jsonl").read_bytes())
    assert [(one.line, one.message) for one in refused.problems.all()] == [
        (4, "A ranking item needs 2 to 10 responses, has 1.")
    ]
