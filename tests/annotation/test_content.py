import pytest

from annotation.content import (
    content_problem,
    messages_of,
    plain_text,
    sha256_of,
    storable_bytes,
)


def test_equal_values_have_equal_hashes_whatever_the_order_of_keys():
    assert sha256_of({"a": 1, "b": "ü"}) == sha256_of({"b": "ü", "a": 1})
    assert sha256_of("a") == "ac8d8342bbb2362d13f0a559a3621bb407011368895164b628a54f7fc33fc43c"


@pytest.mark.parametrize("value", ["\x00", "\ud800", float("nan"), ["\\\x00"]])
def test_what_the_database_cannot_hold_is_refused(value):
    with pytest.raises(ValueError, match="cannot be stored"):
        storable_bytes(value)


def test_an_escaped_backslash_before_u0000_is_text():
    assert storable_bytes("\\u0000") == b'"\\\\u0000"'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("text", ""),
        ("  ", "is empty"),
        (3, "must be a text or a list of messages"),
        ([], "must be a text or a list of messages"),
        ([{"role": "user"}], 'has a message that is not {"role", "content"}'),
        ([{"role": "poet", "content": "x"}], "has a message whose role is not one of "),
        ([{"role": "user", "content": " "}], "has a message without text"),
        ([{"role": "user", "content": 7}], "has a message whose content is not a text"),
        ([{"role": "user", "content": "x"}], ""),
    ],
)
def test_content_problems_are_named(content, problem):
    assert content_problem(content).startswith(problem)
    assert bool(content_problem(content)) == bool(problem)


def test_responses_may_be_blank():
    assert content_problem(" ", may_be_blank=True) == ""
    assert content_problem([{"role": "assistant", "content": ""}], may_be_blank=True) == ""
    assert content_problem(None, may_be_blank=True) != ""


def test_text_and_messages_read_the_same_way():
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    assert messages_of("a", role="user") == [{"role": "user", "content": "a"}]
    assert messages_of(turns, role="user") == turns
    assert plain_text(turns) == "a\n\nb"
    assert plain_text("a") == "a"
