"""What an empty form shows, and which of its parts stay changeable."""

from dataclasses import asdict
from typing import Any

from annotation.asking import Asking
from annotation.entry import Entry
from annotation.flow import Flow
from annotation.serializers.campaign_checks import DEFAULT_CONSENT, DEFAULT_CRITERION

NEW_CAMPAIGN: dict[str, Any] = {
    "task_type": "pairwise",
    "paradigm": "descriptive",
    "criteria": [DEFAULT_CRITERION],
    "questions": [],
    "strata": [],
    "item_strata": [],
    "quotas": [],
    "excludes": [],
    "about": {},
    "asking": Asking().body(),
    "flow": asdict(Flow()),
    "entry": Entry().body(),
    "overlap": 3,
    "strategy": "balanced",
    "adaptive": None,
    "lease_minutes": 30,
    "session_break_minutes": 30,
    "seat_hours": 24,
    "repeat_rate": 0,
    "consent": DEFAULT_CONSENT,
}
PLAIN_FIELDS = (
    *("title", "slug", "task_type", "paradigm", "guideline", "overlap", "strategy"),
    *("lease_minutes", "max_per_annotator", "max_per_day", "max_per_session"),
    *("session_break_minutes", "seat_hours", "repeat_rate"),
)
# A number left empty here means "none"; elsewhere it is a mistake.
MAY_BE_NONE = ("overlap", "max_per_annotator", "max_per_day", "max_per_session")
# What a form does not send at all keeps its value, or takes the default.
MAY_BE_LEFT_OUT = ("task_type", "paradigm", "strategy", "session_break_minutes", "seat_hours")
CHANGEABLE_AFTER_OPENING = (
    *("title", "guideline", "strategy", "adaptive", "lease_minutes", "repeat_rate"),
    *("max_per_annotator", "max_per_day", "max_per_session", "session_break_minutes"),
    *("seat_hours", "excludes", "consent", "about", "flow", "entry"),
)
