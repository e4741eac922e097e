"""Markdown as safe HTML, in bounded time and size."""

import time

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from annotation.rendering.code import highlight_code, limit_code
from annotation.rendering.directions import mark_directions
from annotation.rendering.formulas import use_formulas
from annotation.rendering.labels import mark
from annotation.rendering.sanitising import plain_html, sanitise

# About half a second of work; a longer text is shown as it stands.
LONGEST_MARKDOWN = 100_000
# No honest text of that length comes near either.
MOST_TOKENS = 40_000
LONGEST_HTML = 1_000_000
PARSING_SECONDS = 2.0
# The parser drops what is nested deeper, so that such a text must not be left to it.
DEEPEST_NESTING = 40

CELL_CLASSES = {"text-align:right": "cell-end", "text-align:center": "cell-center"}


class TooMuch(Exception):
    """A text whose markdown costs more than a text may."""


def watch_block(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    return watch_time(state)


def watch_inline(state: StateInline, _silent: bool) -> bool:
    return watch_time(state)


def watch_time(state: StateBlock | StateInline) -> bool:
    """Never a rule that fits; the place where a text that takes too long is given up."""
    if time.thread_time() > state.env["until"]:
        raise TooMuch
    return False


def parser() -> MarkdownIt:
    """CommonMark with tables, strikethrough and formulas, without HTML."""
    options = {"html": False, "highlight": highlight_code, "maxNesting": DEEPEST_NESTING}
    markdown = MarkdownIt("commonmark", options)
    markdown.enable(["table", "strikethrough"])
    use_formulas(markdown)
    markdown.block.ruler.before("table", "watch_time", watch_block)
    markdown.inline.ruler.before("text", "watch_time", watch_inline)
    return markdown


_markdown = parser()


def neutral_html(text: str) -> str:
    """Safe HTML for a markdown text, with marks where it needs words of some language."""
    try:
        return add_handles(sanitise(markdown_html(text)))
    except (TooMuch, RecursionError):
        return plain_html(text)


def markdown_html(text: str) -> str:
    """HTML as the parser makes it; raises TooMuch for a text that goes beyond a bound."""
    refuse(len(text) > LONGEST_MARKDOWN)
    environment = {"until": time.thread_time() + PARSING_SECONDS}
    tokens = _markdown.parse(text, environment)
    refuse(sum(1 + len(token.children or ()) for token in tokens) > MOST_TOKENS)
    refuse(any(token.level >= DEEPEST_NESTING - 1 for token in tokens))
    limit_code(tokens)
    lower_headings(tokens)
    align_cells(tokens)
    mark_directions(tokens)
    html = str(_markdown.renderer.render(tokens, _markdown.options, environment))
    refuse(len(html) > LONGEST_HTML)
    return html


def refuse(is_too_much: bool) -> None:
    if is_too_much:
        raise TooMuch


def lower_headings(tokens: list[Token]) -> None:
    """Leave the upper levels of the outline to the page."""
    for token in tokens:
        if token.tag in ("h1", "h2", "h3", "h4"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"


def align_cells(tokens: list[Token]) -> None:
    """Say by classes how cells are aligned: the policy refuses styles."""
    for token in tokens:
        style = str(token.attrs.pop("style", ""))
        if token.type in ("td_open", "th_open") and style in CELL_CLASSES:
            token.attrSet("class", CELL_CLASSES[style])


def add_handles(html: str) -> str:
    """Make what scrolls by itself reachable by keyboard, under a name."""
    # A header cell without text heads nothing, and confuses screen readers.
    html = html.replace("<th></th>", "<td></td>")
    table, code, formula = (
        f'tabindex="0" role="group" aria-label="{mark(name)}"'
        for name in ("table", "code", "formula")
    )
    return (
        html.replace("<pre", f"<pre {code}")
        .replace("<table", f'<div class="table-scroll" {table}><table')
        .replace("</table>", "</table></div>")
        .replace('<div class="formula">', f'<div class="formula" {formula}>')
    )
