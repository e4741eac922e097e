"""A model's answer as a file tells it: a judgment's record, and which model gave it how.

What a judgment must look like stands in `records` and is asked there; what only people have is
refused, so that a file of people's judgments cannot be taken for a machine's.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from annotation.content import sha256_of, storable_bytes
from annotation.enums import JudgmentFormat
from annotation.errors import ItemFileError
from annotation.item_formats.records import RecordProblem
from annotation.judgment_formats import TABLES, detect_format
from annotation.judgment_formats.base import JudgmentSource, SourceRequest
from annotation.judgment_formats.dataset import JUDGMENT, DatasetSource
from annotation.judgment_formats.records import (
    JudgmentRecord,
    judgment_record,
    needed_text,
    short_text,
    whole_number,
)
from annotation.judgment_formats.tables import Reading, TableFile, as_integer, as_json

LONGEST_MODEL = 200
LONGEST_VERSION = 100
MOST_SETTINGS_BYTES = 10_000
MOST_SAMPLES = 2**31 - 1
OF_THE_MODEL = ("model", "prompt_version", "settings", "sample")
OF_JUDGMENTS = (
    *("item_id", "answers", "reason", "confidence", "acceptable", "spans", "presented_order"),
    *("submitted_at", "task_type", "content_hashes"),
)
READING: Reading = {
    **{name: read for name, read in JUDGMENT.items() if name in OF_JUDGMENTS},
    "settings": as_json,
    "sample": as_integer,
}
# Told in datasets: what a row was called there says nothing here.
PASSED_OVER = ("model_judgment_id", "imported_at", "campaign", "software_version")
OF_PEOPLE = (
    *("annotator_id", "annotator_stratum", "profile", "profile_version", "consent_version"),
    *("supersedes", "is_repeat", "assignment_id", "active_ms", "elapsed_ms", "flags"),
)


class ModelRecord(NamedTuple):
    """Which model answered, under which prompt and settings, and what it said.

    `said` bears the model's name in the place of an annotator's.
    """

    model: str
    prompt_version: str
    settings: dict[str, Any]
    sample: int
    said: JudgmentRecord

    @property
    def key(self) -> str:
        """What tells this answer from others, of one length."""
        names = [self.model, self.prompt_version, self.settings, self.said.item_id, self.sample]
        return sha256_of(names)


class ModelSource(DatasetSource):
    """One table of models' answers."""

    reading = READING


def open_model_judgments(request: SourceRequest) -> JudgmentSource:
    """A file of models' answers: JSON Lines, CSV or Parquet, under gzip or not."""
    kind = detect_format(request.path, is_table=True)
    if kind not in TABLES:
        raise ItemFileError(1, "This is no table: JSON Lines, CSV or Parquet.")
    file = TableFile(request.path, TABLES[JudgmentFormat(kind)], request.longest_line)
    return ModelSource({"judgments": [file]}, request.work)


def model_record(
    raw: Mapping[str, Any], *, model: str = "", prompt_version: str = ""
) -> ModelRecord:
    """Check the shape of a record; `model` and `prompt_version` stand in where it has none.

    Raises `RecordProblem`.
    """
    for name in OF_PEOPLE:
        if name in raw:
            raise RecordProblem(f"A model has no `{name}`: judgments of people are imported apart.")
    known = {*OF_THE_MODEL, *OF_JUDGMENTS, *PASSED_OVER}
    if not raw.keys() <= known:
        raise RecordProblem(f"Unknown field: {', '.join(sorted(raw.keys() - known))}.")
    named = {"model": model, "prompt_version": prompt_version} | {
        name: raw[name] for name in ("model", "prompt_version") if raw.get(name) is not None
    }
    name = needed_text(named, "model", LONGEST_MODEL)
    said = {field: raw[field] for field in OF_JUDGMENTS if field in raw}
    return ModelRecord(
        model=name,
        prompt_version=short_text(named, "prompt_version", LONGEST_VERSION),
        settings=settings_of(raw.get("settings")),
        sample=sample_of(raw),
        said=judgment_record({**said, "annotator_id": name}),
    )


def sample_of(raw: Mapping[str, Any]) -> int:
    sample = whole_number(raw, "sample", least=1)
    if sample is not None and sample > MOST_SAMPLES:
        raise RecordProblem("`sample` must be a whole number from 1.")
    return sample or 1


def settings_of(value: Any) -> dict[str, Any]:
    """Settings such as the temperature; the same settings in another order are the same."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RecordProblem("`settings` must be an object.")
    try:
        size = len(storable_bytes(value))
    except ValueError as error:
        raise RecordProblem(str(error)) from error
    if size > MOST_SETTINGS_BYTES:
        raise RecordProblem(f"`settings` must have at most {MOST_SETTINGS_BYTES} bytes as JSON.")
    return value
