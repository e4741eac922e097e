"""Hostile texts: whatever somebody puts into an item, a page takes a bounded time and size."""

import html as html_module
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name

from annotation.rendering import markup, render_content
from annotation.rendering.code import (
    LANGUAGES,
    LONGEST_BLOCK,
    LONGEST_LINE,
    SECONDS,
    highlight_code,
)
from annotation.rendering.markup import (
    LONGEST_HTML,
    LONGEST_MARKDOWN,
    PARSING_SECONDS,
    neutral_html,
)
from annotation.rendering.sanitising import ALLOWED_TAGS

LENGTH = LONGEST_MARKDOWN


def filled(piece: str) -> str:
    return (piece * (LENGTH // len(piece) + 1))[:LENGTH]


def table(columns: int, row: str) -> str:
    head = "|a" * columns + "\n" + "|-" * columns + "\n"
    return head + row * ((LENGTH - len(head)) // len(row))


HOSTILE = {
    "stars": filled("*"),
    "emphasis": filled("*a _b "),
    "brackets": filled("["),
    "links": filled("[a]("),
    "images": filled("!["),
    "backticks": "".join("`" * length + " " for length in range(1, 440)),
    "quotes": filled(">"),
    "quotes on every line": "> " * 100 + "\n" + filled("> a\n")[: LENGTH - 300],
    "nested lists": "".join("  " * depth + "- a\n" for depth in range(300)),
    "lists in lists": filled("- - - - - - - a\n"),
    "references": filled("[a]: /x\n"),
    "autolinks": filled("<http://"),
    "entities": filled("&#"),
    "CDATA": filled("<![CDATA["),
    "table of few cells a row": table(500, "|b\n"),
    "table as wide as long": table(250, "|b" * 250 + "\n"),
    "table of bars": "|" * 20_000 + "\n" + "|-" * 20_000 + "\na\n",
    "dollars": filled("$"),
    "displayed formulas that never end": filled("- $$a\n"),
    "bracketed formulas that never end": filled("\\[a=\n"),
    "formulas that multiply": filled("$x" + "'" * 1990 + "$ "),
    "deep formulas": filled("$" + "\\hat " * 390 + "x$ "),
    "braces": filled("$" + "{" * 900 + "}" * 900 + "$ "),
    "right to left": filled("- שלום\n"),
    "marks on one letter": "a" + "\u0301" * (LENGTH - 1),
    "fences": filled("```\n"),
}


def text_of(html: str) -> str:
    return html_module.unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markdown_takes_bounded_time_and_size(name):
    started = time.thread_time()
    html = neutral_html(HOSTILE[name])
    # The parser is given up within a rule's time of its limit.
    assert time.thread_time() - started < 3 * PARSING_SECONDS
    assert len(html) <= LONGEST_HTML


def test_a_long_honest_text_is_marked_up():
    text = ("The quick **brown** fox `jumps`.\n\n" * 10_000)[: LENGTH - 10]
    html = neutral_html(text)
    assert html.count("<strong>brown</strong>") > 2_500


def test_a_text_beyond_the_limit_is_shown_whole_as_it_stands():
    text = "**one** <b>\n\n" + "two " * 30_000
    html = neutral_html(text)
    assert html.startswith('<p class="plain">**one** &lt;b&gt;</p>\n<p class="plain">two two')
    assert html.count("two") == 30_000


def test_what_is_nested_too_deep_is_shown_rather_than_dropped():
    text = "".join("  " * depth + f"- level {depth}\n" for depth in range(40))
    html = neutral_html(text)
    assert [f"level {depth}" in html for depth in range(40)] == [True] * 40


def test_a_conversation_is_bounded_as_a_whole():
    turns = [{"role": "user", "content": "**a** " * 10_000}] * 4
    html = render_content(turns, role="user")
    assert "<strong>" not in html
    assert html.count("**a**") == 40_000


def test_a_text_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(markup, "PARSING_SECONDS", 0.0)
    assert neutral_html("**a**") == '<p class="plain">**a**</p>\n'


PIECES = ["(", "{", '"', "'", "\\", "/*", "<a ", "<!--", "a", "=", "\n", "$", "#", "1e", "\t", "_"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(LANGUAGES)),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join),
    st.sampled_from([7, 80, LONGEST_LINE]),
)
def test_code_is_highlighted_in_bounded_time(language, piece, width):
    text = (piece * LONGEST_BLOCK)[: LONGEST_BLOCK - LONGEST_BLOCK // width - 1]
    code = "\n".join(text[at : at + width] for at in range(0, len(text), width))
    started = time.thread_time()
    highlight_code(code, language, "")
    assert time.thread_time() - started < 4 * SECONDS


# A little of everything: something in it means something to each language.
SAMPLE = """j: 2
GET / HTTP/1.1
# a "b"
<?php f(1); ?> {{ x }}
<a b="c">\\d{1}</a>
+ e
$ ls -l "f"
>>> 1 + "g"
**h** `i`
"""


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_listed_language_is_one_and_is_highlighted(language):
    assert get_lexer_by_name(language).aliases[0] == language
    classes = re.findall(r'<span class="(\w+)"', highlight_code(SAMPLE, language, ""))
    assert set(classes) - {"err", "w", "x"}


@pytest.mark.parametrize("language", ["autoit", "autohotkey", "nosuchlanguage", ""])
def test_other_code_is_shown_without_colours(language):
    assert highlight_code("a = 1", language, "") == ""


def test_code_is_coloured_up_to_a_length_of_block_line_and_text(monkeypatch):
    # Lengths alone are looked at here: on a machine at work a block may take longer than it may.
    monkeypatch.setattr("annotation.rendering.code.SECONDS", 60)
    assert highlight_code("a = 1\n" * 1_000, "python", "")
    assert not highlight_code("a = 1\n" * 1_700, "python", "")
    assert not highlight_code("a" * 501, "python", "")
    block = "```python\n" + "a = 1\n" * 1_000 + "```\n"
    assert neutral_html(block * 4).count('<span class="n">') == 3 * 1_000


MARKS = "*_`[]()<>!#>-+|:\\&;$~\n \t0a\"'=/א"


@settings(deadline=None)
@given(st.text(alphabet=MARKS, max_size=200))
def test_only_listed_elements_come_out(text):
    tags = re.findall(r"<\s*/?\s*([a-zA-Z0-9!]+)", neutral_html(text))
    assert set(tags) <= ALLOWED_TAGS


@settings(deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=200))
def test_no_letter_or_digit_is_lost(text):
    def signs(value):
        return [sign for sign in value if sign.isalnum()]

    assert signs(text_of(neutral_html(text))) == signs(text)
