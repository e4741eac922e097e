"""PandaLM's test set: the labels of its annotators, beside the items that item files read."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import ijson

from annotation.errors import ItemFileError
from annotation.item_formats.pandalm import read_pandalm, record_of
from annotation.judgment_formats.base import JudgmentSource, Placed, Rows, SourceRequest
from annotation.judgment_formats.preferences import judged
from annotation.judgment_formats.tables import opened

# The published file has annotator1, annotator2 and annotator3: 0 for a tie, or the better one.
ANNOTATOR = re.compile(r"annotator[1-9][0-9]*")


class PandaLMSource(JudgmentSource):
    """One JSON array; a record's line is its number."""

    def __init__(self, request: SourceRequest) -> None:
        self.request = request
        self.size = request.path.stat().st_size
        self._file: list[BinaryIO] = []

    @property
    def position(self) -> int:
        if not self._file:
            return 0
        return self.size if self._file[0].closed else self._file[0].tell()

    def judgments(self) -> Rows:
        number = 0
        with opened(self.request.path, self._file) as file:
            try:
                for number, entry in enumerate(ijson.items(file, "item"), start=1):
                    yield from self._judged(number, entry)
            except (ijson.JSONError, OSError, EOFError, UnicodeDecodeError) as error:
                yield Placed(number + 1, None, f"Not valid JSON from here: {error}.")

    def _judged(self, number: int, entry: Any) -> Rows:
        item = record_of(number, entry, self.request.longest_line)
        if item.value is None:
            yield Placed(number, None, item.problem)
            return
        for name in filter(ANNOTATOR.fullmatch, entry):
            record = {"item_id": item.value["id"], "annotator_id": name}
            yield judged(
                number, record, entry[name], ("response1", "response2"), self.request.terms
            )

    def items(self) -> Iterator[dict[str, Any]]:
        with opened(self.request.path) as file:
            for record in read_pandalm(file, self.request.longest_line):
                if record.value is None:
                    raise ItemFileError(record.line, record.problem)
                yield record.value


def open_pandalm(request: SourceRequest) -> JudgmentSource:
    return PandaLMSource(request)
