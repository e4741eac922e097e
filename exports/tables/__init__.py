"""The tables of a snapshot: one declaration for schemas, headers, dictionary and card."""

from exports.tables.columns import Column, Kind, Row, Table
from exports.tables.people import annotators_table
from exports.tables.specs import (
    ASSIGNMENTS,
    COMPARISONS,
    COVERAGE,
    ITEMS,
    JUDGMENTS,
    RANKINGS,
    RESPONSES,
)

# Raised with every change that a reader of the files could notice.
SCHEMA_VERSION = "1.0"

__all__ = [
    "ASSIGNMENTS",
    "COMPARISONS",
    "COVERAGE",
    "ITEMS",
    "JUDGMENTS",
    "RANKINGS",
    "RESPONSES",
    "SCHEMA_VERSION",
    "Column",
    "Kind",
    "Row",
    "Table",
    "annotators_table",
]
