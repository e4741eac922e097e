"""What tests build on, made through the services that the product uses."""

import io
import itertools
import json
from typing import Any

from django.core.files.base import File
from rest_framework.test import APIClient

from accounts.access import annotator_of
from accounts.enums import Role
from accounts.models import Annotator, User
from accounts.services.users import create_user, token_of
from annotation.enums import ItemFormat, JobState, NothingToServe
from annotation.models import Assignment, Campaign, ItemImport, Judgment, Seat
from annotation.serializers.campaign import CampaignSerializer
from annotation.services.campaigns import create_campaign, open_campaign
from annotation.services.imports import import_items, request_import
from annotation.services.jobs import run_job
from annotation.services.judging import submit_judgment
from annotation.services.seats import join_campaign
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission

PASSWORD = "correct-horse-battery"
SEED = 20_261_121
numbers = itertools.count(1)

AGE_QUESTION = {
    "key": "age",
    "label": "How old are you?",
    "kind": "single",
    "options": [{"key": "young", "label": "Under 40"}, {"key": "old", "label": "40 or older"}],
}
AGE_STRATA = [
    {"key": "young", "where": {"age": ["young"]}, "target": 2},
    {"key": "old", "where": {"age": ["old"]}, "target": 1},
]


def make_user(role: str = Role.ANNOTATOR, email: str | None = None) -> User:
    return create_user(email or f"{role}{next(numbers)}@variorum.test", PASSWORD, role=role)


def make_annotator() -> Annotator:
    annotator = annotator_of(make_user())
    assert annotator is not None
    return annotator


def campaign_spec(**parts: Any) -> dict[str, Any]:
    """A campaign body; two judgments per item from anybody unless `parts` says otherwise."""
    body = {
        "slug": f"campaign-{next(numbers)}",
        "title": "A campaign",
        "task_type": "pairwise",
        **parts,
    }
    if "strata" not in body:
        body.setdefault("overlap", 2)
    return body


def make_campaign(owner: User | None = None, **parts: Any) -> Campaign:
    body = CampaignSerializer(data=campaign_spec(**parts))
    body.is_valid(raise_exception=True)
    campaign = create_campaign(owner or make_user(Role.RESEARCHER), body.validated_data)
    # The same draws in every run: what holds for nearly all seeds is not to fail now and then.
    campaign.seed = SEED
    campaign.save(update_fields=["seed"])
    return campaign


def item_line(item_id: str, responses: int = 2, **parts: Any) -> dict[str, Any]:
    return {
        "id": item_id,
        "prompt": f"What about {item_id}?",
        "responses": [
            {
                "id": f"r{number}",
                "text": f"Answer {number} to {item_id}",
                "model": f"model-{number}x",
            }
            for number in range(1, responses + 1)
        ],
        "language": "en",
        **parts,
    }


def import_lines(campaign: Campaign, lines: list[dict[str, Any]]) -> ItemImport:
    text = "\n".join(json.dumps(line) for line in lines)
    return import_bytes(campaign, text.encode())


def import_bytes(campaign: Campaign, content: bytes, format: str = ItemFormat.AUTO) -> ItemImport:
    """Request an import of these bytes and run its job here, as a worker would."""
    job = request_import(
        campaign,
        content=File(io.BytesIO(content), name="items"),
        file_name="items",
        format=format,
        requested_by=campaign.owner,
    )
    run_job(ItemImport, job.pk, import_items)
    job.refresh_from_db()
    return job


def add_items(campaign: Campaign, count: int, responses: int = 2) -> None:
    job = import_lines(campaign, [item_line(f"q{n}", responses) for n in range(1, count + 1)])
    assert job.state == JobState.DONE, job.error


def open_with_items(items: int = 3, responses: int = 2, **parts: Any) -> Campaign:
    campaign = make_campaign(**parts)
    add_items(campaign, items, responses)
    return open_campaign(campaign)


def take_part(campaign: Campaign, annotator: Annotator | None = None, **answers: Any) -> Seat:
    """Join with the required purposes and these answers."""
    return join_campaign(
        annotator or make_annotator(),
        campaign,
        consent_version=campaign.consent_document.version,
        purposes=campaign.consent_document.required_keys,
        answers=answers,
    )


def serve(seat: Seat) -> Assignment:
    served = next_assignment(seat)
    assert not isinstance(served, NothingToServe), served
    return served


def first_preferred(assignment: Assignment) -> dict[str, Any]:
    """Pairwise answers that clearly prefer whatever was shown first."""
    answer = {"preferred": assignment.presented_order[0], "strength": 2}
    return dict.fromkeys(assignment.campaign.criterion_keys, answer)


def judge(assignment: Assignment, answers: dict[str, Any] | None = None, **parts: Any) -> Judgment:
    submission = Submission(
        answers=first_preferred(assignment) if answers is None else answers,
        **{"language": "en", **parts},
    )
    return submit_judgment(assignment, submission)[0]


def judge_everything(seat: Seat) -> list[Judgment]:
    """Answer until nothing is served any more."""
    judgments = []
    while not isinstance(served := next_assignment(seat), NothingToServe):
        judgments.append(judge(served))
    return judgments


def api(user: User | None = None) -> APIClient:
    """A REST client with the person's token, or anonymous."""
    client = APIClient()
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Token {token_of(user)}")
    return client
