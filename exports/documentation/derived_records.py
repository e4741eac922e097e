"""Derived files in Croissant: every one with its hash, and records where it is lines or CSV."""

from collections.abc import Iterator
from typing import Any

from exports.derived import Made
from exports.documentation.dataset import Dataset
from exports.documentation.sections.derived import what_a_row_is, what_it_is
from exports.documentation.wording import field_words
from exports.tables import Column, Kind

LINES, CSV = "application/jsonlines", "text/csv"
ENCODINGS = {
    ".jsonl": LINES,
    ".csv": CSV,
    ".json": "application/json",
    ".xml": "application/xml",
    ".yml": "application/yaml",
}
TYPES = {
    Kind.INTEGER: "cr:Int64",
    Kind.FLOAT: "cr:Float64",
    Kind.BOOLEAN: "sc:Boolean",
    Kind.TEXT: "sc:Text",
}


def encoding_of(made: Made) -> str:
    name = made.path.name.removesuffix(".gz")
    return next(found for suffix, found in ENCODINGS.items() if name.endswith(suffix))


def words_on(made: Made) -> str:
    """What a file is, and whether its rows are single judgments or aggregated."""
    return " ".join(part for part in (f"{what_it_is(made)}.", what_a_row_is(made)) if part)


def derived_objects(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Every derived file, in the order in which they are published."""
    files = {file.name: file for file in dataset.files}
    for made in dataset.derived:
        file = files[made.path.name]
        rows = "" if made.rows is None else f" {made.rows:,} rows."
        yield {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "description": f"{words_on(made)}{rows}",
            "contentUrl": file.name,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": encoding_of(made),
            "sha256": file.sha256,
        }


def derived_record_sets(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Records of files of lines; columns that hold objects have no type in Croissant."""
    for made in dataset.derived:
        columns = [one for one in made.columns if one.kind in TYPES and one.name[0] != "("]
        if not made.rows or not columns or encoding_of(made) not in (LINES, CSV):
            continue
        left_out = [one.name for one in made.columns if one not in columns]
        words = words_on(made)
        if left_out:
            words += (
                f" The columns {', '.join(left_out)} hold what Croissant has no type for: read "
                "them from the file."
            )
        name = made.path.name.removesuffix(".gz").rsplit(".", 1)[0]
        yield {
            "@type": "cr:RecordSet",
            "@id": name,
            "name": name,
            "description": words,
            "field": [derived_field(made, name, one) for one in columns],
        }


def derived_field(made: Made, records: str, column: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{records}/{column.name}",
        "name": column.name,
        "description": field_words(column),
        "dataType": TYPES[column.kind],
        "source": {
            "fileObject": {"@id": made.path.name},
            "extract": {"column": column.name},
        },
    }
