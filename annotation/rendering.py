"""Markdown of prompts, responses and guidelines as safe HTML, rendered once per content."""

from collections.abc import Mapping, Sequence
from typing import Any

import nh3
from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from annotation.content import messages_of

# Raised whenever the same content would come out differently: cached HTML is then left behind.
RENDERER_VERSION = 3
LONGEST_HIGHLIGHTED_CODE = 20_000
ALLOWED_TAGS = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h3", "h4", "h5", "h6", "hr", "li"),
    *("ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul"),
}
ALLOWED_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "code": {"class"},
    "pre": {"class", "tabindex"},
    "span": {"class"},
    "div": {"class", "tabindex"},
}


def highlight_code(code: str, language: str, _attributes: str) -> str:
    """Pygments spans for a block of a known language; "" leaves plain escaping to markdown."""
    if not language or len(code) > LONGEST_HIGHLIGHTED_CODE:
        return ""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    return highlight(code, lexer, HtmlFormatter(nowrap=True))


_markdown = MarkdownIt("commonmark", {"html": False, "highlight": highlight_code}).enable(
    ["table", "strikethrough"]
)


def render_markdown(text: str) -> str:
    """Safe HTML for a markdown text: no raw HTML, no images, no scripts, no styles."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.tag in ("h1", "h2", "h3", "h4"):
            # The page owns the upper levels of the outline.
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    html = str(_markdown.renderer.render(tokens, _markdown.options, {}))
    html = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    # A header cell without text heads nothing, and confuses screen readers. Wide tables and code
    # scroll by themselves, reachable by keyboard.
    return (
        html.replace("<th></th>", "<td></td>")
        .replace("<pre>", '<pre tabindex="0">')
        .replace("<table>", '<div class="table-scroll" tabindex="0"><table>')
        .replace("</table>", "</table></div>")
    )


def render_content(content: str | list[dict[str, str]], *, role: str) -> str:
    """Safe HTML of a text, or of a conversation turn by turn with its speakers named."""
    if isinstance(content, str):
        return render_markdown(content) or blank_html()
    names = {
        "system": _("System"),
        "user": _("User"),
        "assistant": _("Assistant"),
        "tool": _("Tool"),
    }
    return "".join(
        f'<div class="turn turn-{turn["role"]}"><p class="turn-role">{names[turn["role"]]}</p>'
        f"{render_markdown(turn['content']) or blank_html()}</div>"
        for turn in messages_of(content, role=role)
    )


def blank_html() -> str:
    """What stands for a text without anything in it, so that nobody waits for it to load."""
    return f'<p class="blank">{_("(no text)")}</p>'


def cached_html(contents: Mapping[str, tuple[Any, str]]) -> dict[str, str]:
    """HTML for many contents with one look into the cache.

    `contents` maps a content hash to (content, role); what the cache lacks is rendered and kept.
    """
    keys = {cache_key(sha): sha for sha in contents}
    found = cache.get_many(list(keys))
    missing = {
        key: render_content(contents[sha][0], role=contents[sha][1])
        for key, sha in keys.items()
        if key not in found
    }
    if missing:
        cache.set_many(missing)
    return {sha: found[key] if key in found else missing[key] for key, sha in keys.items()}


def cache_key(sha: str) -> str:
    # The speakers' names in a conversation are in the reader's language.
    return f"html:{RENDERER_VERSION}:{get_language() or 'en'}:{sha}"


def item_html(item: Any, responses: Sequence[Any]) -> tuple[str, dict[str, str]]:
    """HTML of an item's prompt, and of each response by its id."""
    hashes = item.content_hashes
    contents: dict[str, tuple[Any, str]] = {hashes["prompt"]: (item.prompt, "user")}
    for response in responses:
        contents[response.content_sha256] = (response.content, "assistant")
    html = cached_html(contents)
    return (
        html[hashes["prompt"]],
        {response.external_id: html[response.content_sha256] for response in responses},
    )
