"""Conversations, speakers' names and the languages they are told in."""

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from annotation import rendering
from annotation.rendering import cache_key, cached_html, render_content, render_markdown, text_html
from annotation.rendering.labels import labelled, mark
from annotation.rendering.markup import neutral_html


def html_of(content, role="user"):
    return labelled(render_content(content, role=role))


def test_a_conversation_names_its_speakers_outside_its_text():
    assert html_of([{"role": "user", "content": "Hi"}]) == (
        '<div class="turn turn-user" role="group" aria-label="User" data-speaker="User">'
        "<p>Hi</p>\n</div>"
    )


def test_what_the_system_was_told_can_be_folded_away():
    turns = [{"role": "system", "content": "Be brief."}, {"role": "tool", "content": "7"}]
    assert html_of(turns) == (
        '<details class="turn turn-system" open>'
        '<summary aria-label="System prompt" data-speaker="System prompt"></summary>'
        "<p>Be brief.</p>\n</details>"
        '<div class="turn turn-tool" role="group" aria-label="Tool" data-speaker="Tool">'
        "<p>7</p>\n</div>"
    )


def test_a_turn_from_right_to_left_has_its_edge_there():
    html = html_of([{"role": "assistant", "content": "שלום לך"}])
    assert html.startswith('<div class="turn turn-assistant" dir="rtl" role="group"')


def test_a_blank_text_is_said_to_be_blank():
    assert html_of(" \n", "assistant") == '<p class="blank">(no text)</p>'


def test_html_is_kept_without_a_language(monkeypatch):
    cache.clear()
    contents = {"sha": ([{"role": "assistant", "content": "Hi"}], "user")}
    monkeypatch.setattr("annotation.rendering.labels._", lambda words: f"{words} & co")
    first = cached_html(contents)["sha"]
    assert 'aria-label="Assistant &amp; co"' in first
    kept = cache.get(cache_key("sha"))
    assert 'aria-label="&label-assistant;"' in kept
    with translation.override("ar"):
        monkeypatch.setattr("annotation.rendering.labels._", lambda words: "مساعد")
        monkeypatch.setattr(rendering, "render_content", None)
        assert 'aria-label="مساعد"' in cached_html(contents)["sha"]


@given(st.text(alphabet="&label-user;<>\"'`*[]()$\\ \n", max_size=80))
def test_no_text_can_forge_a_label(text):
    for html in (neutral_html(text), neutral_html(f"{mark('user')} {text}")):
        assert "&label-user;" not in html


def test_another_library_gives_another_key():
    old = {"nh3": "1", "markdown-it-py": "1"}
    keys = {rendering.renderer_key(libraries) for libraries in (old, {**old, "nh3": "2"})}
    assert len(keys) == 2
    assert rendering.renderer_key(dict(reversed(old.items()))) in keys


def test_another_renderer_gives_another_key(monkeypatch):
    before = rendering.renderer_key({"nh3": "1"})
    monkeypatch.setattr(rendering, "RENDERER_VERSION", rendering.RENDERER_VERSION + 1)
    assert rendering.renderer_key({"nh3": "1"}) != before


def test_a_text_read_by_many_is_rendered_once(monkeypatch):
    cache.clear()
    assert text_html("**Hi**") == "<p><strong>Hi</strong></p>\n"
    monkeypatch.setattr(rendering, "render_content", None)
    assert text_html("**Hi**") == "<p><strong>Hi</strong></p>\n"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("שלום world", '<p dir="rtl">שלום world</p>\n'),
        ("English שלום text here", "<p>English שלום text here</p>\n"),
        # The first word does not decide.
        ("Python هي لغة برمجة", '<p dir="rtl">Python هي لغة برمجة</p>\n'),
        ("123 — 456", "<p>123 — 456</p>\n"),
        ("# כותרת", '<h3 dir="rtl">כותרת</h3>\n'),
        (
            "- פריט אחד\n- item שתיים פריט",
            '<ul dir="rtl">\n<li>פריט אחד</li>\n<li>item שתיים פריט</li>\n</ul>\n',
        ),
        (
            "- פריט אחד עוד\n\n  An English paragraph",
            '<ul dir="rtl">\n<li>\n<p>פריט אחד עוד</p>\n<p dir="ltr">An English paragraph</p>\n'
            "</li>\n</ul>\n",
        ),
        ("> ציטוט\n>\n> 12", '<blockquote dir="rtl">\n<p>ציטוט</p>\n<p>12</p>\n</blockquote>\n'),
        # Code and formulas do not count.
        ("מהו `print(values, end)`", '<p dir="rtl">מהו <code>print(values, end)</code></p>\n'),
    ],
)
def test_each_block_runs_its_own_way(markdown, html):
    assert render_markdown(markdown) == html


def test_the_columns_of_an_arabic_table_begin_on_the_right():
    html = render_markdown("| اسم | سعر |\n|---|---|\n| خبز | 2 |")
    assert '<table dir="rtl">' in html
