"""Differences of texts: both versions can be read back, and changes are as small as they can be."""

import time

from hypothesis import given
from hypothesis import strategies as st

from annotation.differences import ADDED, REMOVED, SAME, differences

LINES = st.lists(st.sampled_from(["a", "b", "a b", "a b c", "", "x y z w"]), max_size=12)


def shown(older: str, newer: str) -> list[tuple[str, str]]:
    """Kind and text of each line, changed words in brackets."""
    return [
        (
            line.kind,
            "".join(f"[{one.text}]" if one.is_changed else one.text for one in line.pieces),
        )
        for line in differences(older, newer)
    ]


def test_changed_words_are_marked_within_their_lines():
    older = "# Tone\n\nSay which is better.\nTake your time."
    newer = "# Tone\n\nSay which is kinder.\nTake your time.\nSkip what upsets you."
    assert shown(older, newer) == [
        (SAME, "# Tone"),
        (SAME, ""),
        (REMOVED, "Say which is [better]."),
        (ADDED, "Say which is [kinder]."),
        (SAME, "Take your time."),
        (ADDED, "[Skip what upsets you.]"),
    ]


def test_lines_of_another_kind_change_whole():
    assert shown("Say which is better.", "12345") == [
        (REMOVED, "[Say which is better.]"),
        (ADDED, "[12345]"),
    ]


def test_the_same_text_has_no_differences():
    assert shown("one\ntwo", "one\ntwo") == [(SAME, "one"), (SAME, "two")]
    assert shown("", "") == []


@given(older=LINES, newer=LINES)
def test_both_versions_can_be_read_back(older, newer):
    lines = differences("\n".join(older), "\n".join(newer))
    before = [line.text for line in lines if line.kind != ADDED]
    after = [line.text for line in lines if line.kind != REMOVED]
    assert before == "\n".join(older).splitlines()
    assert after == "\n".join(newer).splitlines()


def test_the_longest_guidelines_are_compared_in_bounded_time():
    start = time.process_time()
    older = "\n".join(["word " * 10] * 2000)
    newer = "\n".join(["other " * 10] * 2000)
    assert len(differences(older, newer)) == 4000
    assert len(differences("x " * 50_000, "y " * 50_000)) == 2
    assert len(differences("\n" * 50_000, "y\n" * 50_000)) == 100_000
    assert time.process_time() - start < 20
