"""Holding judgments that come in a file against the items that they are about.

The same for what people judged and for what models answered: how an answer must look is asked of
the task type, as where people judge here.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from annotation.asking import Asking
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats.records import JudgmentRecord
from annotation.models import Campaign, Response
from annotation.passages import plain_text
from annotation.services.submissions import Submission, clean_answer, side_problems
from annotation.task_types import AnswerProblem, TaskType, task_type_of

ITEMS = """
SELECT item.external_id, item.id, item.content_hashes,
       (SELECT array_agg(response.external_id ORDER BY response.position)
        FROM annotation_response response WHERE response.item_id = item.id)
FROM annotation_item item
WHERE item.campaign_id = %(campaign)s AND item.external_id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class JudgedItem:
    """An item of the campaign, as far as judgments on it are checked by it."""

    pk: int
    content_hashes: str
    response_ids: list[str]

    @property
    def hashes(self) -> dict[str, Any]:
        """What was judged: SHA-256 of prompt and responses."""
        found: dict[str, Any] = json.loads(self.content_hashes)
        return found


class Fitting:
    """Holds records against a campaign's items, a portion at a time."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.task_type: TaskType = task_type_of(campaign.task_type)
        asking = Asking.of(campaign.asking)
        self.criteria = {one["key"]: asking.asked(one) for one in campaign.criteria}

    def portion(self, records: Sequence[JudgmentRecord]) -> "Portion":
        """What these records are about, in two queries."""
        items = self.items_of(record.item_id for record in records)
        spanned = {record.item_id for record in records if has_spans(record)}
        return Portion(self, items, text_lengths(items[one].pk for one in spanned & items.keys()))

    def items_of(self, ids: Iterable[str]) -> dict[str, JudgedItem]:
        """The campaign's items of these ids, those it does not have left out."""
        names: dict[str, Any] = {"campaign": self.campaign.pk, "ids": sorted(set(ids))}
        with connection.cursor() as cursor:
            cursor.execute(ITEMS, names)
            return {
                external_id: JudgedItem(pk, hashes, response_ids)
                for external_id, pk, hashes, response_ids in cursor.fetchall()
            }

    def answers(
        self, submission: Submission, item: JudgedItem, lengths: Mapping[int, Mapping[str, int]]
    ) -> dict[str, Any]:
        """The answers in stored form: to one criterion at least, as elsewhere less may be asked."""
        ids = sorted(item.response_ids)
        if not isinstance(submission.answers, dict) or not submission.answers:
            raise RecordProblem("`answers` must be an object with an answer to some criterion.")
        answers = {}
        for key, raw in submission.answers.items():
            if key not in self.criteria:
                raise RecordProblem(f"The campaign has no criterion {str(key)[:100]}.")
            try:
                answers[key] = clean_answer(raw, self.task_type, ids, self.criteria[key])
            except AnswerProblem as problem:
                path = f"answers.{key}.{problem.field}" if problem.field else f"answers.{key}"
                raise RecordProblem(f"{path}: {problem.message}") from problem
        problems = side_problems(submission, ids)
        if problems:
            raise RecordProblem(told(problems))
        refuse_spans_beyond(submission, answers, lengths.get(item.pk, {}))
        return answers


@dataclass(frozen=True)
class Portion:
    """The items of some records, with the lengths of texts in which passages are marked."""

    fitting: Fitting
    items: Mapping[str, JudgedItem]
    lengths: Mapping[int, Mapping[str, int]]

    def fitted(self, record: JudgmentRecord) -> tuple[JudgedItem, dict[str, Any]]:
        """The item that a record is about, and its answers as they are stored.

        Raises `RecordProblem` where there is no such item, or the record does not fit it.
        """
        item = self.items.get(record.item_id)
        if item is None:
            raise RecordProblem(f'The campaign has no item "{record.item_id[:100]}".')
        refuse_other_kind(record, item, self.fitting.campaign.task_type)
        submission = Submission(
            answers=record.answers,
            reason=record.reason,
            confidence=record.confidence,
            active_ms=record.active_ms,
            acceptable=record.acceptable,
            spans=record.spans,
        )
        return item, self.fitting.answers(submission, item, self.lengths)


def fingerprint_of(record: JudgmentRecord) -> str:
    """Equal for equal judgments; raises `RecordProblem` for what cannot be stored."""
    try:
        return record.fingerprint()
    except ValueError as error:
        raise RecordProblem("It holds what cannot be stored.") from error


def refuse_other_kind(record: JudgmentRecord, item: JudgedItem, task_type: str) -> None:
    """Raise `RecordProblem` where something else was judged, or in another way."""
    if record.task_type and record.task_type != task_type:
        raise RecordProblem(f"It was asked as {record.task_type}; this campaign asks {task_type}.")
    if record.presented_order and sorted(record.presented_order) != sorted(item.response_ids):
        raise RecordProblem("`presented_order` does not name the responses of its item.")
    if record.content_hashes and record.content_hashes != item.hashes:
        raise RecordProblem("The item that was judged had other texts than the campaign's.")


def has_spans(record: JudgmentRecord) -> bool:
    answers = record.answers.values() if isinstance(record.answers, dict) else ()
    return bool(record.spans) or any(isinstance(one, dict) and one.get("spans") for one in answers)


def text_lengths(item_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many characters the responses of these items have, by item and response."""
    lengths: dict[int, dict[str, int]] = defaultdict(dict)
    responses = Response.objects.filter(item__in=list(item_ids)).order_by()
    for item_id, response_id, content in responses.values_list("item", "external_id", "content"):
        lengths[item_id][response_id] = len(plain_text(content))
    return lengths


def refuse_spans_beyond(
    submission: Submission, answers: Mapping[str, Any], lengths: Mapping[str, int]
) -> None:
    for spans in (submission.spans, *(one.get("spans") for one in answers.values())):
        for span in spans or ():
            if span["end"] > lengths[span["response"]]:
                raise RecordProblem(
                    f"A span ends after the {lengths[span['response']]} characters of its response."
                )


def told(problems: Mapping[str, str]) -> str:
    return "; ".join(f"{field}: {message}" for field, message in problems.items())
