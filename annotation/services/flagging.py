"""Flags on judgments: circumstances worked out from the judgment and its person's own first answer.

Nothing here reads what anybody else answered: disagreement is never evidence of poor work.
Flags lie beside judgments, which never change, remove no row and reject nobody.
"""

from collections.abc import Mapping
from typing import Any

from annotation.entry import entry_of
from annotation.enums import Flag
from annotation.models import Assignment, Judgment, JudgmentFlag
from annotation.task_types import same_answer

MINUTE_MS = 60_000


def flag_judgment(judgment: Judgment, assignment: Assignment) -> None:
    """Store what is to be noted of a new judgment, in its transaction.

    `assignment` comes with its item and campaign. Judgments of which nothing is to be noted cost
    no query, and only repeats look at another judgment, their own person's earlier one.
    """
    flags = flags_of(judgment, assignment)
    if flags:
        JudgmentFlag.objects.bulk_create(
            JudgmentFlag(judgment=judgment, flag=flag) for flag in flags
        )


def flags_of(judgment: Judgment, assignment: Assignment) -> list[Flag]:
    flags = []
    expected = assignment.item.check_answers
    if expected:
        passed = follows(expected, judgment.answers)
        flags.append(Flag.CHECK_PASSED if passed else Flag.CHECK_FAILED)
    if judgment.is_repeat and (first := first_answer(judgment)) is not None:
        same = same_answer(first.answers, judgment.answers)
        flags.append(Flag.REPEAT_SAME if same else Flag.REPEAT_OTHER)
    if is_too_fast(judgment, assignment):
        flags.append(Flag.TOO_FAST)
    return flags


def follows(expected: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether answers are what a check item's instruction says, in all that it says."""
    return all(
        key in answers and expected_of.items() <= answers[key].items()
        for key, expected_of in expected.items()
    )


def first_answer(repeat: Judgment) -> Judgment | None:
    """What the same person first answered to the item, as it stands now."""
    return (
        Judgment.objects.filter(
            annotator=repeat.annotator_id,
            item=repeat.item_id,
            is_repeat=False,
            superseded_by__isnull=True,
        )
        .only("answers")
        .first()
    )


def is_too_fast(judgment: Judgment, assignment: Assignment) -> bool:
    """Whether reading what was shown takes longer than the person was active.

    At the campaign's pace, in characters a minute; a repeat is known already, and unknown time or
    length is no evidence of anything.
    """
    pace = entry_of(assignment.campaign).fastest_reading
    characters = assignment.item.characters
    if not pace or characters is None or judgment.active_ms is None or judgment.is_repeat:
        return False
    return judgment.active_ms < characters / pace * MINUTE_MS
