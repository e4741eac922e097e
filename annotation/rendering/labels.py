"""What rendered text says of itself to the reader, in the reader's language.

HTML is kept without a language. Where it needs words it has a mark, `&label-table;`, which no text
can forge: in sanitised HTML an ampersand is `&amp;`.
"""

import re
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MARK = re.compile(r"&label-([a-z]+);")


def mark(name: str) -> str:
    """The mark in whose place the label of that name will stand."""
    return f"&label-{name};"


def label_of(name: str) -> str:
    """The words behind a mark."""
    words = {
        "system": _("System prompt"),
        "user": pgettext("speaker", "User"),
        "assistant": _("Assistant"),
        "tool": _("Tool"),
        "table": _("Table"),
        "code": _("Code"),
        "formula": _("Formula"),
        "blank": _("(no text)"),
    }
    return words[name]


def labelled(html: str) -> str:
    """HTML with its marks replaced by words of the language that is active."""
    if "&label-" not in html:
        return html
    return MARK.sub(lambda found: escape(label_of(found[1])), html)
