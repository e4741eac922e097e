"""All passes over the database that fill a snapshot."""

from exports.selectors.assignments import assignment_stream, coverage_stream
from exports.selectors.frame import Frame, Stream
from exports.selectors.items import item_stream, response_stream
from exports.selectors.judgments import judgment_stream
from exports.selectors.people import annotator_stream


def streams_of(frame: Frame) -> list[Stream]:
    """One stream after the other; assignments come before the places that nobody fills."""
    return [
        judgment_stream(frame),
        annotator_stream(frame),
        item_stream(frame),
        response_stream(frame),
        assignment_stream(frame),
        coverage_stream(frame),
    ]
