"""Reading the library: in the reader's language, with translations into the others."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import override

from annotation.library.campaign_templates import CAMPAIGN_TEMPLATES
from annotation.library.question_sets import QUESTION_SETS
from annotation.wording import texts_of

Body = dict[str, Any]
Translations = dict[str, dict[str, str]]
# A text → language → the same text in it.
Words = dict[str, dict[str, str]]


def resolved(value: Any) -> Any:
    """A copy with every text in the active language, as REST would give it."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def with_translations(make: Callable[[], Body]) -> Body:
    """What `make` gives in the active language, with `translations` into all others that differ."""
    body = make()
    originals = texts_of(body)
    translations: Translations = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts = texts_of(make())
        translations[language] = {
            path: text for path, text in texts.items() if text != originals[path]
        }
    return {**body, "translations": {code: texts for code, texts in translations.items() if texts}}


@cache
def words_of_template(key: str) -> Words:
    """Each text of a template, in whichever language, with what it is in every one."""
    return words_in(CAMPAIGN_TEMPLATES[key].body)


@cache
def words_of_set(key: str) -> Words:
    """The same for a set of questions, with the purpose that it is bound to."""
    chosen = QUESTION_SETS[key]
    purposes = {"purposes": [chosen.purpose]}
    return words_in({"questions": chosen.questions, "consent": purposes})


def words_in(body: Mapping[str, Any]) -> Words:
    by_path: dict[str, dict[str, str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for path, text in texts_of(resolved(body)).items():
                by_path.setdefault(path, {})[language] = text
    return {text: words for words in by_path.values() for text in words.values()}


def words_chosen(template: str | None, sets: Iterable[str]) -> Words:
    """The texts of what a campaign was made of: a template, some sets of questions."""
    words = dict(words_of_template(template)) if template else {}
    for key in sets:
        words |= words_of_set(key)
    return words


def with_library_words(
    body: Mapping[str, Any], translations: Translations, words: Words
) -> Translations:
    """A campaign's translations, with those of its texts that were taken from the library as they
    are. What somebody has translated already stays."""
    added: Translations = {code: dict(texts) for code, texts in translations.items()}
    for path, text in texts_of(body).items():
        for language, translated in words.get(text, {}).items():
            if translated != text:
                added.setdefault(language, {}).setdefault(path, translated)
    return added


def without_old_words(
    body: Mapping[str, Any], before: Mapping[str, Any], translations: Translations
) -> Translations:
    """A campaign's translations without those that the library gave for texts changed since.

    They would say what is not asked any more. What people have translated themselves stays.
    """
    now, then = texts_of(body), texts_of(before)
    gone = [path for path, text in then.items() if now.get(path) != text]
    if not gone:
        return translations
    words = words_chosen(None, QUESTION_SETS)
    for key in CAMPAIGN_TEMPLATES:
        words = {**words_of_template(key), **words}
    old = {path: words.get(then[path], {}) for path in gone}
    return {
        language: {
            path: text for path, text in texts.items() if old.get(path, {}).get(language) != text
        }
        for language, texts in translations.items()
    }
