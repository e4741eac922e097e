"""Practice: an item shown and answered like any other, of which nothing is stored."""

from collections.abc import Mapping
from typing import Any

from annotation.asking import Asking
from annotation.content import sha256_of
from annotation.models import Assignment, Campaign, Item, Response
from annotation.services.submissions import Submission, clean_submission
from annotation.task_types import letter, task_type_of
from annotation.wording import shown_criteria


def rehearsal(campaign: Campaign, practice: Mapping[str, Any], number: int) -> Assignment:
    """A practice item as an assignment that exists in memory only, responses as written."""
    responses = [
        Response(external_id=one["id"], content=one["text"], content_sha256=sha256_of(one["text"]))
        for one in practice["responses"]
    ]
    item = Item(
        campaign=campaign,
        external_id=f"practice-{number}",
        prompt=practice["prompt"],
        content_hashes={
            "prompt": sha256_of(practice["prompt"]),
            "responses": {one.external_id: one.content_sha256 for one in responses},
        },
    )
    order = [one.external_id for one in responses]
    assignment = Assignment(campaign=campaign, item=item, presented_order=order)
    assignment.responses = responses
    return assignment


def read_back(assignment: Assignment, submission: Submission) -> list[tuple[str, str]]:
    """What an answer says, by criterion, in words. Raises `Unfit` as for a judgment.

    It is how the form was understood, and says nothing of whether one agrees.
    """
    campaign = assignment.campaign
    task_type = task_type_of(campaign.task_type)
    cleaned = clean_submission(assignment, submission)
    asking = Asking.of(campaign.asking)
    names = {one: letter(place) for place, one in enumerate(assignment.presented_order)}
    return [
        (
            criterion["label"],
            task_type.summarise(
                cleaned.answers[criterion["key"]], names=names, asked=asking.asked(criterion)
            ),
        )
        for criterion in shown_criteria(campaign)
        if criterion["key"] in cleaned.answers
    ]
