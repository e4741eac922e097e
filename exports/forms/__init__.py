"""Forms and controls of the pages of datasets."""

from exports.forms.derived import FormatWish, read_formats
from exports.forms.release import (
    DecisionForm,
    LinkForm,
    PolicyForm,
    SnapshotForm,
    TextForm,
    Wish,
    read_cuts,
    read_profile,
    read_wish,
)

__all__ = [
    "DecisionForm",
    "FormatWish",
    "LinkForm",
    "PolicyForm",
    "SnapshotForm",
    "TextForm",
    "Wish",
    "read_cuts",
    "read_formats",
    "read_profile",
    "read_wish",
]
