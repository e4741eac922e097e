"""What a campaign's datasets hold, imported into another campaign, is the same judgments."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File

from annotation.enums import IMPORTED, Flag, JobState
from annotation.models import (
    Assignment,
    Campaign,
    Judgment,
    JudgmentFlag,
    JudgmentImport,
    Seat,
)
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import (
    import_judgments,
    request_folder_import,
    request_judgment_import,
)
from exports.models import Snapshot
from exports.tables import JUDGMENTS
from tests.exports.builders import (
    ALL_PURPOSES,
    CONSENT,
    ITEMS,
    QUESTIONS,
    RANKED,
    STRATA,
    Built,
    pairwise_campaign,
    ranking_campaign,
    snapshot_of,
    supersede,
)
from tests.exports.reading import content_of, plain, rows_in
from tests.factories import import_lines, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

TOLD = (
    *("answers", "acceptable", "spans", "reason", "confidence", "presented_order", "is_repeat"),
    *("after_lease", "language", "active_ms", "elapsed_ms", "submitted_at", "content_hashes"),
    "task_type",
)


def stated(campaign: Campaign) -> dict[str, Any]:
    """What is stated of an import into the campaign: all that it has purposes for."""
    purposes = ALL_PURPOSES if campaign.consent_document.purposes else None
    return {"purposes": purposes, "asserted_by": "somebody@lab.test", "requested_by": None}


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


def told_by(campaign: Campaign, **which: Any) -> list[dict[str, Any]]:
    """The campaign's judgments in time, people and revisions by the place of the first."""
    people: dict[int, int] = {}
    places: dict[int, int] = {}
    found = []
    judgments = Judgment.objects.filter(campaign=campaign, **which)
    for place, one in enumerate(judgments.order_by("submitted_at", "pk")):
        places[one.pk] = place
        found.append(
            {
                **{name: getattr(one, name) for name in TOLD},
                "item": one.item.external_id,
                "person": people.setdefault(one.annotator_id, len(people)),
                "stratum": one.stratum.key if one.stratum else "",
                "profile": (one.profile.version, one.profile.answers),
                "supersedes": places.get(one.supersedes_id or 0),
                "flags": [flag.flag for flag in one.flags.order_by("flag")],
            }
        )
    return found


def asked_again(judgment: Judgment, answers: dict[str, Any], **parts: Any) -> Judgment:
    """The same item, shown to the same person once more."""
    assignment = Assignment.objects.get(pk=judgment.assignment_id)
    assignment.pk, assignment.is_repeat = None, True
    assignment.coverage = assignment.propensity = None
    assignment.save(force_insert=True)
    fields = {
        name.attname: getattr(judgment, name.attname)
        for name in Judgment._meta.concrete_fields
        if name.attname not in ("id", "assignment_id", "idempotency_key", "submitted_at")
    }
    fields |= {"answers": answers, "is_repeat": True, "propensity": None, **parts}
    Seat.objects.filter(pk=assignment.seat_id).update(submitted=3)
    return Judgment.objects.create(**fields, assignment=assignment)


def whole_campaign() -> Built:
    """`pairwise_campaign`, and whatever else a judgment can hold."""
    built = pairwise_campaign()
    supersede(
        built.judgments["ada q1"],
        {"overall": {"outcome": "depends", "acceptable": {"a": True, "z": False}}},
    )
    again = asked_again(
        built.judgments["cy q2"],
        {
            "overall": {
                "preferred": "r2",
                "strength": 1,
                "spans": [{"response": "r1", "start": 0, "end": 3, "note": "so"}],
            }
        },
        reason='=1+1; "quoted",\r\nand broken 😀',
        confidence=0.1 + 0.2,
        acceptable={"r1": True, "r2": False},
        spans=[{"response": "r1", "start": 1, "end": 2}],
        presented_order=["r2", "r1"],
        after_lease=True,
        active_ms=0,
        language="hi",
    )
    JudgmentFlag.objects.create(judgment=again, flag=Flag.REPEAT_OTHER)
    return built


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_a_dataset_comes_back_whole(format: str, tmp_path: Path):
    built = whole_campaign()
    snapshot = snapshot_of(built.campaign, format)
    campaign = other_campaign(built.campaign)
    folder = folder_of(snapshot, tmp_path / "dataset")
    job = done(request_folder_import(campaign, folder, **stated(campaign)))
    assert (job.created_count, job.unchanged_count, job.people_count) == (6, 0, 2)
    assert told_by(campaign) == told_by(built.campaign)
    imported = Judgment.objects.filter(campaign=campaign)
    assert set(imported.values_list("strategy", "propensity")) == {(IMPORTED, None)}
    assert sorted(Seat.objects.filter(campaign=campaign).values_list("submitted", flat=True)) == [
        *(2, 3),
    ]
    # And out again: what was imported says so, and is otherwise the same.
    again = snapshot_of(campaign, format)
    assert published(again) == published(snapshot)
    flags = [row["flags"] for row in plain(rows_in(again, "judgments"), JUDGMENTS, format)]
    assert all(IMPORTED in one for one in flags)
    told = "6 judgments were given elsewhere and imported"
    assert told in content_of(again, "README.md").decode()
    assert told not in content_of(snapshot, "README.md").decode()
    answers = [people_in(one) for one in (again, snapshot)]
    assert answers[0] == [one for one in answers[1] if one["judged"]]


# Of the campaign and the release rather than of what somebody judged.
OF_THE_CAMPAIGN = (
    *("campaign", "assignment_id", "judgment_id", "annotator_id", "supersedes", "strategy"),
    *("propensity", "consent_version", "guideline_version", "software_version"),
)


def published(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The judgments of a snapshot in time, people and revisions by the place of the first."""
    rows = plain(rows_in(snapshot, "judgments"), JUDGMENTS, snapshot.format)
    people: dict[str, int] = {}
    places: dict[int, int] = {}
    found = []
    for place, row in enumerate(
        sorted(rows, key=lambda row: (row["submitted_at"], row["judgment_id"]))
    ):
        places[row["judgment_id"]] = place
        one = {name: value for name, value in row.items() if name not in OF_THE_CAMPAIGN}
        one["flags"] = [flag for flag in row["flags"] if flag != IMPORTED]
        one["person"] = people.setdefault(row["annotator_id"], len(people))
        one["revises"] = row["supersedes"] and places[row["supersedes"]]
        found.append(one)
    return found


def people_in(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What the annotators' table tells of each person, and whether they judged."""
    judged = {row["annotator_id"] for row in rows_in(snapshot, "judgments")}
    rows = [
        {
            **{name: row[name] for name in ("profile_version", "age", "tongues")},
            "judged": row["annotator_id"] in judged,
        }
        for row in rows_in(snapshot, "annotators")
    ]
    return sorted(rows, key=lambda row: str(row["age"]))


def test_rankings_come_back_whole(tmp_path: Path):
    built = ranking_campaign()
    campaign = other_campaign(built.campaign)
    folder = folder_of(snapshot_of(built.campaign), tmp_path / "dataset")
    assert done(request_folder_import(campaign, folder, **stated(campaign))).created_count == 1
    assert told_by(campaign) == told_by(built.campaign)


@pytest.mark.parametrize(
    ("make", "items", "count"), [(whole_campaign, ITEMS, 5), (ranking_campaign, RANKED, 1)]
)
def test_the_export_for_label_studio_comes_back_whole(make: Any, items: Any, count: int):
    built = make()
    wanted = {"format": "label-studio", "repeats": True}
    snapshot = snapshot_of(built.campaign, derived=[wanted])
    name = f"label-studio-{built.campaign.task_type}.json"
    exported = content_of(snapshot, name)
    campaign = make_other_with_items(built.campaign, items)
    job = done(
        request_judgment_import(
            campaign, content=File(io.BytesIO(exported)), file_name=name, **stated(campaign)
        )
    )
    assert (job.format, job.created_count) == ("label-studio", count)
    # The file has no answers about people, and of revised judgments the last.
    assert without_people(told_by(campaign)) == without_people(
        told_by(built.campaign, superseded_by=None)
    )
    again = content_of(snapshot_of(campaign, derived=[wanted]), name)
    assert tasks_of(again) == tasks_of(exported)


def make_other_with_items(campaign: Campaign, items: Any) -> Campaign:
    other = other_campaign(campaign)
    import_lines(other, items)
    return other


def without_people(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "profile": None, "supersedes": None} for one in found]


def tasks_of(content: bytes) -> list[Any]:
    """A file's tasks without the numbers and names that a release gives."""
    tasks = sorted(json.loads(content), key=lambda task: task["data"]["item_id"])
    for task in tasks:
        del task["id"]
        for one in task["annotations"]:
            for name in ("id", "completed_by", "annotator_id", "task"):
                del one[name]
            one["flags"] = [flag for flag in one.get("flags", []) if flag != IMPORTED]
            for result in one["result"]:
                del result["id"]
        task["annotations"].sort(key=lambda one: one["created_at"])
    return tasks
