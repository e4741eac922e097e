"""The steps in which a campaign is built: what of its body each one asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Parts of `entry` are asked in several steps.
ENTRY = "entry"


@dataclass(frozen=True)
class EditorStep:
    """One page of the editor. `parts` are keys of the campaign's body, those of `entry` by dotted
    path; `rows` are the lists that the page shows."""

    key: str
    title: str | Promise
    summary: str | Promise
    parts: tuple[str, ...]
    rows: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"annotation/research/steps/{self.key}.html"

    @property
    def body_parts(self) -> set[str]:
        return {part.partition(".")[0] for part in self.parts}

    def asks(self, path: Sequence[str]) -> bool:
        """Whether the part of the body that the path names is asked here."""
        if path[0] == ENTRY and len(path) > 1:
            return f"{ENTRY}.{path[1]}" in self.parts
        return path[0] in self.body_parts


STEPS = (
    EditorStep(
        "asked",
        _("What is asked"),
        _("Task type, criteria, and what is asked besides the answer."),
        ("title", "slug", "task_type", "paradigm", "criteria", "asking"),
        ("criteria",),
    ),
    EditorStep(
        "guideline",
        _("Guideline"),
        _("What people read before they judge, questions about it, and practice."),
        ("guideline", "entry.comprehension", "entry.practice"),
        ("comprehension", "practice"),
    ),
    EditorStep(
        "consent",
        _("Consent"),
        _("What people agree to, and the purposes they can choose."),
        ("consent",),
        ("purposes",),
    ),
    EditorStep(
        "questions",
        _("Questions about people"),
        _("What people are asked about themselves, from the library or in your words."),
        ("questions", "consent"),
        ("questions", "purposes"),
    ),
    EditorStep(
        "strata",
        _("Strata and numbers"),
        _("Who judges each item, how often, and what that comes to."),
        ("strata", "overlap", "item_strata", "quotas", "strategy", "adaptive"),
        ("strata", "item_strata", "quotas"),
    ),
    EditorStep(
        "quality",
        _("Quality"),
        _("Repeats, check items and reading pace: evidence that travels with the data."),
        ("repeat_rate", "entry.check_rate", "entry.fastest_reading"),
    ),
    EditorStep(
        "people",
        _("People’s way in"),
        _("Who may come, limits, pay, warnings, breaks."),
        (
            *("entry.open_to", "excludes", "lease_minutes", "max_per_annotator", "max_per_day"),
            *("max_per_session", "session_break_minutes", "seat_hours", "flow"),
        ),
    ),
    EditorStep(
        "datasets",
        _("For the datasets, and policy"),
        _("What only you know of the campaign, and what may not be trained on."),
        ("about",),
    ),
)


def step_named(key: str) -> EditorStep | None:
    return next((one for one in STEPS if one.key == key), None)


def step_of(path: Sequence[str]) -> EditorStep | None:
    """The step that asks for a part of the body."""
    return next((one for one in STEPS if one.asks(path)), None)
