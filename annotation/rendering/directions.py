"""Which way each block of a text runs, found out when it is rendered.

Blocks that run from right to left say so; all others run from left to right, which the style sheet
holds rendered text to, in whatever direction the page around it runs.
"""

import re
import unicodedata

from markdown_it.token import Token

# The share of right-to-left words from which a block is one. A block may begin with a foreign name
# and still be Hebrew, so that the first word does not decide (goog.i18n.bidi has the same share).
RTL_SHARE = 0.4
WORD = re.compile(r"[^\W\d_]+")
BLOCKS = {
    *("paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open"),
    *("blockquote_open", "table_open"),
}


def is_rtl(text: str) -> bool:
    """Whether most of a text is written from right to left."""
    words = WORD.findall(text)
    rtl = sum(unicodedata.bidirectional(word[0]) in ("R", "AL") for word in words)
    return bool(words) and rtl > RTL_SHARE * len(words)


def mark_directions(tokens: list[Token]) -> None:
    """Give each block whose text runs otherwise than the one around it its `dir`."""
    around = [False]
    for index, token in enumerate(tokens):
        if token.type in BLOCKS:
            text = text_within(tokens, index)
            rtl = is_rtl(text) if WORD.search(text) else around[-1]
            if rtl != around[-1]:
                token.attrSet("dir", "rtl" if rtl else "ltr")
            around.append(rtl)
        elif token.type.endswith("_close") and token.type[:-5] + "open" in BLOCKS:
            around.pop()


def text_within(tokens: list[Token], index: int) -> str:
    """The text of a block without code and formulas."""
    level = tokens[index].level
    parts: list[str] = []
    for position in range(index + 1, len(tokens)):
        token = tokens[position]
        if token.level <= level and token.nesting < 0:
            break
        parts += [child.content for child in token.children or () if child.type == "text"]
    return " ".join(parts)
