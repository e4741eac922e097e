"""Names that Unicode's CLDR has in every language, and labels that are made of numbers."""

from babel import Locale
from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext, to_locale


def reader_locale() -> Locale:
    """The language of whoever reads, or English."""
    return Locale.parse(to_locale(get_language() or "en"))


def _region(code: str) -> str:
    return str(reader_locale().territories[code])


def _language(code: str) -> str:
    name = str(reader_locale().languages[code])
    # In the middle of a sentence some languages write them small; in a list they stand alone.
    return name[:1].upper() + name[1:]


def _years(least: int, most: int | None) -> str:
    if most is None:
        text = ngettext("%(least)d year or older", "%(least)d years or older", least)
        return text % {"least": least}
    text = ngettext("%(least)d to %(most)d year", "%(least)d to %(most)d years", most)
    return text % {"least": least, "most": most}


# By a code of M49, by one of ISO 639, and from and to an age.
region_name = lazy(_region, str)
language_name = lazy(_language, str)
years = lazy(_years, str)
