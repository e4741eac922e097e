"""What a campaign's datasets hold, imported into another campaign, is the same judgments."""

from pathlib import Path
from typing import Any

import pytest

from annotation.enums import IMPORTED, JobState
from annotation.models import Campaign, Judgment, JudgmentImport, Seat
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import (
    import_judgments,
    request_folder_import,
)
from exports.models import Snapshot
from tests.exports.builders import (
    ALL_PURPOSES,
    CONSENT,
    QUESTIONS,
    STRATA,
    pairwise_campaign,
    snapshot_of,
    supersede,
)
from tests.exports.reading import content_of
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

STATED = {"purposes": ALL_PURPOSES, "asserted_by": "somebody@lab.test", "requested_by": None}
TOLD = (
    *("answers", "acceptable", "spans", "reason", "confidence", "presented_order", "is_repeat"),
    *("after_lease", "language", "active_ms", "elapsed_ms", "submitted_at", "content_hashes"),
    "task_type",
)


def folder_of(snapshot: Snapshot, folder: Path) -> Path:
    folder.mkdir()
    for file in snapshot.files.all():
        (folder / file.name).write_bytes(content_of(snapshot, file.name))
    return folder


def other_campaign(campaign: Campaign, slug: str = "elsewhere") -> Campaign:
    """One that asks the same and has no items."""
    asks_people = bool(campaign.questionnaire.questions.count())
    parts: dict[str, Any] = (
        {"questions": QUESTIONS, "strata": STRATA, "consent": CONSENT} if asks_people else {}
    )
    return open_campaign(
        make_campaign(
            owner=campaign.owner,
            slug=slug,
            task_type=campaign.task_type,
            criteria=campaign.criteria,
            **parts,
        )
    )


def taken(job: JudgmentImport) -> JudgmentImport:
    run_job(JudgmentImport, job.pk, import_judgments)
    return JudgmentImport.objects.get(pk=job.pk)


def done(job: JudgmentImport) -> JudgmentImport:
    job = taken(job)
    problems = [str(problem) for problem in job.problems.all()]
    assert (job.state, job.error, problems) == (JobState.DONE, "", [])
    return job


def told_by(campaign: Campaign) -> list[dict[str, Any]]:
    """The campaign's judgments in their order, people and revisions by the place of the first."""
    people: dict[int, int] = {}
    places: dict[int, int] = {}
    found = []
    for place, one in enumerate(Judgment.objects.filter(campaign=campaign).order_by("pk")):
        places[one.pk] = place
        found.append(
            {
                **{name: getattr(one, name) for name in TOLD},
                "item": one.item.external_id,
                "person": people.setdefault(one.annotator_id, len(people)),
                "stratum": one.stratum.key if one.stratum else "",
                "profile": (one.profile.version, one.profile.answers),
                "supersedes": places.get(one.supersedes_id or 0),
            }
        )
    return found


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_a_dataset_comes_back_whole(format: str, tmp_path: Path):
    built = pairwise_campaign()
    supersede(
        built.judgments["ada q1"],
        {"overall": {"outcome": "depends", "acceptable": {"a": True, "z": False}}},
    )
    folder = folder_of(snapshot_of(built.campaign, format), tmp_path / "dataset")
    campaign = other_campaign(built.campaign)
    job = done(request_folder_import(campaign, folder, **STATED))
    assert (job.created_count, job.unchanged_count, job.people_count) == (5, 0, 2)
    assert told_by(campaign) == told_by(built.campaign)
    imported = Judgment.objects.filter(campaign=campaign)
    assert set(imported.values_list("strategy", "propensity")) == {(IMPORTED, None)}
    assert {seat.submitted for seat in Seat.objects.filter(campaign=campaign)} == {2}
