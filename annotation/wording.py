"""A campaign's own words, in the language of whoever reads them.

Researchers write translations as `{language: {path: text}}`. A path names one text of the
campaign's body: `title`, `guideline`, `consent.text`, `criteria.overall.label`,
`questions.age.options.young.label`; parts of lists go by their key where they have one, else by
their number from 0. What is not translated is shown as it was written; but the words that a
campaign has where its researcher gives none are shown in the interface's own translation.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import get_language, gettext

from accounts.models import ConsentDocument, Question
from annotation.models import Campaign, Guideline
from annotation.task_types import TaskType, task_type_of
from annotation.task_types.scales import DEFAULT_STEPS, DEFAULT_VALUES

Texts = Mapping[str, str]
PARTS = ("title", "guideline", "consent", "criteria", "questions", "flow", "entry")
# What of a campaign's body is written for people to read.
WORDS = (
    *("title", "guideline", "text", "label", "description", "low", "high", "pay"),
    *("content_warning", "why", "note", "prompt"),
)
LISTS_OF_WORDS = ("strengths",)


def texts_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Every text of a campaign's body that can be translated, by its path."""
    found: dict[str, str] = {}

    def note(path: str, text: str) -> str:
        found[path] = text
        return text

    replaced({part: body[part] for part in PARTS if part in body}, "", note)
    return found


def reworded(value: Any, path: str, texts: Texts) -> Any:
    """A copy of a part of the body with its texts replaced by those that there are."""
    return replaced(value, path, lambda place, text: texts.get(place, text)) if texts else value


def replaced(value: Any, path: str, choose: Callable[[str, str], str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: choose(below(path, name), part)
            if is_text(name, part)
            else replaced(part, below(path, name), choose)
            for name, part in value.items()
        }
    if isinstance(value, list):
        is_words = path.rpartition(".")[2] in LISTS_OF_WORDS
        return [
            choose(place, part)
            if is_words and isinstance(part, str)
            else replaced(part, place, choose)
            for place, part in places(value, path)
        ]
    return value


def is_text(name: str, part: Any) -> bool:
    return name in WORDS and isinstance(part, str) and bool(part.strip())


def places(parts: list[Any], path: str) -> Iterator[tuple[str, Any]]:
    for number, part in enumerate(parts):
        key = part.get("key") if isinstance(part, Mapping) else None
        yield below(path, str(key or number)), part


def below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def in_reader_language(translations: Mapping[str, Texts]) -> Texts:
    """The translation into the active language, or into the one it is a variety of; or nothing."""
    language = get_language() or ""
    return translations.get(language) or translations.get(language.partition("-")[0]) or {}


def shown_title(campaign: Campaign) -> str:
    """The campaign's title for whoever reads the page."""
    return in_reader_language(campaign.translations).get("title", campaign.title)


def shown_criteria(campaign: Campaign) -> list[dict[str, Any]]:
    """The criteria with labels and the words of their scales."""
    task_type = task_type_of(campaign.task_type)
    criteria = [
        {**one, "scale": one.get("scale") or task_type.clean_scale(None)}
        for one in campaign.criteria
    ]
    texts: dict[str, str] = {}
    for criterion in criteria:
        texts |= default_texts(criterion, task_type)
    texts |= in_reader_language(campaign.translations)
    return list(reworded(criteria, "criteria", texts))


def default_texts(criterion: Mapping[str, Any], task_type: TaskType) -> dict[str, str]:
    """What a criterion has of the words that are there by default, by path, for the reader."""
    path = f"criteria.{criterion['key']}"
    found: dict[str, str] = {}

    def note(place: str, text: str) -> str:
        found[place] = gettext(text)
        return text

    if criterion["label"] == task_type.default_criterion["label"]:
        note(f"{path}.label", criterion["label"])
    scale = criterion["scale"] if isinstance(criterion["scale"], Mapping) else {}
    for default in (DEFAULT_STEPS, DEFAULT_VALUES):
        # Parts by themselves: many have a taxonomy of their own, and how strongly by default.
        for part in ("steps", "values", "strengths"):
            if part in default and scale.get(part) == default[part]:
                replaced(scale[part], f"{path}.scale.{part}", note)
    return found


def shown_flow(campaign: Campaign) -> Mapping[str, Any]:
    """What the campaign states of the way through it."""
    return dict(reworded(campaign.flow, "flow", in_reader_language(campaign.translations)))


def shown_guideline(guideline: Guideline) -> str:
    """The guideline's safe HTML."""
    return in_reader_language(guideline.translations).get("html", guideline.html)


def shown_preparation(guideline: Guideline) -> dict[str, Any]:
    """What goes with the guideline: questions about it, and practice."""
    texts = in_reader_language(guideline.translations)
    return dict(reworded(guideline.preparation, "entry", texts))


def shown_consent(document: ConsentDocument) -> dict[str, Any]:
    """The consent's `text` and `purposes`."""
    whole = {"text": document.text, "purposes": document.purposes}
    return dict(reworded(whole, "consent", in_reader_language(document.translations)))


def shown_questions(campaign: Campaign, questions: list[Question]) -> list[Question]:
    """The questions with label and options reworded; they are to be shown, not saved."""
    texts = in_reader_language(campaign.translations)
    for question in questions if texts else []:
        path = f"questions.{question.key}"
        question.label = texts.get(f"{path}.label", question.label)
        question.options = reworded(question.options, f"{path}.options", texts)
    return questions
