"""Task types by key. Adding one is adding one module, its templates and a line here."""

from annotation.task_types.agreeing import same_answer
from annotation.task_types.base import (
    PLAINLY,
    Answer,
    AnswerProblem,
    Asked,
    Choice,
    ChoiceGroup,
    Comparison,
    RankedResponse,
    RatedResponse,
    ScaleProblem,
    SeenValue,
    SliderGroup,
    TaskType,
    letter,
)
from annotation.task_types.best_worst import BestWorst
from annotation.task_types.pairwise import Pairwise
from annotation.task_types.ranking import Ranking
from annotation.task_types.rating import Rating
from annotation.task_types.values import Values

TASK_TYPES: dict[str, TaskType] = {
    task.key: task for task in (Pairwise(), Ranking(), BestWorst(), Rating(), Values())
}


def task_type_of(key: str) -> TaskType:
    """The task type of a key that a campaign holds."""
    return TASK_TYPES[key]


__all__ = [
    "PLAINLY",
    "TASK_TYPES",
    "Answer",
    "AnswerProblem",
    "Asked",
    "Choice",
    "ChoiceGroup",
    "Comparison",
    "RankedResponse",
    "RatedResponse",
    "ScaleProblem",
    "SeenValue",
    "SliderGroup",
    "TaskType",
    "letter",
    "same_answer",
    "task_type_of",
]
