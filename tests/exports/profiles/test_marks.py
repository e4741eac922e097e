"""The first pass over texts: what it finds, and that it only helps."""

import time

import pytest

from exports.profiles.marks import marks_in
from exports.profiles.texts import REDACTED, without


def found(text: str) -> list[str]:
    return [text[mark.start : mark.end] for mark in marks_in(text)]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Write to anna.b+x@mail.example.org, please.", ["anna.b+x@mail.example.org"]),
        ("See https://example.org/~anna?x=1 or www.example.com.", None),
        ("me at example.org/anna", ["example.org/anna"]),
        ("I am @anna_b there.", ["@anna_b"]),
        ("Call +44 (0)20 7946 0958 or 030-1234567", ["+44 (0)20 7946 0958", "030-1234567"]),
        ("My number is 12345678901234567890.", ["12345678901234567890"]),
        ("😀 a@b.org 😀", ["a@b.org"]),
        ("Better in 9 of 10 cases, since 1999.", []),
        ("I live at 12 Mill Lane; my name is Anna.", []),
    ],
)
def test_what_looks_personal_is_marked(text: str, marked: list[str] | None):
    if marked is None:
        assert found(text) == ["https://example.org/~anna?x=1", "www.example.com."]
    else:
        assert found(text) == marked


def test_marking_takes_no_long_time_on_nasty_texts():
    began = time.monotonic()
    for text in ("1 " * 5000, "a." * 5000, "@" * 10_000, "a" * 10_000 + "@", "(1)-" * 2500):
        marks_in(text)
    assert time.monotonic() - began < 2


def test_cuts_are_taken_out_in_characters():
    assert without("😀 a@b.org 😀", [(2, 9)]) == f"😀 {REDACTED} 😀"
    assert without("abcdef", [(4, 6), (0, 2), (1, 3)]) == f"{REDACTED}d{REDACTED}"
    assert without("abc", []) == "abc"
