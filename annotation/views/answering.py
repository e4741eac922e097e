"""The part of the judging page that asks, and what comes back from it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotation.asking import Asking
from annotation.enums import Wanted
from annotation.models import Assignment, Judgment
from annotation.services.highlighting import (
    passages_of,
    read_marks,
    spans_of_marks,
    written_marks,
)
from annotation.services.submissions import MOST_CONFIDENCE, Submission
from annotation.task_types import Choice, ChoiceGroup, SliderGroup, letter, task_type_of
from annotation.task_types.scales import number_text
from annotation.wording import shown_criteria

YES, NO = "yes", "no"


def answer_context(assignment: Assignment, data: Mapping[str, str]) -> dict[str, Any]:
    """What the page needs to ask; `data` is what was chosen so far, as the form posts it."""
    campaign = assignment.campaign
    task_type, asking = task_type_of(campaign.task_type), Asking.of(campaign.asking)
    order = assignment.presented_order
    return {
        "asking": asking,
        "criteria": [
            {
                **criterion,
                "groups": task_type.choice_groups(criterion, order=order, data=data),
                "none": data.get(f"none-{criterion['key']}", ""),
            }
            for criterion in shown_criteria(campaign)
        ],
        "task_template": task_type.annotator_template,
        "acceptable_groups": acceptable_groups(asking, len(order), data),
        "confidence": None if asking.confidence == Wanted.OFF else confidence_slider(data),
        "confidence_required": asking.confidence == Wanted.REQUIRED,
        "reason": data.get("reason", ""),
        "spans": data.get("spans", ""),
    }


def acceptable_groups(
    asking: Asking, count: int, data: Mapping[str, str]
) -> list[ChoiceGroup | None]:
    """For each response whether it is acceptable: a group, or None where that is not asked."""
    if asking.acceptable == Wanted.OFF:
        return [None] * count
    groups: list[ChoiceGroup | None] = []
    for number in range(count):
        name = f"acceptable-{number}"
        label = _("Is response %(letter)s acceptable in itself?") % {"letter": letter(number)}
        choices = [
            Choice(value, words, words, "", data.get(name) == value)
            for value, words in ((YES, _("Yes")), (NO, _("No")))
        ]
        groups.append(ChoiceGroup(name, label, choices))
    return groups


def confidence_slider(data: Mapping[str, str]) -> SliderGroup:
    return SliderGroup(
        name="confidence",
        label=_("How sure are you?"),
        least=0,
        most=MOST_CONFIDENCE,
        step=1,
        low=_("not at all"),
        high=_("certain"),
        value=data.get("confidence", ""),
    )


def answered(assignment: Assignment, data: Mapping[str, str]) -> Submission:
    """The posted form as a submission; a criterion without a choice is left out."""
    campaign = assignment.campaign
    task_type, asking = task_type_of(campaign.task_type), Asking.of(campaign.asking)
    answers = {}
    for criterion in campaign.criteria:
        answer = task_type.answer_from_form(
            data,
            criterion["key"],
            response_ids=assignment.presented_order,
            asked=asking.asked(criterion),
        )
        if answer is not None:
            answers[criterion["key"]] = answer
    return Submission(
        answers=answers,
        reason=data.get("reason", ""),
        confidence=read_confidence(data.get("confidence", "")),
        acceptable=read_acceptable(assignment.presented_order, data),
        spans=spans_of_marks(assignment, read_marks(data.get("spans", ""))),
    )


def read_confidence(written: str) -> Any:
    """A number; nothing where nothing was written; else what was written, to be refused."""
    if not written.strip():
        return None
    try:
        return float(written)
    except ValueError:
        return written


def read_acceptable(order: list[str], data: Mapping[str, str]) -> dict[str, bool] | None:
    """Read `acceptable-<n>` of the n-th response shown; None where nothing was said of any."""
    said = {
        response_id: data.get(f"acceptable-{number}") for number, response_id in enumerate(order)
    }
    return {one: value == YES for one, value in said.items() if value in (YES, NO)} or None


def as_posted(assignment: Assignment, judgment: Judgment) -> dict[str, str]:
    """A stored judgment as the form would have posted it, to be changed or looked at again."""
    task_type, order = task_type_of(judgment.task_type), assignment.presented_order
    data: dict[str, str] = {"reason": judgment.reason}
    for key, answer in judgment.answers.items():
        data |= task_type.form_data(answer, key, response_ids=order)
    if judgment.confidence is not None:
        data["confidence"] = number_text(judgment.confidence)
    said: Mapping[str, bool] = judgment.acceptable or {}
    for number, response_id in enumerate(order):
        if response_id in said:
            data[f"acceptable-{number}"] = YES if said[response_id] else NO
    if judgment.spans:
        data["spans"] = written_marks(judgment.spans, passages_of(assignment), order)
    return data
