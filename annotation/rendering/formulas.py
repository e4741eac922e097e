"""Formulas: TeX between `$…$`, `$$…$$`, `\\(…\\)` or `\\[…\\]` as MathML, set by browsers.

The rules look for an end only as far as a formula may be long, so that a text full of beginnings
costs no more than another.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from math_core import LatexError, LatexToMathML

# The converter recurses: what may be nested in a formula of this length and depth takes a tenth of
# a thread's stack.
LONGEST_FORMULA = 2_000
DEEPEST_FORMULA = 40
WIDEST_SPACE_EM = 4.0

# No macros: they would multiply what stands there.
_converter = LatexToMathML(fancy_error=False, max_expansions=0)

# The policy refuses inline styles, so that those which the converter writes become classes.
STYLE_CLASSES = {
    "text-align: right": "math-right",
    "text-align: left": "math-left",
    "border-right": "math-line-end",
    "border-left": "math-line-start",
    "border-top": "math-line-top",
    "border-bottom": "math-line-bottom",
}
_STYLE = re.compile(r' style="([^"]*)"')
_SPACE = re.compile(r' (width|height|depth|lspace|rspace|voffset)="(-?[\d.]+)em"')
_LENGTH = re.compile(r' (?:width|height|depth|lspace|rspace|voffset)="[^"]*(?<!em)"')
_COMMAND = re.compile(r"\\[A-Za-z]+\*?(?:\s*\{[^{}]*\})?")
_WORDS = re.compile(r"(?:^|[\s,;.*_–—-])[^\W\d_]{2,}")
_SIGNS = re.compile(r"[\\^_=<>+*/{}|-]")


def mathml_of(tex: str, *, display: bool) -> str:
    """MathML of a formula; "" for what is no TeX, or too much of it."""
    if len(tex) > LONGEST_FORMULA or depth_of(tex) > DEEPEST_FORMULA:
        return ""
    try:
        html = _converter.convert_with_local_state(tex, displaystyle=display)
    except LatexError:
        return ""
    html = _STYLE.sub(lambda found: class_for_style(found[1]), html)
    return _SPACE.sub(bounded_space, _LENGTH.sub("", html))


def depth_of(tex: str) -> int:
    """How deep braces, `\\left … \\right` and environments are nested, from above."""
    opened = tex.count("\\left") + tex.count("\\begin")
    depth = deepest = 0
    for sign in tex:
        if sign == "{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign == "}":
            depth = max(0, depth - 1)
    return deepest + opened


def class_for_style(style: str) -> str:
    """A class attribute that says what is known of an inline style, or nothing."""
    names = [name for start, name in STYLE_CLASSES.items() if start in style]
    return f' class="{" ".join(names)}"' if names else ""


def bounded_space(found: re.Match[str]) -> str:
    """A space as wide as a formula may need; the rest could be laid over the page."""
    size = max(-WIDEST_SPACE_EM, min(WIDEST_SPACE_EM, float(found[2])))
    return f' {found[1]}="{size:g}em"'


def reads_as_prices(tex: str) -> bool:
    """Whether what stands between two dollar signs is text between two prices."""
    return tex[0].isdigit() and bool(_WORDS.search(_COMMAND.sub("", tex)))


def reads_as_brackets(tex: str) -> bool:
    """Whether escaped brackets stand around a note or its number, as markdown has them too."""
    return not _SIGNS.search(tex) and (tex.isdigit() or bool(re.search(r"[^\W\d_]{3}", tex)))


def formula_end(text: str, start: int, closing: str) -> int:
    """Where `closing` begins, not escaped, within the length of a formula; -1 for nowhere."""
    limit = start + LONGEST_FORMULA + len(closing)
    end = text.find(closing, start, limit)
    while end > 0 and closing.startswith("$") and is_escaped(text, end):
        end = text.find(closing, end + 1, limit)
    return end


def is_escaped(text: str, position: int) -> bool:
    """Whether an odd number of backslashes stands before the position (more than 9 is nobody's)."""
    before = text[max(0, position - 9) : position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def dollar_span(text: str, start: int) -> tuple[int, int, bool] | None:
    """Bounds of a formula between dollar signs at `start` and whether it is a displayed one.

    A single dollar opens before what is no space, and closes behind no space and before no digit:
    so "$5 and $6" are prices.
    """
    if text.startswith("$$", start):
        end = formula_end(text, start + 2, "$$")
        return (start + 2, end, True) if end > 0 and text[start + 2 : end].strip() else None
    if start + 1 >= len(text) or text[start + 1].isspace():
        return None
    end = formula_end(text, start + 1, "$")
    if end <= start + 1 or text[end - 1].isspace() or text[end + 1 : end + 2].isdigit():
        return None
    inside = text[start + 1 : end]
    return None if "\n\n" in inside or reads_as_prices(inside) else (start + 1, end, False)


def formula_at(text: str, start: int) -> tuple[int, int, int, bool] | None:
    """(begin, end, what follows, displayed?) of the formula that opens at `start`, if one does."""
    if text.startswith("$", start):
        span = dollar_span(text, start)
        return (*span[:2], span[1] + (2 if span[2] else 1), span[2]) if span else None
    for opening, closing, display in (("\\(", "\\)", False), ("\\[", "\\]", True)):
        if text.startswith(opening, start):
            end = formula_end(text, start + 2, closing)
            inside = text[start + 2 : end].strip()
            if end > 0 and inside and not reads_as_brackets(inside):
                return start + 2, end, end + 2, display
    return None


def inline_rule(state: StateInline, silent: bool) -> bool:
    """A formula within a paragraph."""
    if state.src[state.pos] not in "$\\":
        return False
    found = formula_at(state.src, state.pos)
    if found is None:
        return False
    begin, end, after, display = found
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = state.src[begin:end]
        token.markup = state.src[state.pos : begin]
        token.meta = {"display": display, "source": state.src[state.pos : after]}
    state.pos = after
    return True


def block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A displayed formula on lines of its own; no blank line is in it."""
    if state.is_code_block(start_line):
        return False
    first = line_of(state, start_line)
    opening = first[:2]
    closing = {"$$": "$$", "\\[": "\\]"}.get(opening)
    if closing is None:
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line] + 2
    if state.src.find(closing, begin, begin + LONGEST_FORMULA) < 0:
        return False
    lines = [first[2:]]
    line = start_line
    while closing not in lines[-1]:
        line += 1
        if line >= end_line or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            return False
        lines.append(line_of(state, line))
    written = "\n".join(lines).rstrip()
    tex = written[:-2]
    if not written.endswith(closing) or closing in tex or not tex.strip():
        return False
    if opening == "\\[" and reads_as_brackets(tex.strip()):
        return False
    if not silent:
        token = state.push("formula_block", "math", 0)
        token.content = tex
        token.meta = {"display": True, "source": f"{opening}{tex}{closing}"}
        token.map = [start_line, line + 1]
    state.line = line + 1
    return True


def line_of(state: StateBlock, line: int) -> str:
    """A line without what stands before its content (indentation, marks of quotes)."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def render_formula(
    _renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any
) -> str:
    """A formula in a line; TeX that is broken is shown as it was written."""
    token = tokens[index]
    html = mathml_of(token.content.strip(), display=token.meta["display"])
    return html or f'<code class="tex">{escape(token.meta["source"])}</code>'


def render_formula_block(
    _renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any
) -> str:
    """A displayed formula, which scrolls by itself where it is too wide."""
    token = tokens[index]
    html = mathml_of(token.content.strip(), display=True)
    if html:
        return f'<div class="formula">{html}</div>\n'
    return f'<pre class="tex"><code>{escape(token.meta["source"])}</code></pre>\n'


def use_formulas(markdown: MarkdownIt) -> None:
    """Teach a parser formulas."""
    markdown.inline.ruler.before("escape", "formula", inline_rule)
    markdown.block.ruler.before(
        "fence", "formula_block", block_rule, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    markdown.add_render_rule("formula", render_formula)
    markdown.add_render_rule("formula_block", render_formula_block)
