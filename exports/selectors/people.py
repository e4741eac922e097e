"""Annotators as rows."""

from collections.abc import Iterator
from typing import Any

from exports.selectors.frame import Frame, NamedRow, Stream
from exports.selectors.release import (
    ReleasableProfile,
    profiles_in,
    releasable,
    with_last_word,
)
from exports.tables.people import AskedQuestion

ROWS_AT_ONCE = 2000


def annotator_stream(frame: Frame) -> Stream:
    """Every profile version with which somebody sits or has judged in the campaign."""
    profiles = profiles_in(frame.alias, frame.campaign)
    sources = with_last_word(profiles, frame.campaign).iterator(chunk_size=ROWS_AT_ONCE)
    return Stream(
        count=profiles.count(),
        sources=map(releasable, sources),
        rows_of=lambda profile: rows_of(frame, profile),
    )


def rows_of(frame: Frame, profile: ReleasableProfile) -> Iterator[NamedRow]:
    row: dict[str, Any] = {
        "annotator_id": frame.name_of(profile.annotator_id, profile.own_pseudonym),
        "profile_version": profile.version,
    }
    for question in frame.questions:
        row[question.column] = released_answer(frame, profile, question)
    yield "annotators", row


def released_answer(
    frame: Frame, profile: ReleasableProfile, question: AskedQuestion
) -> str | list[str] | None:
    """The answer, or None: whether withheld, not asked or rather not said is not told."""
    chosen = profile.answers.get(question.key)
    if not chosen or not frame.rules.may_leave(profile, question.key):
        return None
    return list(chosen) if question.is_multiple else chosen[0]
