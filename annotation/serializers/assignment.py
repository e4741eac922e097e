"""What an annotator gets to see of an assignment: never a model's name, never others' answers."""

from typing import Any

from annotation.asking import Asking
from annotation.models import Assignment, Item, Response
from annotation.rendering import item_html
from annotation.services.serving import item_of
from annotation.wording import shown_criteria, shown_guideline


def assignment_body(assignment: Assignment) -> dict[str, Any]:
    """Everything needed to show an assignment, responses in the order to show."""
    item, responses = item_of(assignment)
    campaign = assignment.campaign
    guideline = assignment.guideline
    return {
        "id": assignment.pk,
        "status": assignment.status,
        "lease_expires_at": assignment.lease_expires_at,
        "task_type": campaign.task_type,
        "criteria": shown_criteria(campaign),
        "asking": Asking.of(campaign.asking).body(),
        "guideline": {"version": guideline.version, "html": shown_guideline(guideline)},
        "item": item_body(item, responses),
        "draft": assignment.draft,
    }


def item_body(item: Item, responses: list[Response]) -> dict[str, Any]:
    prompt_html, responses_html = item_html(item, responses)
    return {
        "id": item.external_id,
        "language": item.language,
        "prompt": item.prompt,
        "prompt_html": prompt_html,
        "responses": [
            response_body(response, responses_html[response.external_id]) for response in responses
        ],
    }


def response_body(response: Response, html: str) -> dict[str, Any]:
    content_key = "text" if isinstance(response.content, str) else "messages"
    return {"id": response.external_id, content_key: response.content, "html": html}
