"""What views, tables, groups and answers are called on pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.enums import View

WHAT_FOR: dict[View, Promise] = {
    View.DISTRIBUTION: _("What people answered, by stratum and by system, with nothing left out."),
    View.SYSTEMS: _("How often each system is preferred, by stratum, on one scale."),
    View.DISAGREEMENT: _("Items on which strata answer differently, and why people say so."),
    View.AGREEMENT: _("How much people agree, within their own stratum and across strata."),
    View.CONSISTENCY: _("Whether people say the same when an item comes again."),
    View.MODELS: _("How often people of each stratum gave the answer that a model gave."),
    View.REPRESENTATION: _("Who judged, beside the population they should speak for."),
}
TABLES: dict[str, Promise] = {
    "answers": _("Answers by stratum"),
    "systems": _("Answers about each system, by stratum"),
    "ratings": _("Ratings by stratum"),
    "ratings-of-systems": _("Ratings of each system, by stratum"),
    "values": _("Values seen, by stratum"),
    "items": _("Items, those that part strata most first"),
    "repeats": _("Repeats answered as the first time"),
    "people": _("People by their answers about themselves"),
    "weighting": _("What weighting does"),
    "weighted": _("Answers of everybody, weighted to the population"),
    "scores": _("Utilities of systems, best first"),
    "alpha": _("Agreement within each stratum, and of everybody"),
    "cross-replication": _("Agreement between each two strata"),
    "associations": _("Whether strata are of a mind"),
    "models": _("Models’ answers beside those of people, by stratum"),
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
    "model": _("Model (its output, nobody’s judgment)"),
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
    "score": _("Utility, in logits"),
    "agreement": _("Agreement beyond chance"),
    "number": _("Number"),
    "divergence": _("Divergence in bits"),
}
MORE: dict[str, Promise] = {
    "expected": _("By chance"),
    "population": _("Population"),
    "gap": _("Gap"),
    "weighted": _("Weighted"),
    "unweighted": _("Unweighted"),
    "p": _("p"),
    "q": _("q, over all tests of the table"),
    "means": _("Mean answer of each stratum"),
}
QUANTITIES: dict[str, Promise] = {
    "inside": _("agreement within the stratum"),
    "across": _("agreement with all other strata"),
    "index": _("group association index: the first over the second"),
    "with_model": _("people gave the model’s answer"),
    "among_people": _("people gave each other’s answer"),
    "people": _("people who can be weighted"),
    "effective": _("effective number of people after weighting"),
    "largest": _("largest weight, 1 being the mean"),
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
    if name == "quantity":
        return said(QUANTITIES, value)
    return said(ANSWERS, value) if name == "answer" else value
