"""Task types by key. Adding one is adding one module, its templates and a line here."""

from annotation.task_types.base import (
    Answer,
    AnswerProblem,
    Choice,
    ChoiceGroup,
    Comparison,
    RankedResponse,
    TaskType,
    letter,
)
from annotation.task_types.pairwise import Pairwise
from annotation.task_types.ranking import Ranking

TASK_TYPES: dict[str, TaskType] = {task.key: task for task in (Pairwise(), Ranking())}


def task_type_of(key: str) -> TaskType:
    """The task type of a key that a campaign holds."""
    return TASK_TYPES[key]


__all__ = [
    "TASK_TYPES",
    "Answer",
    "AnswerProblem",
    "Choice",
    "ChoiceGroup",
    "Comparison",
    "RankedResponse",
    "TaskType",
    "letter",
    "task_type_of",
]
