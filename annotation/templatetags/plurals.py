"""Plural forms for numbers that only the browser knows."""

from functools import cache

from babel import Locale
from django import template
from django.utils.translation import get_language, to_locale

register = template.Library()

# Every category of every language of the interface has a number among these: French, Portuguese
# and Spanish have one for millions.
NUMBERS = (*range(2, 200), 1, 0, 1_000_000)


@register.simple_tag
def plural_samples() -> list[tuple[str, int]]:
    """Each plural category that the active language has in CLDR, with a number of that category.

    A template gives the form for each number under its category's name, and static/js/plurals.js
    chooses among them as the browser's `Intl.PluralRules` say.
    """
    return samples_of(get_language() or "en")


@cache
def samples_of(language: str) -> list[tuple[str, int]]:
    category_of = Locale.parse(to_locale(language)).plural_form
    samples: dict[str, int] = {}
    for number in NUMBERS:
        samples.setdefault(category_of(number), number)
    return list(samples.items())
