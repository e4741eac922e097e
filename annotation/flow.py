"""How judging goes in a campaign besides what is asked: revising, skipping, breaks, warnings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.enums import Revising
from annotation.models import Campaign
from annotation.wording import shown_flow

MOST_AHEAD = 10
# What people are offered where a campaign has no reasons of its own.
USUAL_SKIP_REASONS: tuple[tuple[str, str | Promise], ...] = (
    ("unclear", _("I do not understand what is asked")),
    ("language", _("It is in a language that I do not read well")),
    ("upsetting", _("I would rather not read this")),
    ("broken", _("Something is not shown as it should be")),
    ("other", _("Another reason")),
)
# Given by the gate before an item with a warning, whatever a campaign's own reasons are.
WARNED = "warning"


@dataclass(frozen=True)
class Flow:
    """A campaign's settings of the way through it; the defaults are those of docs/judging.md.

    `ahead` is how many items a person's browser may keep for when the network drops, and
    `break_after_minutes` after how long at work a break is suggested; 0 means none for both.
    """

    revise: str = Revising.LAST.value
    ahead: int = 5
    break_after_minutes: int = 45
    session_minutes: int | None = None
    pay: str = ""
    content_warning: str = ""
    skip_reasons: list[dict[str, str]] = field(default_factory=list)

    def offered_reasons(self) -> list[tuple[str, str]]:
        """Keys and labels of the reasons for skipping that people choose from."""
        if self.skip_reasons:
            return [(one["key"], one["label"]) for one in self.skip_reasons]
        return [(key, str(label)) for key, label in USUAL_SKIP_REASONS]


def flow_of(campaign: Campaign) -> Flow:
    """The campaign's settings in the reader's language, with defaults for what is not stated."""
    return read_flow(shown_flow(campaign))


def read_flow(stated: Mapping[str, Any]) -> Flow:
    known = {one.name for one in fields(Flow)}
    return Flow(**{key: value for key, value in stated.items() if key in known})


def flow_body(campaign: Campaign) -> dict[str, Any]:
    """The settings as REST gives them, defaults included."""
    return asdict(read_flow(campaign.flow))
