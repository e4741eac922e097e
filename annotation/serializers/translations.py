"""Translations of a campaign's own words, checked against the words it has."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from annotation.wording import texts_of

LONGEST = 100_000


class TranslationsField(serializers.DictField):
    """Language → path of a text → its translation; an empty one is none."""

    child = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST, allow_blank=True, trim_whitespace=False)
    )

    def to_internal_value(self, data: Any) -> dict[str, dict[str, str]]:
        languages = super().to_internal_value(data)
        unknown = sorted(set(languages) - set(dict(settings.LANGUAGES)))
        if unknown:
            raise serializers.ValidationError(
                _("The interface does not speak: %(languages)s.")
                % {"languages": ", ".join(unknown)}
            )
        filled = {
            language: {path: text for path, text in texts.items() if text.strip()}
            for language, texts in languages.items()
        }
        return {language: texts for language, texts in filled.items() if texts}


def fitting_translations(
    body: Mapping[str, Any], known: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The body's translations of texts that it has.

    Raises ValidationError for a path that it does not have, unless that is in `known`, the
    translations from before: then the text is gone, and its translation goes with it.
    """
    paths = texts_of(body)
    fitting: dict[str, dict[str, str]] = {}
    for language, texts in body["translations"].items():
        gone = [path for path in texts if path not in paths]
        wrong = [path for path in gone if path not in known.get(language, {})]
        if wrong:
            raise serializers.ValidationError(
                {
                    f"translations.{language}": _("The campaign has no such texts: %(paths)s.")
                    % {"paths": ", ".join(wrong)}
                }
            )
        fitting[language] = {path: text for path, text in texts.items() if path in paths}
    return fitting
