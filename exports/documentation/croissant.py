"""croissant.json: the dataset for machines, in Croissant 1.0 with the RAI vocabulary 1.0.

http://mlcommons.org/croissant/1.0 and http://mlcommons.org/croissant/RAI/1.0.
"""

import re
from collections.abc import Iterator
from typing import Any

from exports.documentation.dataset import Dataset
from exports.documentation.derived_records import derived_objects, derived_record_sets
from exports.documentation.front_matter import TAGS, tables_with_rows
from exports.documentation.rai import responsible_ai
from exports.documentation.stated import (
    author_line,
    authors,
    license_address,
    licenses,
    named_authors,
)
from exports.documentation.wording import field_words
from exports.enums import SnapshotFormat
from exports.formats.written import FinishedFile
from exports.tables import Column, Kind, Table

CONFORMS_TO = [
    "http://mlcommons.org/croissant/1.0",
    "http://mlcommons.org/croissant/RAI/1.0",
]
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
ENCODINGS = {
    SnapshotFormat.PARQUET: "application/x-parquet",
    SnapshotFormat.JSONL: "application/jsonlines",
    SnapshotFormat.CSV: "text/csv",
}
TYPES = {
    Kind.INTEGER: "cr:Int64",
    Kind.FLOAT: "cr:Float64",
    Kind.BOOLEAN: "sc:Boolean",
    Kind.TEXT: "sc:Text",
    Kind.TEXTS: "sc:Text",
    Kind.TIMESTAMP: "sc:DateTime",
    Kind.JSON: "sc:Text",
    Kind.CONTENT: "sc:Text",
}
# What makes a row one of its table.
KEYS = {
    "judgments": ("judgment_id",),
    "comparisons": ("judgment_id", "criterion", "response_a", "response_b"),
    "rankings": ("judgment_id", "criterion", "response_id"),
    "ratings": ("judgment_id", "criterion", "response_id"),
    "annotators": ("annotator_id", "profile_version", "campaign"),
    "items": ("item_id",),
    "responses": ("item_id", "response_id"),
    "coverage": ("item_id", "stratum"),
    "model_judgments": ("model_judgment_id",),
}
# Whose key a column holds. `annotators` has a row for each version of a profile: no key of one.
# Readers may join by the first that a table has, so that one comes first which finds one row.
JUDGMENT, ITEM = ("judgments", "judgment_id"), ("items", "item_id")
REFERENCES = {
    **{(one, "judgment_id"): JUDGMENT for one in ("comparisons", "rankings", "ratings")},
    **{(one, "item_id"): ITEM for one in ("comparisons", "rankings", "ratings")},
    **{(one, "item_id"): ITEM for one in ("judgments", "responses", "assignments", "coverage")},
    ("model_judgments", "item_id"): ITEM,
    ("judgments", "assignment_id"): ("assignments", "assignment_id"),
}
FORBIDDEN = re.compile(r"[^A-Za-z0-9_\-]+")


def croissant(dataset: Dataset) -> dict[str, Any]:
    """The whole description; tables without rows have files and no record sets."""
    frame = dataset.frame
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": FORBIDDEN.sub("-", "-".join(one.slug for one in frame.campaigns)),
        "alternateName": ", ".join(one.title for one in frame.campaigns),
        "description": description(dataset),
        "version": dataset.version,
        "datePublished": frame.as_of[:10],
        "dateCreated": frame.as_of[:10],
        "keywords": list(TAGS),
        "inLanguage": sorted({tag for facts in frame.facts for tag in facts.languages}),
        "license": [license_address(one) for one in licenses(dataset)] or ["not stated"],
        "creator": creators(dataset),
        "citeAs": cite_as(dataset),
        "url": next((one.about["url"] for one in frame.campaigns if one.about.get("url")), ""),
        **responsible_ai(dataset),
        "distribution": [*distribution(dataset), *derived_objects(dataset)],
        "recordSet": [
            *(record_set(dataset, table) for table in tables_with_rows(dataset)),
            *derived_record_sets(dataset),
        ],
    }
    return {key: value for key, value in found.items() if value not in ("", [], None)}


def description(dataset: Dataset) -> str:
    stated = [one.about["summary"] for one in dataset.frame.campaigns if one.about.get("summary")]
    return " ".join(
        [
            "Judgments of language-model outputs, each as one person gave it, with who was asked "
            "and how; nothing is aggregated.",
            *stated,
        ]
    )


def creators(dataset: Dataset) -> list[dict[str, str]]:
    found = [
        {
            "@type": "Organization" if "orcid" not in one else "Person",
            "name": one["name"],
            "description": author_line(one),
            **({"url": f"https://orcid.org/{one['orcid']}"} if one.get("orcid") else {}),
        }
        for one in authors(dataset)
    ]
    return found or [{"@type": "Organization", "name": named_authors(dataset)}]


def cite_as(dataset: Dataset) -> str:
    """BibTeX, as Croissant recommends it."""
    frame = dataset.frame
    names = [one["name"] for one in authors(dataset)] or [named_authors(dataset)]
    titles = ", ".join(one.title for one in frame.campaigns)
    key = FORBIDDEN.sub("", frame.campaign.slug)
    people = " and ".join(f"{{{bibtex(name)}}}" for name in names)
    return (
        f"@misc{{{key}{frame.as_of[:4]}, author = {{{people}}}, title = {{{bibtex(titles)}}}, "
        f"year = {{{frame.as_of[:4]}}}, note = {{Version {dataset.version}}}}}"
    )


def bibtex(text: str) -> str:
    return re.sub(r"[{}\\]", "", " ".join(text.split()))


def distribution(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Every file of every table, and a set for each table that lies in several."""
    encoding = ENCODINGS[SnapshotFormat(dataset.snapshot.format)]
    for table in dataset.tables:
        files = dataset.files_of(table.name)
        for file in files:
            yield file_object(file, table, encoding)
        if len(files) > 1:
            yield {
                "@type": "cr:FileSet",
                "@id": source_of(dataset, table.name),
                "name": source_of(dataset, table.name),
                "description": f"All files of the table {table.name}.",
                "encodingFormat": encoding,
                "includes": dataset.pattern_of(table.name),
            }


def file_object(file: FinishedFile, table: Table, encoding: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": f"{file.rows:,} rows of the table {table.name}.",
        "contentUrl": file.name,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": encoding,
        "sha256": file.sha256,
    }


def source_of(dataset: Dataset, table: str) -> str:
    """The file or set of files that a table's records come from."""
    files = dataset.files_of(table)
    return files[0].name if len(files) == 1 else f"{table}-files"


def record_set(dataset: Dataset, table: Table) -> dict[str, Any]:
    format = SnapshotFormat(dataset.snapshot.format)
    columns = [one for one in table.columns if not is_object(format, one)]
    left_out = [one.name for one in table.columns if is_object(format, one)]
    words = table.description
    if left_out:
        words += (
            f" The columns {', '.join(left_out)} hold JSON objects, for which Croissant has no "
            "type: read them from the file."
        )
    found = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": words,
        "field": [field(dataset, table, one) for one in columns],
    }
    present = {one.name for one in columns}
    if set(KEYS.get(table.name, ())) <= present and table.name in KEYS:
        found["key"] = [{"@id": f"{table.name}/{name}"} for name in KEYS[table.name]]
    return found


def is_object(format: SnapshotFormat, column: Column) -> bool:
    """Whether the column's values are objects, or may be, in this format."""
    return format == SnapshotFormat.JSONL and column.kind in (Kind.JSON, Kind.CONTENT)


def field(dataset: Dataset, table: Table, column: Column) -> dict[str, Any]:
    format = SnapshotFormat(dataset.snapshot.format)
    found: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": field_words(column),
        "dataType": TYPES[column.kind],
        "source": extracted(dataset, table.name, column.name),
    }
    if column.kind is Kind.TEXTS and format != SnapshotFormat.CSV:
        found["repeated"] = True
    wanted = REFERENCES.get((table.name, column.name))
    if wanted and dataset.rows_of(wanted[0]):
        # By its file: of a field, mlcroissant would read the other table's own references too.
        found["references"] = extracted(dataset, *wanted)
    return found


def extracted(dataset: Dataset, table: str, column: str) -> dict[str, Any]:
    """A column of a table's files."""
    kind = "fileSet" if len(dataset.files_of(table)) > 1 else "fileObject"
    return {kind: {"@id": source_of(dataset, table)}, "extract": {"column": column}}
