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
    View.CLUSTERS: _(
        "Kinds of people by what they prefer, found without asking who they are, and how little "
        "or much of that goes with who they are."
    ),
    View.VARIATION: _(
        "How far answers differ by item, by stratum and by person, which items divide people "
        "most, and whether what is shown first is preferred."
    ),
    View.SINGLE_TRUTH: _(
        "What follows if each item had one right answer, and whose answers are called wrong then."
    ),
    View.SUGGESTIONS: _(
        "Items that may be worth more of their kind, and items that are much alike, found by "
        "computation."
    ),
}
NOTICES: dict[View, Promise] = {
    View.REPRESENTATION: _(
        "Weighting can make the people who judged count as a population would, as far as the "
        "answers in the first table tell. It cannot speak for people of whom nobody judged, nor "
        "for differences that were not asked about, and it makes intervals wider: the effective "
        "number of people says by how much."
    ),
    View.CLUSTERS: _(
        "A kind is a summary of what some people prefer, not an identity, and says nothing sure "
        "of any one of them. What an answer about themselves does not explain are differences "
        "between people who gave the same answer."
    ),
    View.SINGLE_TRUTH: _(
        "Where people may rightly differ, this takes the view of fewer for an error. It is one "
        "view among others, for questions that have one right answer, and never becomes a label."
    ),
    View.SUGGESTIONS: _(
        "A computation suggests these; nobody judged them so, and nothing here is counted with "
        "what people judged."
    ),
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
    "differences": _("Whether strata prefer other systems at all"),
    "deviations": _("What sets strata apart from what is common, shrunk to it"),
    "ranking-scores": _("Utilities of systems from whole rankings, best first"),
    "best-worst": _("How often systems are best, less how often they are worst"),
    "best-worst-utilities": _("Utilities of systems from best and worst, best first"),
    "numbers-of-kinds": _("How many kinds foretell best what people say"),
    "steadiness": _("Whether the same kinds are found again"),
    "kinds": _("Kinds of people, largest first"),
    "preferences-of-kinds": _("What each kind prefers, best first"),
    "explained": _("How much of the kinds goes with who people are"),
    "people-of-kinds": _("Answers about themselves of the people of each kind"),
    "parts": _("Parts of the variance of answers"),
    "variety": _("How likely two people differ over an item"),
    "divided": _("Items, those that divide people most first"),
    "order": _("What being shown first adds"),
    "called-wrong": _("Answers that would be called wrong"),
    "extend": _("Items to write more of, as they part strata"),
    "alike": _("Items whose prompts are much alike"),
    "likeliest": _("Likeliest answers, the least sure first"),
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
    "about": _("About"),
    "likest": _("Much like"),
    "kind": _("Kind"),
    "kinds": _("Number of kinds"),
    "part": _("Part"),
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
    "first": _("the first response of the item better"),
    "second": _("the second response of the item better"),
    "seen": _("seen"),
    "unseen": _("not seen"),
}
MEASURES: dict[str, Promise] = {
    "share": _("Share"),
    "score": _("Utility, in logits"),
    "agreement": _("Agreement beyond chance"),
    "number": _("Number"),
    "divergence": _("Divergence in bits"),
    "deviation": _("Deviation, in logits"),
    "balance": _("Best less worst, of times shown"),
    "likelihood": _("Log-likelihood of a person left out"),
    "variance": _("Variance"),
    "entropy": _("Entropy in bits"),
    "likeness": _("Likeness, at most 1"),
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
    "utility": _("Utility"),
    "behind": _("Behind the best"),
    "error": _("Standard error of that"),
    "least": _("Least"),
    "most": _("Most"),
    "unexplained": _("Not explained"),
    "v": _("Cramér's V"),
    "share": _("Share of all"),
    "variety": _("Probability that two people differ"),
    "said": _("Share of people who said so"),
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
    "restarts": _("begun elsewhere"),
    "halves": _("fitted to half of the people"),
    "variety": _("probability that two people differ"),
    "order": _("added to the utility of what is shown first"),
}
PARTS: dict[str, Promise] = {
    "item": _("between items"),
    "group": _("between strata"),
    "group_item": _("between strata over an item"),
    "person": _("between people of a stratum"),
    "person_item": _("between people over an item"),
    "noise": _("of one person over an item, from time to time"),
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
    if name == "part":
        return said(PARTS, value)
    # Beside questions about themselves stand the strata that come from the answers.
    if name == "question" and value == "stratum":
        return str(GROUPS[value])
    return said(ANSWERS, value) if name == "answer" else value
