"""The tables of a snapshot: one declaration for schemas, headers, dictionary and card."""

from exports.tables.columns import Column, Kind, Table
from exports.tables.models import MODEL_JUDGMENTS
from exports.tables.people import annotators_table
from exports.tables.specs import (
    ASSIGNMENTS,
    COMPARISONS,
    COVERAGE,
    ITEMS,
    JUDGMENTS,
    RANKINGS,
    RATINGS,
    RESPONSES,
)

# Raised with every change that a reader of the files could notice.
SCHEMA_VERSION = "2.2"

__all__ = [
    "ASSIGNMENTS",
    "COMPARISONS",
    "COVERAGE",
    "ITEMS",
    "JUDGMENTS",
    "MODEL_JUDGMENTS",
    "RANKINGS",
    "RATINGS",
    "RESPONSES",
    "SCHEMA_VERSION",
    "Column",
    "Kind",
    "Table",
    "annotators_table",
]
