import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.passages import Passages, plain_text
from annotation.rendering import render_content

SOURCE = (
    '# A head\n\nSay *it* **plainly**: [see this](https://x.test/plainly "it") then it.\n\n'
    "> quoted\n> twice\n\n- fish & chips \\* 2\n\n```python\nx = 1  # fish\n```\n\n"
    "| a | b |\n|---|---|\n| one | two |\n\nこれは**太字**です 🎉 the end"
)


def passages(content):
    return Passages(render_content(content, role="assistant"), content)


@pytest.mark.parametrize(
    ("shown", "source"),
    [
        ("A head", "A head"),
        ("plainly", "plainly"),
        ("see this then it", 'see this](https://x.test/plainly "it") then it'),
        ("quoted\ntwice", "quoted\n> twice"),
        ("fish & chips * 2", "fish & chips \\* 2"),
        ("x = 1  # fish", "x = 1  # fish"),
        ("two", "two"),
        ("太字です 🎉 the", "太字**です 🎉 the"),
    ],
)
def test_what_is_selected_is_found_in_the_text_and_back(shown, source):
    found = passages(SOURCE)
    start = found.shown.index(shown)
    place = found.in_text(start, start + len(shown))
    assert SOURCE[slice(*place)] == source
    assert found.in_shown(*place) == (start, start + len(shown))


def test_conversations_count_their_turns_contents_without_speakers():
    content = [
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "Because *I* say so."},
    ]
    found = passages(content)
    assert plain_text(content) == "Why?\nBecause *I* say so."
    assert "Assistant" not in found.shown
    start = found.shown.index("I say")
    place = found.in_text(start, start + 5)
    assert plain_text(content)[slice(*place)] == "I* say"


def test_a_passage_of_which_nothing_is_in_the_text_is_none():
    found = passages("One.\n\nTwo.")
    assert found.in_text(0, 0) is None
    assert found.in_text(50, 60) is None
    assert found.in_text(4, 5) is None  # the line feed between two paragraphs' elements
    assert found.in_shown(4, 6) is None


WORDS = st.lists(st.text("abc 語🎉é", min_size=1, max_size=8), min_size=1, max_size=6)


@given(WORDS, st.data())
def test_in_plain_paragraphs_every_selection_is_the_same_words(paragraphs, data):
    content = "\n\n".join(one.strip() or "x" for one in paragraphs)
    found = passages(content)
    start = data.draw(st.integers(0, len(found.shown) - 1))
    end = data.draw(st.integers(start + 1, len(found.shown)))
    place = found.in_text(start, end)
    chosen = found.shown[start:end].split()
    if place is None:
        assert chosen == []
    else:
        assert content[slice(*place)].split() == chosen


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=200), st.data())
def test_any_text_aligns_within_its_bounds_and_in_order(content, data):
    found = passages(content)
    places = [place for place in found.places if place is not None]
    assert len(found.places) == len(found.shown)
    assert places == sorted(set(places))
    assert all(0 <= place < len(content) for place in places)
    assert json.dumps(found.shown)
