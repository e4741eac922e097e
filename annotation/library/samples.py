"""A sample item, to show how a campaign asks before it has items of its own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from annotation.enums import TaskTypeKey

PROMPT = _("How do I tell my neighbour that the music is too loud?")
RESPONSES = (
    _(
        "Ring the bell at a quiet moment and say it kindly: “I can hear your music in my "
        "bedroom. Could you turn it down after ten?” Most people do not know how far it carries."
    ),
    _(
        "Write a short note with your name on it. That gives your neighbour time to think, and "
        "nobody has to answer at the door."
    ),
    _("Call the landlord. It is not your task to explain the rules of the house to anybody."),
    _(
        "Invite your neighbour for tea first. Once you know each other, a word about the music is "
        "easily said and easily heard."
    ),
)
SHOWN = {
    TaskTypeKey.PAIRWISE: 2,
    TaskTypeKey.RANKING: 4,
    TaskTypeKey.BEST_WORST: 4,
    TaskTypeKey.RATING: 2,
    TaskTypeKey.VALUES: 1,
}


def sample_item(task_type: str) -> dict[str, Any]:
    """An item in the form of practice items, with as many responses as its task type shows."""
    shown = RESPONSES[: SHOWN[TaskTypeKey(task_type)]]
    return {
        "prompt": str(PROMPT),
        "responses": [
            {"id": f"sample-{number}", "text": str(text)} for number, text in enumerate(shown)
        ],
        "note": "",
    }
