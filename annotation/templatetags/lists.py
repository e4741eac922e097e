"""Lists inside sentences, joined as the reader's language joins them."""

from collections.abc import Iterable

from babel import Locale
from babel.lists import format_list
from django import template
from django.utils.translation import get_language, to_locale

register = template.Library()


@register.filter
def listed(parts: Iterable[object]) -> str:
    """The parts as one phrase, as in "a, b, and c"."""
    texts = [str(part) for part in parts]
    return format_list(texts, locale=Locale.parse(to_locale(get_language() or "en")))
