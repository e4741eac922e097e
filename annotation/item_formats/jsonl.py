"""JSON Lines: one item a line, as docs/item-files.md has it."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord
from annotation.item_formats.lines import text_lines


def read_jsonl(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Records of a JSON Lines file; blank lines are passed over."""
    for line in text_lines(file, longest):
        if line.problem:
            yield RawRecord(line.number, None, line.problem)
        elif text := line.text.strip(" \t\r\n"):
            yield parse_line(line.number, text)


def parse_line(number: int, text: str) -> RawRecord:
    try:
        # `decode` would look for white space around the value, at half of the value's cost.
        value, end = DECODER.raw_decode(text)
        if end < len(text):
            raise json.JSONDecodeError("Extra data", text, end)
    except RecursionError:
        return RawRecord(number, None, "This line is nested too deeply.")
    except ValueError as error:
        return RawRecord(number, None, f"This line is not valid JSON: {error}.")
    if not isinstance(value, dict):
        return RawRecord(number, None, "This line is not a JSON object.")
    return RawRecord(number, value)


def refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


# Made once: `json.loads` with options makes another one for each line.
DECODER = json.JSONDecoder(parse_constant=refuse_constant)
