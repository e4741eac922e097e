import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from annotation import rendering
from annotation.rendering import cached_html, render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<svg onload=alert(1)>",
    "<a href='java\nscript:alert(1)'>x</a>",
    '<div style="position:fixed">x</div>',
    "```html\n<script>alert(1)</script>\n```",
    "![x](https://tracker.example/x.png)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_come_out_inert(attack):
    html = render_markdown(attack)
    for live in (
        "<script",
        "<img",
        "<svg",
        "<iframe",
        "<div style",
        'href="javascript',
        "<a href='",
    ):
        assert live not in html


@given(st.text())
def test_no_text_makes_a_live_element(text):
    html = render_markdown(text).lower()
    for live in ("<script", "<img", "<svg", "<iframe", "<object", "<form", "<style", "<input"):
        assert live not in html


def test_markdown_becomes_html_with_headings_below_the_page():
    html = render_markdown("# Title\n\n**bold** ~~old~~\n\n| a |\n|---|\n| 1 |")
    assert "<h3>Title</h3>" in html
    assert "<strong>bold</strong>" in html
    assert "<s>old</s>" in html
    assert '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>' in html


def test_a_header_cell_without_text_is_no_header():
    html = render_markdown("| | a |\n|---|---|\n| 1 | 2 |")
    assert "<td></td>\n<th>a</th>" in html


def test_cells_are_aligned_by_classes():
    html = render_markdown("| a | b | c |\n|--:|:-:|:--|\n| 1 | 2 | 3 |")
    assert '<td class="cell-end">1</td>\n<td class="cell-center">2</td>\n<td>3</td>' in html


def test_code_is_highlighted_by_its_language():
    html = render_markdown("```python\nprint(1)\n```")
    assert '<span class="nb">print</span>' in html
    assert "<pre" in render_markdown("```nosuchlanguage\n<b>\n```")


def test_content_is_rendered_once(monkeypatch):
    cache.clear()
    rendered = []
    monkeypatch.setattr(
        rendering, "render_content", lambda content, role: rendered.append(content) or "<p>x</p>"
    )
    contents = {"hash-1": ("one", "user"), "hash-2": ("two", "user")}
    assert cached_html(contents) == {"hash-1": "<p>x</p>", "hash-2": "<p>x</p>"}
    assert cached_html(contents) == {"hash-1": "<p>x</p>", "hash-2": "<p>x</p>"}
    assert rendered == ["one", "two"]
