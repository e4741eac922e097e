"""What views, tables, groups and answers are called on pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.enums import View

WHAT_FOR: dict[View, Promise] = {
    View.DISTRIBUTION: _("What people answered, by stratum and by system, with nothing left out."),
    View.CONSISTENCY: _("Whether people say the same when an item comes again."),
}
TABLES: dict[str, Promise] = {
    "answers": _("Answers by stratum"),
    "systems": _("Answers about each system, by stratum"),
    "ratings": _("Ratings by stratum"),
    "ratings-of-systems": _("Ratings of each system, by stratum"),
    "values": _("Values seen, by stratum"),
    "repeats": _("Repeats answered as the first time"),
}
GROUPS: dict[str, Promise] = {
    "stratum": _("Stratum"),
    "system": _("System"),
    "answer": _("Answer"),
    "item": _("Item"),
    "question": _("Question"),
    "option": _("Option"),
    "quantity": _("Quantity"),
    "other": _("Compared with"),
}
ANSWERS: dict[str, Promise] = {
    "clear": _("one clearly better"),
    "slight": _("one slightly better, or simply better"),
    "tie": _("tie"),
    "both_bad": _("both bad"),
    "depends": _("it depends"),
    "preferred": _("preferred"),
    "not_preferred": _("the other one preferred"),
    "same": _("as the first time"),
}
MEASURES: dict[str, Promise] = {
    "share": _("Share"),
}
EVERYBODY = _("everybody")


@dataclass(frozen=True)
class ViewWords:
    """A view with its name and what it is for."""

    key: str
    label: str
    what_for: Promise


def view_words(keys: Sequence[str]) -> list[ViewWords]:
    """In the order of the views, whatever the order of the keys."""
    return [ViewWords(view.value, str(view.label), WHAT_FOR[view]) for view in View if view in keys]


def said(known: dict[str, Promise], key: str) -> str:
    return str(known.get(key, key))


def group_word(name: str, value: str) -> str:
    """A group's value as pages call it: people's own keys stay as they are."""
    if name == "stratum" and not value:
        return str(EVERYBODY)
    return said(ANSWERS, value) if name == "answer" else value
