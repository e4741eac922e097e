"""Tables whose columns have other names than the item file's fields.

`Columns` says which column is which field: `{"id": "pair", "prompt": "topic", "response_1": "a1",
"model_1": "m1", "language": "lang", "metadata": ["source", "topic_id"]}`. All but `metadata` name
one column; `responses` is a column that holds a list. Without an `id` items are called by their
line. Columns that are not named are left aside.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

from annotation.enums import ItemFormat
from annotation.item_formats.base import RawRecord
from annotation.item_formats.csv_table import csv_rows, doubled, header_problem, record_of
from annotation.item_formats.entries import read_entries
from annotation.item_formats.lines import text_lines
from annotation.item_formats.published import language_tag
from annotation.item_formats.records import ITEM_FIELDS, RecordProblem
from annotation.item_formats.task_fields import LISTS, MODEL, PROMPTS, SINGLE
from annotation.item_formats.turns import messages_of, prompt_of

Columns = Mapping[str, Any]

ID, PROMPT, RESPONSES, METADATA = "id", "prompt", "responses", "metadata"
MOST_RESPONSES = 10
NUMBERED = tuple(
    f"{name}_{place}" for name in ("response", "model") for place in range(1, MOST_RESPONSES + 1)
)
FIELDS = (ID, PROMPT, RESPONSES, *NUMBERED, "language", METADATA, "check")
# What people said, in files that hold that, too: for the import of judgments.
PERSON, LABEL = "annotator_id", "label"
SAID = (PERSON, LABEL)
# Formats whose files are tables.
TABLES = (ItemFormat.JSONL, ItemFormat.CSV, ItemFormat.PARQUET)
DELIMITERS = (",", ";", "\t")
# By which names a column is guessed to be what it is.
KNOWN_AS: Mapping[str, Sequence[str]] = {
    ID: (
        *("id", "item_id", "uid", "uuid", "example_id", "question_id", "prompt_id"),
        *("comparison_id", "pair_id", "pair", "idx", "index", "key"),
    ),
    PROMPT: (*PROMPTS, "topic", "user_prompt", "question_text", "prompt_text", "title"),
    RESPONSES: LISTS,
    "language": ("language", "lang", "locale"),
    METADATA: ("metadata", "meta"),
    "check": ("check",),
    PERSON: (
        *("annotator_id", "annotator", "worker_id", "worker", "rater_id", "rater", "judge"),
        *("participant_id", "participant", "user_id", "evaluator"),
    ),
    LABEL: ("label", "preference", "preferred", "winner", "choice", "better"),
}
SIDE = re.compile(
    r"(?P<family>[a-z_ -]*?)[ _-]?(?P<place>[a-j]|[0-9]{1,2})(?P<rest>[ _-]text)?", re.IGNORECASE
)
# Beside the families of responses that labelling tools know, those of other tables.
FAMILIES = (
    *("answer", "response", "completion", "output", "candidate", "generation", "summary", "text"),
    *("reply", "argument", "option", "conversation", "story", "translation", "a", "r", ""),
)


def read_named(file: BinaryIO, longest: int, format: str, columns: Columns) -> Iterator[RawRecord]:
    """The items of a table by these columns; a JSON array counts as JSON Lines."""
    for row in rows_of(file, longest, format):
        yield row if row.value is None else named_record(row.line, row.value, columns)


def rows_of(file: BinaryIO, longest: int, format: str) -> Iterator[RawRecord]:
    """The rows of a table as they stand: column → cell."""
    if format == ItemFormat.CSV:
        return csv_rows(file, longest, doubled, delimiter_in(file))
    return read_entries(file, longest)


def delimiter_in(file: BinaryIO) -> str:
    """What parts the cells of a CSV file, by its first line; the file is rewound."""
    head = file.readline(64 * 1024)
    file.seek(0)
    return delimiter_of(head.decode("utf-8", errors="replace"))


def delimiter_of(header: str) -> str:
    bare = re.sub(r'"[^"]*"', "", header)
    return max(DELIMITERS, key=bare.count)


def is_header(text: bytes) -> bool:
    """Whether a text begins with a line of at least two names of columns."""
    line = next(iter(text.splitlines()), b"")
    try:
        header = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    names = header.split(delimiter_of(header))
    return sum(bool(name.strip(' "')) for name in names) > 1


def header_of(file: BinaryIO, longest: int) -> list[str]:
    """The names of a CSV file's columns; the file is rewound."""
    delimiter = delimiter_in(file)
    names: list[str] = []
    for line in text_lines(file, longest):
        names = [name.strip().strip('"') for name in line.text.strip("\r\n").split(delimiter)]
        break
    file.seek(0)
    return names


def named_record(line: int, row: Mapping[str, Any], columns: Columns) -> RawRecord:
    """A row as a record of the item file."""
    # What a line has beyond its header is a list; a column without a name is none.
    if isinstance(row.get(""), list):
        return RawRecord(line, None, "This line has more fields than the header.")
    missing = [columns[name] for name in needed(columns) if row.get(columns[name]) in (None, "")]
    if missing:
        return RawRecord(line, None, f"This record lacks {', '.join(missing)}.")
    try:
        value = {
            field: cell_of(field, row[column])
            for field, column in columns.items()
            if field != METADATA and row.get(column) is not None
        }
    except RecordProblem as problem:
        return RawRecord(line, None, str(problem))
    value.setdefault(ID, f"row-{line}")
    if METADATA in columns:
        value[METADATA] = facts_of(row, columns[METADATA])
    return record_of(line, value)


def needed(columns: Columns) -> list[str]:
    """Fields without which a row is no item, of those that a column was named for."""
    return [name for name in (ID, PROMPT, RESPONSES, "response_1") if name in columns]


def cell_of(field: str, cell: Any) -> Any:
    """What a cell holds, in the shape of the item file; raises `RecordProblem`."""
    if field == RESPONSES:
        return [listed(one, place) for place, one in enumerate(list_in(cell), start=1)]
    if field == "language":
        return language_tag(cell) or cell
    if field == PROMPT or field.startswith(("response_", "model_")):
        if isinstance(cell, list) and cell and isinstance(cell[0], dict):
            return prompt_of(messages_of(cell, field))
        return str(cell) if isinstance(cell, int | float) else cell
    return cell


def list_in(cell: Any) -> list[Any]:
    """A list, or JSON text of one; raises `RecordProblem`."""
    if isinstance(cell, str):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            cell = None
    if not isinstance(cell, list):
        raise RecordProblem("`responses` must be a list.")
    return cell


def listed(one: Any, place: int) -> Any:
    """A response of a list: a text, or an object that may lack an id."""
    if isinstance(one, dict):
        return {ID: f"r{place}", **one}
    return {ID: f"r{place}", "text": one}


def facts_of(row: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Metadata: the fields of columns that hold objects, and other columns by their name."""
    facts: dict[str, Any] = {}
    for name in names:
        cell = row.get(name)
        if isinstance(cell, str) and cell.lstrip().startswith("{"):
            # A text may begin with a brace, too.
            with suppress(ValueError, RecursionError):
                cell = json.loads(cell)
        if isinstance(cell, dict):
            facts.update(cell)
        elif cell not in (None, ""):
            facts[name] = cell
    return facts


def are_own(format: str, names: Collection[str]) -> bool:
    """Whether a table has the item file's columns, so that nothing has to be named."""
    if format == ItemFormat.JSONL:
        return {ID, PROMPT, RESPONSES} <= set(names) <= ITEM_FIELDS
    return not header_problem(list(names))


def guessed(names: Sequence[str]) -> dict[str, Any]:
    """Which column is what, by their names; what nothing is guessed of is left out."""
    found: dict[str, Any] = {}
    taken: set[str] = set()
    plain = {name: re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") for name in names}
    sides = sides_in(names)
    of_sides = set(sides.values())
    for field, known in KNOWN_AS.items():
        if field == RESPONSES and sides:
            continue
        for word in known:
            column = next((name for name in names if plain[name] == word), None)
            if column is not None and column not in taken | of_sides:
                found[field] = [column] if field == METADATA else column
                taken.add(column)
                break
    if RESPONSES not in found:
        sides = sides or single_in(names, taken)
        numbers = {place: number for number, place in enumerate(sides, start=1)}
        found |= {f"response_{numbers[place]}": name for place, name in sides.items()}
        found |= {
            f"model_{numbers[place]}": name
            for place, name in models_in(names).items()
            if place in numbers
        }
    return found


def sides_in(names: Sequence[str]) -> dict[str, str]:
    """The columns of responses by their number or letter: the largest family of a known name."""
    families: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        match = SIDE.fullmatch(name.strip())
        if match and match["family"].strip(" _-").lower() in FAMILIES:
            family = match["family"].strip(" _-").lower()
            families.setdefault(family, []).append((match["place"].lower(), name))
    ordered = sorted(families.items(), key=lambda one: (-len(one[1]), FAMILIES.index(one[0])))
    most = ordered[0][1] if ordered else []
    if len(most) < 2:
        return {}
    return dict(sorted(most, key=lambda one: (len(one[0]), one[0]))[:MOST_RESPONSES])


def single_in(names: Sequence[str], taken: Collection[str]) -> dict[str, str]:
    only = next((name for name in names if name.lower() in SINGLE and name not in taken), None)
    return {} if only is None else {"1": only}


def models_in(names: Sequence[str]) -> dict[str, str]:
    """The columns of models by their number or letter; one by itself is the first response's."""
    matches = ((MODEL.fullmatch(name), name) for name in names)
    models = {match["place"].lower(): name for match, name in matches if match}
    alone = [name for name in names if name.lower() in ("model", "model_name")]
    return models or ({"1": alone[0]} if alone else {})
