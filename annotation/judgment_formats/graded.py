"""Preferences that say how clearly, and who nobody knows: MultiPref, HelpSteer and WebGPT."""

from collections.abc import Iterable, Mapping
from typing import Any

from annotation.item_formats.helpsteer import PREFERENCES_2, PREFERENCES_3
from annotation.item_formats.multipref import WORKERS
from annotation.item_formats.records import RecordProblem
from annotation.item_formats.webgpt import SCORES
from annotation.judgment_formats.base import Placed, Rows, Terms
from annotation.judgment_formats.preferences import judged

SLIGHTLY, CLEARLY = 1, 2
# MultiPref's five levels as a number: below zero the first is better.
LEVELS = {
    "a-is-clearly-better": -2,
    "a-is-slightly-better": -1,
    "tie": 0,
    "b-is-slightly-better": 1,
    "b-is-clearly-better": 2,
}
# HelpSteer's preferences go from −3 to 3, but for this one: neither response is any good.
NEITHER_IS_VALID = -100
# Of a WebGPT score, from −1 to 1: half is as far as *slightly* goes.
SLIGHTLY_UP_TO = 0.5


def graded(
    line: int, record: dict[str, Any], grade: float, terms: Terms, slightly: float
) -> Placed:
    """The record with an answer: below zero the first is better, up to ±`slightly` a little."""
    if grade == 0:
        return judged(line, record, "tie", (), terms)
    strength = SLIGHTLY if abs(grade) <= slightly else CLEARLY
    label = "1" if grade < 0 else "2"
    return judged(line, record, label, (), terms._replace(strength=strength))


def multipref_judgments(
    line: int, entry: dict[str, Any], item: dict[str, Any], terms: Terms
) -> Rows:
    """One of each worker. Their overall preference is what is read."""
    for group in WORKERS:
        for one in entry.get(group) or ():
            level = str(one["overall_pref"]).strip().lower()
            if level not in LEVELS:
                known = ", ".join(LEVELS)
                raise RecordProblem(f"The label {level[:100]!r} is none of {known}.")
            record = {"item_id": item["id"], "annotator_id": str(one["evaluator"])}
            yield graded(line, record, LEVELS[level], terms, SLIGHTLY)


def helpsteer2_judgments(
    line: int, entry: dict[str, Any], item: dict[str, Any], terms: Terms
) -> Rows:
    return helpsteer(line, entry.get(PREFERENCES_2) or (), item, terms)


def helpsteer3_judgments(
    line: int, entry: dict[str, Any], item: dict[str, Any], terms: Terms
) -> Rows:
    return helpsteer(line, entry.get(PREFERENCES_3) or (), item, terms)


def helpsteer(
    line: int, preferences: Iterable[Mapping[str, Any]], item: dict[str, Any], terms: Terms
) -> Rows:
    """One of a person of its own each: nothing says that two were the same person's."""
    for place, one in enumerate(preferences, start=1):
        grade = one["score"] if "score" in one else one["strength"]
        reason = one.get("reasoning") or one.get("justification") or one.get("statement") or ""
        record = unnamed(item, place) | ({"reason": reason} if reason else {})
        if grade == NEITHER_IS_VALID:
            yield judged(line, record, "both_bad", (), terms)
        else:
            yield graded(line, record, int(grade), terms, SLIGHTLY)


def webgpt_judgments(line: int, entry: dict[str, Any], item: dict[str, Any], terms: Terms) -> Rows:
    """One of a labeller whom nothing names; how much better an answer is, from −1 to 1."""
    first, second = (float(entry[name]) for name in SCORES)
    if first != -second:
        raise RecordProblem("The two scores are not each other's opposite.")
    yield graded(line, unnamed(item, 1), second, terms, SLIGHTLY_UP_TO)


def unnamed(item: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {"item_id": item["id"], "annotator_id": f"unnamed-{item['id']}-{place}"}
