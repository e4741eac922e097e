"""The demo installation: accounts, a campaign of each task type, and a crowd with first answers."""

import json
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management import call_command

from accounts.enums import Role
from accounts.models import User
from accounts.services.users import create_user
from annotation.enums import JobState, PlatformKey
from annotation.errors import Conflict
from annotation.models import Campaign, EntryLink, ItemImport, Judgment
from annotation.serializers.campaign import CampaignSerializer
from annotation.services.campaigns import create_campaign, open_campaign
from annotation.services.imports import import_items, request_import
from annotation.services.jobs import run_job

CONTENT = Path(__file__).parent / "content"
PASSWORD = "demo"
ANNOTATORS = 9
# The last account has not joined anything, so that its owner sees consent and questions.
ANSWERING = [f"annotator{number}@demo.test" for number in range(1, ANNOTATORS)]
SEED = 2026
SHORT_STUDY = "short-study"
# In one campaign so many more have judged that all its strata are large enough to be told of.
CROWDED = "everyday-advice"
CROWD, CROWD_JUDGMENTS = 30, 20
JUDGMENTS_EACH = {
    "everyday-advice": 14,
    "four-voices": 8,
    "many-kinds-of-text": 2,
    "small-refusals": 3,
    "plain-words": 3,
    "what-speaks": 3,
}


def seed_demo() -> list[str]:
    """Set up what is missing of the demo, and tell what was done; safe to repeat."""
    researcher = create_people()
    done = []
    for slug, judgments in JUDGMENTS_EACH.items():
        campaign = Campaign.objects.filter(slug=slug).first() or new_campaign(researcher, slug)
        if not campaign.items.exists():
            done.append(import_content(campaign))
        if campaign.is_draft:
            campaign = open_campaign(campaign)
        if not Judgment.objects.filter(campaign=campaign).exists():
            answer(campaign, judgments)
            done.append(f"{slug}: {Judgment.objects.filter(campaign=campaign).count()} judgments")
    return done + seed_short_study(researcher)


def seed_short_study(researcher: User) -> list[str]:
    """A campaign that people enter by a link as of a crowd platform, with checks; unanswered."""
    campaign = Campaign.objects.filter(slug=SHORT_STUDY).first()
    if campaign is not None:
        return []
    campaign = new_campaign(researcher, SHORT_STUDY)
    done = import_content(campaign)
    open_campaign(campaign)
    # A known address, so that the demo's guide can name it.
    EntryLink.objects.create(
        campaign=campaign,
        token="demo-study",
        name="Prolific, first wave",
        platform=PlatformKey.PROLIFIC,
        most=50,
        completion_code="DEMO1",
        screen_out_code="DEMO2",
        time_out_code="DEMO3",
        created_by=researcher,
    )
    return [done]


def create_people() -> User:
    create_user("admin@demo.test", PASSWORD, role=Role.ADMIN, must_be_new=False)
    for number in range(1, ANNOTATORS + 1):
        create_user(f"annotator{number}@demo.test", PASSWORD, must_be_new=False)
    return create_user("researcher@demo.test", PASSWORD, role=Role.RESEARCHER, must_be_new=False)


def new_campaign(owner: User, slug: str) -> Campaign:
    body = CampaignSerializer(data=campaign_body(slug))
    body.is_valid(raise_exception=True)
    return create_campaign(owner, body.validated_data)


def campaign_body(slug: str) -> dict[str, Any]:
    """The body of a demo campaign, in the form in which REST takes it."""
    body: dict[str, Any] = json.loads((CONTENT / f"{slug}.json").read_text(encoding="utf-8"))
    return body


def import_content(campaign: Campaign) -> str:
    with (CONTENT / f"{campaign.slug}.jsonl").open("rb") as file:
        job = request_import(
            campaign,
            content=File(file),
            file_name=f"{campaign.slug}.jsonl",
            requested_by=campaign.owner,
        )
    run_job(ItemImport, job.pk, import_items)
    job.refresh_from_db()
    if job.state != JobState.DONE:
        raise Conflict(f"The demo's items could not be imported: {job.error}")
    return f"{campaign.slug}: {job.created_count} items"


def answer(campaign: Campaign, judgments: int) -> None:
    call_command("simulate", campaign.slug, accounts=ANSWERING, seed=SEED, judgments=judgments)
    if campaign.slug == CROWDED:
        call_command(
            "simulate",
            campaign.slug,
            annotators=CROWD,
            seed=SEED,
            judgments=CROWD_JUDGMENTS,
            fast=True,
        )
