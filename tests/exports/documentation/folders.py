"""Datasets in folders, as people have them who downloaded one."""

from pathlib import Path
from typing import Any

import yaml
from django.core.files.storage import default_storage

from annotation.models import Campaign
from annotation.services.campaigns import open_campaign
from exports.models import Snapshot
from tests.exports.builders import seat_for
from tests.exports.reading import content_of
from tests.factories import AGE_QUESTION, import_lines, item_line, judge, make_campaign, serve

ABOUT = {
    "summary": "We ask what people of different ages find polite.",
    "items": "Requests that we wrote; answers of two models.",
    "recruitment": "A research panel, by quota.",
    "pay": "12 € an hour.",
    "population": "Adults of the town, census 2022.",
    "population_shares": {"age": {"young": 30, "old": 90}},
    "license": "CC-BY-4.0",
    "url": "https://example.org/tea",
    "authors": [
        {"name": "Ada Doe", "affiliation": "Institute", "orcid": "0000-0002-1825-0097"},
        {"name": "The Tea Group"},
    ],
}
CONSENT = {
    "text": "I take part.",
    "purposes": [
        {"key": "research", "label": "Research", "required": True},
        {"key": "demographics", "label": "Who I am", "required": False},
    ],
}
EVERYTHING, ONLY_WHAT_MUST_BE = ("research", "demographics"), ("research",)
# Seven people: five young, two old; one of the young keeps who they are to themselves.
PEOPLE = {
    **{f"young{number}": ("young", EVERYTHING) for number in range(1, 5)},
    "young5": ("young", ONLY_WHAT_MUST_BE),
    "old1": ("old", EVERYTHING),
    "old2": ("old", EVERYTHING),
}


def tea_campaign(slug: str = "tea", **parts: Any) -> Campaign:
    """Two items that everybody judges: the young prefer r1 clearly, the old slightly r2.

    Of the old three were wanted, so that a third of their judgments is missing.
    """
    campaign = make_campaign(
        **{
            "slug": slug,
            "title": "Tea & politeness",
            "questions": [AGE_QUESTION],
            "strata": [
                {"key": "young", "where": {"age": ["young"]}, "target": 5},
                {"key": "old", "where": {"age": ["old"]}, "target": 3},
            ],
            "consent": CONSENT,
            "about": ABOUT,
            "guideline": "Be *honest*.",
            **parts,
        }
    )
    import_lines(campaign, [item_line("q1"), item_line("q2")])
    campaign = open_campaign(campaign)
    for name, (age, purposes) in PEOPLE.items():
        seat = seat_for(campaign, f"{slug}-{name}", {"age": age}, purposes)
        answer = (
            {"preferred": "r1", "strength": 2}
            if age == "young"
            else {"preferred": "r2", "strength": 1}
        )
        for _item in range(2):
            judge(serve(seat), {"overall": answer}, active_ms=2000)
    return campaign


def folder_of(snapshot: Snapshot, folder: Path) -> Path:
    """All files of a snapshot, in a folder of its own."""
    for file in snapshot.files.all():
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with default_storage.open(file.stored_name) as content:
            path.write_bytes(content.read())
    return folder


def card_of(snapshot: Snapshot) -> tuple[dict[str, Any], str]:
    """The header and the text of a snapshot's card."""
    _nothing, front, body = content_of(snapshot, "README.md").decode().split("---\n", 2)
    return yaml.safe_load(front), body


def part_of(body: str, title: str) -> str:
    """One section of a card, without its title."""
    return body.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0].strip()
