"""The last gate: what HTML may hold, whatever made it."""

from html import escape

import nh3

MATHEMATICS = {
    *("math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"),
    *("mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub"),
    *("msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover"),
}
ALLOWED_TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h3", "h4", "h5", "h6", "hr", "li"),
    *("ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul"),
    *MATHEMATICS,
}
DIRECTED = ("blockquote", "h3", "h4", "h5", "h6", "p", "table", "ul")
ALLOWED_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: {"dir"} for tag in DIRECTED},
    "a": {"href", "title"},
    "ol": {"start", "dir"},
    "code": {"class"},
    "pre": {"class"},
    "span": {"class"},
    "div": {"class"},
    "td": {"class"},
    "th": {"class"},
    "math": {"display"},
    "menclose": {"notation"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"form", "lspace", "rspace", "stretchy", "symmetric", "separator", "fence", "largeop"},
    "mover": {"accent"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mrow": {"class"},
    "mspace": {"width", "height", "depth"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"displaystyle", "scriptlevel", "class"},
    "mtd": {"class"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}
URL_SCHEMES = {"http", "https", "mailto"}


def sanitise(html: str) -> str:
    """The same HTML without any element, attribute or address that is not on the lists.

    An ampersand in a text comes out as `&amp;`, always, which `labels` counts on.
    """
    return nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def plain_html(text: str) -> str:
    """A text as it stands, paragraph by paragraph, where markdown would cost too much."""
    paragraphs = (part for part in text.split("\n\n") if part.strip())
    return "".join(f'<p class="plain">{escape(part)}</p>\n' for part in paragraphs)
