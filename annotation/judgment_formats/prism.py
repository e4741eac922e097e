"""PRISM's utterances: what the person who had a conversation thought of each response to a turn."""

from itertools import groupby
from typing import Any

from annotation.item_formats.prism import PERSON, SCORE
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats.base import Placed, Rows, Terms
from annotation.judgment_formats.preferences import NotSaid, judged

Scores = dict[str, float]


def prism_judgments(line: int, entry: dict[str, Any], item: dict[str, Any], terms: Terms) -> Rows:
    """One a turn, by its scores from 1 to 100; none where a response has no score."""
    rows = entry["rows"]
    if any(row.get(SCORE) is None for row in rows):
        return
    people = {str(row[PERSON]) for row in rows}
    if len(people) != 1:
        raise RecordProblem("The responses of this turn were not scored by the same person.")
    scores = {
        one["id"]: float(row[SCORE]) for one, row in zip(item["responses"], rows, strict=True)
    }
    record = {"item_id": item["id"], "annotator_id": people.pop()}
    if terms.task_type == "pairwise":
        yield judged(line, record, better_of(scores), (), terms)
    else:
        yield Placed(line, {**record, "answers": {terms.criterion: answer_of(scores, terms)}})


def better_of(scores: Scores) -> str:
    if len(scores) != 2:
        raise NotSaid("Preferences between two responses are for pairwise campaigns and rankings.")
    first, second = scores.values()
    return "tie" if first == second else "1" if first > second else "2"


def answer_of(scores: Scores, terms: Terms) -> dict[str, Any]:
    if terms.task_type == "rating":
        return {"ratings": scores}
    if terms.task_type != "ranking":
        raise NotSaid("Scores of responses are for pairwise campaigns, rankings and ratings.")
    ordered = sorted(scores, key=lambda key: -scores[key])
    return {"ranking": [list(group) for _score, group in groupby(ordered, key=scores.get)]}
