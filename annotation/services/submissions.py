"""What annotators send in, checked against the item it answers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.asking import Asking
from annotation.content import storable_bytes
from annotation.enums import Wanted
from annotation.errors import Unfit
from annotation.kept import in_readers_language
from annotation.models import Assignment
from annotation.services.highlighting import text_lengths
from annotation.task_types import PLAINLY, AnswerProblem, Asked, TaskType, task_type_of

LONGEST_REASON = 10_000
MOST_SPANS = 100
MOST_CONFIDENCE = 100


@dataclass(frozen=True)
class Submission:
    """What an annotator sends in, before it is checked against its item."""

    answers: Any
    reason: str = ""
    confidence: float | None = None
    active_ms: int | None = None
    acceptable: Any = None
    spans: Any = None
    language: str = ""
    # How long the item was shown, as the browser measured it; used where no serving tells.
    elapsed_ms: int | None = None
    idempotency_key: str = field(default="", compare=False)

    def fingerprint(self) -> str:
        """Equal for equal content, whatever the key. Raises `Unfit` for unstorable characters."""
        content = [self.answers, self.reason, self.confidence, self.acceptable, self.spans]
        try:
            return hashlib.sha256(storable_bytes(content)).hexdigest()
        except ValueError as error:
            raise Unfit(
                _("The judgment cannot be stored as it is; nothing was stored."),
                fields={"judgment": in_readers_language(str(error))},
            ) from error


def clean_submission(assignment: Assignment, submission: Submission) -> Submission:
    """The submission in stored form; raises `Unfit` naming each field that does not fit."""
    ids = sorted(assignment.presented_order)
    problems: dict[str, str] = {}
    campaign = assignment.campaign
    asking = Asking.of(campaign.asking)
    answers = clean_answers(
        submission.answers,
        {one["key"]: asking.asked(one) for one in campaign.criteria},
        task_type_of(campaign.task_type),
        ids,
        problems,
    )
    problems.update(missing_parts(submission, answers, asking, ids))
    problems.update(side_problems(submission, ids))
    if not problems:
        problems.update(beyond_texts(assignment, submission, answers))
    if problems:
        raise Unfit(_("The judgment does not fit its item; nothing was stored."), fields=problems)
    confidence = submission.confidence
    return replace(
        submission,
        answers=answers,
        reason=submission.reason.strip(),
        confidence=None if confidence is None else float(confidence),
    )


def clean_answers(
    raw: Any,
    criteria: Mapping[str, Asked],
    task_type: TaskType,
    response_ids: Sequence[str],
    problems: dict[str, str],
) -> dict[str, Any]:
    """Every criterion's answer in stored form; what is wrong goes into `problems`."""
    if not isinstance(raw, dict):
        problems["answers"] = _("Must be an object with an answer for each criterion.")
        return {}
    for key in raw:
        if key not in criteria:
            problems[f"answers.{key}"] = _("This campaign has no such criterion.")
    answers: dict[str, Any] = {}
    for key, asked in criteria.items():
        if key not in raw:
            problems[f"answers.{key}"] = _("This criterion needs an answer.")
            continue
        try:
            answers[key] = clean_answer(raw[key], task_type, response_ids, asked)
        except AnswerProblem as problem:
            path = f"answers.{key}.{problem.field}" if problem.field else f"answers.{key}"
            problems[path] = problem.message
    return answers


def clean_answer(
    raw: Any, task_type: TaskType, response_ids: Sequence[str], asked: Asked = PLAINLY
) -> dict[str, Any]:
    """One criterion's answer; `acceptable` and `spans` may come with any task type."""
    if not isinstance(raw, dict):
        raise AnswerProblem(_("Must be an object."))
    extras = {key: raw[key] for key in ("acceptable", "spans") if raw.get(key) is not None}
    for key, check in (("acceptable", acceptable_problem), ("spans", spans_problem)):
        problem = check(extras[key], response_ids) if key in extras else ""
        if problem:
            raise AnswerProblem(problem, field=key)
    core = {key: value for key, value in raw.items() if key not in ("acceptable", "spans")}
    return {**task_type.clean_answer(core, response_ids=response_ids, asked=asked), **extras}


def missing_parts(
    submission: Submission,
    answers: Mapping[str, Mapping[str, Any]],
    asking: Asking,
    response_ids: Sequence[str],
) -> dict[str, str]:
    """What the campaign requires besides answers and is not there, by field."""
    problems = {}
    if reason := missing_reason(submission.reason, answers, asking):
        problems["reason"] = reason
    if asking.confidence == Wanted.REQUIRED and submission.confidence is None:
        problems["confidence"] = _("This campaign asks how sure you are, from 0 to 100.")
    if asking.acceptable == Wanted.REQUIRED and not says_of_all(submission, answers, response_ids):
        problems["acceptable"] = _("This campaign asks of each response whether it is acceptable.")
    return problems


def missing_reason(reason: Any, answers: Mapping[str, Mapping[str, Any]], asking: Asking) -> str:
    """Why the reason does not do, or "". What is no text at all is told elsewhere."""
    if not isinstance(reason, str) or asking.reason == Wanted.OFF:
        return ""
    length = len(reason.strip())
    if not length and any(answer.get("outcome") == "depends" for answer in answers.values()):
        return _("Say on what it depends.")
    if not length and asking.reason == Wanted.REQUIRED:
        return _("Say why.")
    if 0 < length < asking.reason_least:
        return ngettext(
            "Say why in at least %(least)d character.",
            "Say why in at least %(least)d characters.",
            asking.reason_least,
        ) % {"least": asking.reason_least}
    return ""


def says_of_all(
    submission: Submission, answers: Mapping[str, Mapping[str, Any]], response_ids: Sequence[str]
) -> bool:
    """Whether each response is called acceptable or not, for the item or for every criterion."""
    said = [submission.acceptable, *(answer.get("acceptable") for answer in answers.values())]
    whole = [isinstance(one, Mapping) and set(one) == set(response_ids) for one in said]
    return whole[0] or (len(whole) > 1 and all(whole[1:]))


def beyond_texts(
    assignment: Assignment, submission: Submission, answers: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Spans that end after their response's text; asks for the texts only where there are spans."""
    given = {"spans": submission.spans or []}
    given |= {f"answers.{key}.spans": one.get("spans") or [] for key, one in answers.items()}
    if not any(given.values()):
        return {}
    lengths = text_lengths(assignment)
    return {
        field: ends_too_late(number, lengths[span["response"]])
        for field, spans in given.items()
        for number, span in enumerate(spans, start=1)
        if span["end"] > lengths[span["response"]]
    }


def ends_too_late(number: int, length: int) -> str:
    return ngettext(
        "Span %(number)d ends after the response’s %(length)d character.",
        "Span %(number)d ends after the response’s %(length)d characters.",
        length,
    ) % {"number": number, "length": length}


def side_problems(submission: Submission, response_ids: Sequence[str]) -> dict[str, str]:
    problems = {
        "reason": reason_problem(submission.reason),
        "confidence": confidence_problem(submission.confidence),
        "active_ms": active_ms_problem(submission.active_ms),
        "acceptable": ""
        if submission.acceptable is None
        else acceptable_problem(submission.acceptable, response_ids),
        "spans": "" if submission.spans is None else spans_problem(submission.spans, response_ids),
    }
    return {name: problem for name, problem in problems.items() if problem}


def reason_problem(reason: Any) -> str:
    if not isinstance(reason, str):
        return _("Must be a text.")
    if "\x00" in reason or len(reason) > LONGEST_REASON:
        return _("Must be a text of at most %(longest)s characters.") % {"longest": LONGEST_REASON}
    return ""


def confidence_problem(confidence: Any) -> str:
    if confidence is None:
        return ""
    is_number = isinstance(confidence, int | float) and not isinstance(confidence, bool)
    if not is_number or not 0 <= confidence <= MOST_CONFIDENCE:
        return _("Must be a number from 0 to %(most)s.") % {"most": MOST_CONFIDENCE}
    return ""


def active_ms_problem(active_ms: Any) -> str:
    if active_ms is None:
        return ""
    if isinstance(active_ms, bool) or not isinstance(active_ms, int) or not 0 <= active_ms < 2**53:
        return _("Must be a whole number of milliseconds from 0.")
    return ""


def acceptable_problem(acceptable: Any, response_ids: Sequence[str]) -> str:
    if not isinstance(acceptable, dict):
        return _("Must be an object of response id: true or false.")
    if any(key not in response_ids for key in acceptable):
        return _("Names a response that this item does not have.")
    if not all(isinstance(value, bool) for value in acceptable.values()):
        return _("Each value must be true or false.")
    return ""


def spans_problem(spans: Any, response_ids: Sequence[str]) -> str:
    if not isinstance(spans, list) or len(spans) > MOST_SPANS:
        return _("Must be a list of at most %(most)s spans.") % {"most": MOST_SPANS}
    return next(
        (
            problem % {"number": number}
            for number, span in enumerate(spans, start=1)
            if (problem := span_problem(span, response_ids))
        ),
        "",
    )


def span_problem(span: Any, response_ids: Sequence[str]) -> str:
    """What is wrong with a span, with a place for its number, or ""."""
    if not isinstance(span, Mapping) or set(span) - {"response", "start", "end", "note"}:
        return _("Span %(number)d must be {response, start, end, note}.")
    if span.get("response") not in response_ids:
        return _("Span %(number)d names a response that this item does not have.")
    start, end = span.get("start"), span.get("end")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end):
        return _("Span %(number)d needs whole numbers 0 ≤ start < end.")
    note = span.get("note", "")
    if not isinstance(note, str) or "\x00" in note or len(note) > LONGEST_REASON:
        return _("Span %(number)d has a note that is not a short text.")
    return ""
