"""Criteria as rows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotation.forms.campaign import CriterionRow
from annotation.forms.scales import SCALED, parse_scale, write_scale


def criterion_of(row: CriterionRow, scales: Mapping[str, Any], task_type: str) -> dict[str, Any]:
    """The page asks for a scale where answers are given by it, and keeps any other."""
    key = row.text("key")
    scale, text = scales.get(key), row.text("scale")
    is_asked = task_type in SCALED and row["scale"].html_name in row.data
    if is_asked and text != write_scale(scale):
        try:
            scale = parse_scale(text, task_type)
        except ValueError as error:
            row.add_error("scale", _("This line does not read as a scale: %s") % error)
    return {"key": key, "label": row.text("label"), "scale": scale}
