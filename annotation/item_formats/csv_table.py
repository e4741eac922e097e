"""CSV: a header `id, prompt, responses, language, metadata, check`, or a column for each response.

`responses`, `metadata` and `check` hold JSON, and so may `prompt` for a conversation. Instead of
`responses`, columns `response_1`, `response_2` … (with `model_1`, `model_2` …) hold plain texts.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord, megabytes
from annotation.item_formats.lines import text_lines

COLUMNS = ("id", "prompt", "responses", "language", "metadata", "check")
JSON_COLUMNS = ("responses", "metadata", "check")
NUMBERED_COLUMN = re.compile(r"(response|model)_[1-9][0-9]*")


class UnreadableLine(Exception):
    """A line that cannot be decoded: where it ends a record is unknown, so reading stops."""


def read_csv(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Records of a CSV file. A record's line is the one it starts on."""
    for row in csv_rows(file, longest, header_problem):
        yield row if row.value is None else record_of(row.line, row.value)


def csv_rows(
    file: BinaryIO,
    longest: int,
    problem_of: Callable[[list[str]], str],
    delimiter: str = ",",
) -> Iterator[RawRecord]:
    """The lines of a CSV file as column → cell; none where `problem_of` its header is any."""
    csv.field_size_limit(longest)
    lines = decoded(file, longest)
    reader = csv.DictReader(lines, restkey="", restval=None, strict=True, delimiter=delimiter)
    start = 1
    try:
        header = reader.fieldnames or []
        problem = problem_of(list(header))
        if problem:
            yield RawRecord(1, None, problem)
            return
        start = reader.line_num + 1
        for row in reader:
            yield RawRecord(start, row)
            start = reader.line_num + 1
    except UnreadableLine as error:
        yield RawRecord(max(start, reader.line_num + 1), None, str(error))
    except csv.Error as error:
        message = str(error)
        if "field larger than" in message:
            size = megabytes(longest)
            message = f"a field is longer than {size}, perhaps as a quotation mark was left open"
        yield RawRecord(start, None, f"Not valid CSV from here: {message}.")


def decoded(file: BinaryIO, longest: int) -> Iterator[str]:
    for line in text_lines(file, longest):
        if line.problem:
            raise UnreadableLine(line.problem)
        yield line.text


def header_problem(header: list[str]) -> str:
    """What is wrong with the names of the columns, or ""."""
    if "id" not in header or "prompt" not in header:
        return "The first line must name the columns; `id` and `prompt` are needed."
    if "responses" not in header and "response_1" not in header:
        return "A column `responses`, or columns `response_1`, `response_2` …, are needed."
    if problem := doubled(header):
        return problem
    unknown = [one for one in header if one not in COLUMNS and not NUMBERED_COLUMN.fullmatch(one)]
    if unknown:
        return f"Unknown column: {', '.join(unknown)}. Further facts belong into `metadata`."
    return ""


def doubled(header: list[str]) -> str:
    return "" if len(set(header)) == len(header) else "The first line names a column twice."


def record_of(line: int, row: dict[str, Any]) -> RawRecord:
    if row.pop("", None) is not None:
        return RawRecord(line, None, "This line has more fields than the header.")
    value: dict[str, Any] = {key: cell for key, cell in row.items() if cell not in (None, "")}
    for column in JSON_COLUMNS:
        if isinstance(value.get(column), str):
            try:
                value[column] = json.loads(value[column])
            except (ValueError, RecursionError) as error:
                return RawRecord(line, None, f"Column `{column}` is not valid JSON: {error}.")
    if isinstance(value.get("prompt"), str):
        value["prompt"] = conversation_or_text(value["prompt"])
    if "responses" not in value:
        value["responses"] = numbered_responses(value)
        if len(value["responses"]) < sum(key.startswith("response_") for key in value):
            return RawRecord(line, None, "The columns `response_1`, `response_2` … have a gap.")
    return RawRecord(line, {key: value[key] for key in COLUMNS if key in value})


def conversation_or_text(cell: str) -> Any:
    """A cell that holds a JSON list of messages is a conversation; anything else is text."""
    if cell.lstrip().startswith("[{"):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def numbered_responses(value: dict[str, Any]) -> list[dict[str, str]]:
    """The texts of `response_1`, `response_2` … up to the first that is missing."""
    responses = []
    number = 1
    while text := value.get(f"response_{number}"):
        responses.append(
            {"id": f"r{number}", "text": text, "model": value.get(f"model_{number}", "")}
        )
        number += 1
    return responses
