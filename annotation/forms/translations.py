"""Translating a campaign's own words into one language, text by text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.wording import texts_of

PREFIX = "text-"
PARTS = {
    "title": _("Title"),
    "guideline": _("Guideline"),
    "consent": _("Consent"),
    "criteria": _("Criterion"),
    "questions": _("Question"),
    "flow": _("While judging"),
    "entry": _("Before judging"),
}


@dataclass(frozen=True)
class TextField:
    """A text as it was written, and its translation so far; `is_long` where it needs room.

    `part` says for people what of the campaign it is, `path` for programs.
    """

    path: str
    part: str
    name: str
    original: str
    translation: str
    is_long: bool


def text_fields(
    body: Mapping[str, Any], language: str, data: Mapping[str, str] | None = None
) -> list[TextField]:
    """Every text of the campaign with its translation: what is stored, or what was sent."""
    stored = body["translations"].get(language, {})
    return [
        TextField(
            path=path,
            part=str(part_of(path)),
            name=PREFIX + path,
            original=original,
            translation=(data or {}).get(PREFIX + path, stored.get(path, "")),
            is_long=len(original) > 80 or "\n" in original,
        )
        for path, original in texts_of(body).items()
    ]


def part_of(path: str) -> str | Promise:
    """What of the campaign a text is."""
    if ".options." in path:
        return _("Option")
    return PARTS.get(path.partition(".")[0], _("Text"))


def changed_translations(
    body: Mapping[str, Any], language: str, data: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """All translations of the campaign with those of one language as they were sent."""
    sent = {field.path: field.translation for field in text_fields(body, language, data)}
    return {**body["translations"], language: sent}
