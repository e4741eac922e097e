"""Small campaigns whose whole content the tests know."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import Annotator
from accounts.services.users import create_user
from annotation.enums import JobState
from annotation.models import Campaign, Judgment, Seat
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.seats import join_campaign
from exports.models import Moment, Snapshot, SnapshotFile, Version
from exports.services.snapshots import make_snapshot, request_snapshot
from tests.factories import import_lines, judge, make_campaign, serve

QUESTIONS = [
    {
        "key": "age",
        "label": "How old are you?",
        "kind": "single",
        "options": [{"key": "young", "label": "Under 40"}, {"key": "old", "label": "40 or more"}],
    },
    {
        "key": "tongues",
        "label": "Which languages do you speak?",
        "kind": "multiple",
        "purpose": "languages",
        "options": [{"key": "en", "label": "English"}, {"key": "hi", "label": "हिन्दी"}],
    },
]
STRATA = [
    {"key": "young", "where": {"age": ["young"]}, "target": 2},
    {"key": "old", "where": {"age": ["old"]}, "target": 2},
]
CONSENT = {
    "text": "We publish what you judge.",
    "purposes": [
        {"key": "research", "label": "Research", "required": True},
        {"key": "demographics", "label": "Release of who I am", "required": False},
        {"key": "languages", "label": "Release of my languages", "required": False},
    ],
}
ALL_PURPOSES = ("research", "demographics", "languages")
CONVERSATION = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": 'مرحبا, "quoted"\r\nand broken'},
]
ITEMS = [
    {
        "id": "q1",
        "prompt": "=SUM(1;2) What is it?",
        "responses": [
            {"id": "z", "text": "Three.", "model": "model-alpha", "metadata": {"t": 0.7}},
            {"id": "a", "text": "Drei 😀", "model": "model-beta"},
        ],
        "language": "en",
        "metadata": {"topic": "sums", "nested": {"n": [1, None]}},
    },
    {
        "id": "q2",
        "prompt": CONVERSATION,
        "responses": [
            {"id": "r1", "text": "Yes"},
            {"id": "r2", "text": [{"role": "assistant", "content": "No"}]},
        ],
    },
]
RANKED = [
    {
        "id": "k1",
        "prompt": "Rank",
        "responses": [{"id": key, "text": f"Text {key}"} for key in ("c", "a", "b")],
        "language": "pt-BR",
    }
]


@dataclass
class Built:
    campaign: Campaign
    seats: dict[str, Seat] = field(default_factory=dict)
    judgments: dict[str, Judgment] = field(default_factory=dict)

    def annotator(self, name: str) -> Annotator:
        return self.seats[name].annotator


def seat_for(
    campaign: Campaign, name: str, answers: dict[str, Any], purposes: tuple[str, ...]
) -> Seat:
    user = create_user(f"{name}@people.test", "correct-horse-battery")
    return join_campaign(
        user.annotator,
        campaign,
        consent_version=campaign.consent_document.version,
        purposes=purposes,
        answers=answers,
    )


def pairwise_campaign(slug: str = "pairs", consent: dict[str, Any] = CONSENT) -> Built:
    """Three people: ada and ben young, cy old; ben keeps who he is to himself.

    ada and cy judge both items, ben holds one; q1: ada prefers its second response, cy says both
    are bad.
    """
    campaign = make_campaign(
        slug=slug,
        title='Pairs: "all" voices',
        guideline="Say what *you* think.\n```\ncode\n```",
        questions=QUESTIONS,
        strata=STRATA,
        consent=consent,
        strategy="balanced",
    )
    import_lines(campaign, ITEMS)
    built = Built(open_campaign(campaign))
    people = {
        "ada": ({"age": "young", "tongues": ["hi", "en"]}, ALL_PURPOSES),
        "ben": ({"age": "young", "tongues": ["en"]}, ("research", "languages")),
        "cy": ({"age": "old", "tongues": None}, ALL_PURPOSES),
    }
    for name, (answers, purposes) in people.items():
        built.seats[name] = seat_for(built.campaign, name, answers, purposes)
    for name in ("ada", "cy"):
        for _item in ITEMS:
            assignment = serve(built.seats[name])
            item_id = assignment.item.external_id
            parts = {"reason": "Because, well…", "confidence": 80.0} if name == "ada" else {}
            answer = pairwise_answer(name, item_id)
            built.judgments[f"{name} {item_id}"] = judge(
                assignment, {"overall": answer}, active_ms=1500, **parts
            )
    serve(built.seats["ben"])
    return built


def pairwise_answer(name: str, item_id: str) -> dict[str, Any]:
    answers: dict[tuple[str, str], dict[str, Any]] = {
        ("ada", "q1"): {"preferred": "a", "strength": 2},
        ("ada", "q2"): {"preferred": "r1", "strength": 1},
        ("cy", "q1"): {"outcome": "both_bad"},
        ("cy", "q2"): {"outcome": "tie"},
    }
    return answers[name, item_id]


def ranking_campaign(slug: str = "ranks") -> Built:
    """One person ranks one item by two criteria: a before b and c together, and b, c, a."""
    campaign = make_campaign(
        slug=slug,
        title="Ranks",
        task_type="ranking",
        criteria=[
            {"key": "tone", "label": "Tone", "scale": None},
            {"key": "facts", "label": "Facts", "scale": None},
        ],
        overlap=1,
    )
    import_lines(campaign, RANKED)
    built = Built(open_campaign(campaign))
    built.seats["dee"] = seat_for(built.campaign, "dee", {}, ())
    answers = {
        "tone": {"ranking": [["a"], ["c", "b"]]},
        "facts": {"ranking": [["b"], ["c"], ["a"]]},
    }
    built.judgments["dee k1"] = judge(serve(built.seats["dee"]), answers)
    return built


def supersede(judgment: Judgment, answers: dict[str, Any]) -> Judgment:
    """A changed mind, as a row."""
    fields = {
        name.attname: getattr(judgment, name.attname)
        for name in Judgment._meta.concrete_fields
        if name.attname not in ("id", "answers", "supersedes_id", "idempotency_key")
    }
    return Judgment.objects.create(**fields, answers=answers, supersedes=judgment)


def snapshot_of(
    campaign: Campaign, format: str = "parquet", key: bytes = b"", **parts: Any
) -> Snapshot:
    """Ask for a snapshot and make it here, as a worker would."""
    snapshot = request_snapshot(campaign, format=format, requested_by=campaign.owner, **parts)
    if key:
        Snapshot.objects.filter(pk=snapshot.pk).update(key=key)
    return made(snapshot)


def made(snapshot: Snapshot) -> Snapshot:
    """The snapshot after its job has run here."""
    run_job(Snapshot, snapshot.pk, make_snapshot)
    return Snapshot.objects.get(pk=snapshot.pk)


CONTENT = bytes(range(256)) * 5


def moment_of(*campaigns: Campaign) -> Moment:
    """A moment of these campaigns, with nothing frozen."""
    moment = Moment.objects.create()
    Version.objects.bulk_create(Version(moment=moment, campaign=one) for one in campaigns)
    return moment


def published_snapshot(campaign: Campaign) -> Snapshot:
    """A done snapshot of two files, put down without any work."""
    snapshot = Snapshot.objects.create(
        campaign=campaign,
        moment=moment_of(campaign),
        format="jsonl",
        state=JobState.DONE,
        as_of=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        finished_at=datetime(2026, 1, 2, 3, 5, tzinfo=UTC),
        schema_version="1.0",
        software_version="0.1.0",
        key=bytes(32),
    )
    files = (("judgments.jsonl.gz", "judgments", 7, CONTENT), ("README.md", "", None, b"# Read"))
    for name, table, rows, content in files:
        stored_name = default_storage.save(f"snapshots/{snapshot.pk}/{name}", ContentFile(content))
        sha256 = hashlib.sha256(content).hexdigest()
        SnapshotFile.objects.create(
            snapshot=snapshot,
            name=name,
            table=table,
            rows=rows,
            bytes=len(content),
            sha256=sha256,
            stored_name=stored_name,
        )
    return snapshot
