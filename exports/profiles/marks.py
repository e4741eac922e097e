"""Parts of a text that may tell who somebody is: a first pass for reviewers, and only a help.

Regular expressions find e-mail addresses, web addresses, phone numbers, handles and long numbers
as they are usually written. They find no names, no places, nothing that is spelt out.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Mark:
    """[start, end) in characters, and what it looks like."""

    start: int
    end: int
    label: str | Promise


# In this order: what an earlier one has found, a later one leaves alone. Quantifiers are bounded,
# so that no text takes long.
PATTERNS: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), _("e-mail address")),
    (re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,2000}", re.IGNORECASE), _("web address")),
    (
        re.compile(
            r"(?<![\w@/.])[\w-]{1,63}\.(?:com|org|net|edu|gov|io|me|info|eu|uk|de|fr|es|in|br)"
            r"(?:/[^\s<>\"']{0,500})?(?!\w)",
            re.IGNORECASE,
        ),
        _("web address"),
    ),
    (re.compile(r"(?<![\w@/])@[A-Za-z_][\w.]{1,40}"), _("handle")),
    (re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,16}(?!\w)"), _("phone number")),
    (re.compile(r"(?<!\d)\d{5,40}(?!\d)"), _("long number")),
)


def marks_in(text: str) -> list[Mark]:
    """What looks personal, in the order of the text, without overlaps."""
    found: list[Mark] = []
    for pattern, label in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= mark.start or start >= mark.end for mark in found):
                found.append(Mark(start, end, label))
    return sorted(found, key=lambda mark: mark.start)
