"""Records of an item file, checked and ready to be stored, chunk by chunk."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

from annotation.item_formats import RawRecord, read_items
from annotation.item_formats.columns import Columns
from annotation.item_formats.records import RecordProblem, item_record
from annotation.task_types import TaskType, task_type_of

# A chunk ends at whichever comes first, so that long records do not add up in memory.
RECORDS_AT_ONCE = 2000
BYTES_AT_ONCE = 8 * 1024 * 1024
# What has a meaning of its own in COPY's text format. JSON escapes its control characters itself.
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class ChunkRequest(NamedTuple):
    """What is to be read of a file and how; `skip` records were read by an earlier attempt.

    `columns` says which column of a table is which field, where they have other names.
    """

    format: str
    task_type: str
    import_id: int
    skip: int
    longest_line: int
    columns: Columns = {}


class Chunk(NamedTuple):
    """So many records of a file, and where in it the last of them ends.

    Items and their responses are lines of COPY's text format, all but the id that each item will
    have; `responses` are those of the item at the same place. Problems are (line, message).
    """

    records: int
    items: list[str]
    responses: list[list[str]]
    problems: list[tuple[int, str]]
    end: int


def read_chunks(file: BinaryIO, request: ChunkRequest) -> Iterator[Chunk]:
    """The file's records, checked, from the first that was not read yet."""
    records = read_items(file, request.format, request.columns, request.longest_line)
    records = islice(records, request.skip, None)
    task_type = task_type_of(request.task_type)
    while (chunk := read_chunk(records, file, request.import_id, task_type)).records:
        yield chunk


def read_chunk(
    records: Iterator[RawRecord], file: BinaryIO, import_id: int, task_type: TaskType
) -> Chunk:
    """The next records, fewer where they are long; none at the end of the file.

    One record at a time is taken apart: of thousands together, collecting garbage would cost a
    fifth more.
    """
    chunk = Chunk(0, [], [], [], 0)
    read = 0
    end = file.tell() + BYTES_AT_ONCE
    for raw in records:
        read += 1
        try:
            item, responses = copy_lines_of(import_id, raw, task_type)
            chunk.items.append(item)
            chunk.responses.append(responses)
        except RecordProblem as problem:
            chunk.problems.append((raw.line, str(problem)[:500]))
        if read >= RECORDS_AT_ONCE or file.tell() >= end:
            break
    return chunk._replace(records=read, end=file.tell())


def copy_lines_of(import_id: int, raw: RawRecord, task_type: TaskType) -> tuple[str, list[str]]:
    """A record as lines of COPY without the item's id; raises `RecordProblem`."""
    if raw.value is None:
        raise RecordProblem(raw.problem)
    record = item_record(raw.value, task_type)
    item = (
        f"\t{import_id}\t{raw.line}\t{copy_text(record.external_id)}\t"
        f"{copy_json(record.prompt_json)}\t{copy_text(record.language)}\t"
        f"{copy_json(record.metadata_json)}\t{record.content_sha256}\t"
        f"{copy_json(record.hashes_json)}\t{copy_check(record.check_json)}\t"
        f"{record.characters}\n"
    )
    responses = [
        f"\t{import_id}\t{copy_text(one.external_id)}\t{copy_json(one.content_json)}\t"
        f"{copy_text(one.model)}\t{copy_json(one.metadata_json)}\t{one.content_sha256}\t"
        f"{position}\n"
        for position, one in enumerate(record.responses)
    ]
    return item, responses


def copy_text(text: str) -> str:
    # Almost no id needs escaping, and to see so costs a fifth of translating it.
    return text if text.isalnum() else text.translate(COPY_ESCAPES)


def copy_check(text: str | None) -> str:
    return r"\N" if text is None else copy_json(text)


def copy_json(text: str) -> str:
    return text.replace("\\", r"\\")
