"""Training and perspectivist formats, derived from the tables of a release.

Nothing here reads the database: a source is whatever gives the documented tables.
"""

from exports.derived.base import DerivedFormat, Made
from exports.derived.formats import FORMATS
from exports.derived.making import (
    Request,
    read_request,
    read_requests,
    write_companions,
    write_derived,
    write_requests,
)
from exports.derived.options import NothingMatches, OptionProblem
from exports.derived.sources import Source, Tables
from exports.derived.training.base import TrainingFormat

__all__ = [
    "FORMATS",
    "DerivedFormat",
    "Made",
    "NothingMatches",
    "OptionProblem",
    "Request",
    "Source",
    "Tables",
    "TrainingFormat",
    "read_request",
    "read_requests",
    "write_companions",
    "write_derived",
    "write_requests",
]
