"""Tables of pairs: who preferred which of two texts, one row a judgment, in columns of any name."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from annotation.item_formats.published import language_tag
from annotation.judgment_formats.base import JudgmentSource, Rows, SourceRequest
from annotation.judgment_formats.dataset import JUDGMENT
from annotation.judgment_formats.preferences import RESPONSE_IDS, judged
from annotation.judgment_formats.tables import TableFile, as_json, typed

TEXTS = ("response_1", "response_2")
CONTENT = ("prompt", *TEXTS)
MODELS = ("model_1", "model_2")
BESIDE = ("judgment_id", "reason", "confidence", "submitted_at", "language", "active_ms", "profile")
NEEDED = ("item_id", "annotator_id", "label")
FIELDS = (*NEEDED, *CONTENT, *MODELS, *BESIDE)


class PairsSource(JudgmentSource):
    """One table of pairs; columns that nobody named are left aside."""

    def __init__(self, request: SourceRequest, suffix: str) -> None:
        self.terms = request.terms
        self.file = TableFile(request.path, suffix, request.longest_line)
        self.size = self.file.size
        given = request.terms.columns
        self.columns = {name: given.get(name, name) for name in FIELDS}
        # A label may call a response by its column, by the name it has here, or by its id.
        self.names = (*(self.columns[name] for name in TEXTS), *TEXTS, *RESPONSE_IDS)

    @property
    def position(self) -> int:
        return self.file.position

    def _rows(self) -> Rows:
        """The rows with the fields that have a name here, by that name."""
        for placed in self.file.rows():
            if placed.value is None:
                yield placed
                continue
            row = {
                name: placed.value[column]
                for name, column in self.columns.items()
                if placed.value.get(column) is not None
            }
            if "language" in row:
                # As the same table's items have it: "English" and "en" are one language.
                row["language"] = language_tag(row["language"]) or row["language"]
            missing = [self.columns[name] for name in NEEDED if name not in row]
            if missing:
                yield placed._replace(value=None, problem=f"It lacks {', '.join(missing)}.")
            else:
                yield typed(placed._replace(value=row), {**JUDGMENT, "profile": as_json})

    def judgments(self) -> Rows:
        for placed in self._rows():
            if placed.value is None:
                yield placed
                continue
            kept = ("item_id", "annotator_id", *BESIDE)
            record = {name: placed.value[name] for name in kept if name in placed.value}
            yield judged(placed.line, record, placed.value["label"], self.names, self.terms)

    def items(self) -> Iterator[dict[str, Any]] | None:
        """An item for each row, where the table has the texts: equal ones become one."""
        rows = self._rows()
        first = next(rows, None)
        if first is None or first.value is None or not first.value.keys() >= set(CONTENT):
            return None
        # What is wrong with a row is told when its judgment is read.
        return (item_of(one.value) for one in chain([first], rows) if one.value is not None)


def item_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["item_id"],
        "prompt": row.get("prompt", ""),
        "language": row.get("language", ""),
        "responses": [
            response_of(row, key, number) for number, key in enumerate(RESPONSE_IDS, start=1)
        ],
    }


def response_of(row: Mapping[str, Any], key: str, number: int) -> dict[str, Any]:
    model = row.get(f"model_{number}", "")
    return {"id": key, "text": row.get(f"response_{number}", ""), "model": model}
