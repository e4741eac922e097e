"""Strata, kinds of items and quotas as rows."""

from typing import Any

from django.utils.translation import gettext as _

from annotation.forms.campaign import ItemStratumRow, QuotaRow, StratumRow
from annotation.forms.rows import RowForm
from annotation.forms.text_lists import parse_targets, parse_where


def stratum_of(row: StratumRow) -> dict[str, Any]:
    targets: dict[str, str] = {}
    try:
        targets = parse_targets(row.text("targets"))
    except ValueError as error:
        row.add_error(
            "targets", _("Write “item stratum: number”; this does not read so: %s") % error
        )
    return {
        "key": row.text("key"),
        "target": row.text("target") or None,
        "targets": targets,
        "share": row.text("share") or None,
        "quota": row.text("quota") or None,
        "where": where_of(row),
    }


def item_stratum_of(row: ItemStratumRow) -> dict[str, Any]:
    return {"key": row.text("key"), "where": where_of(row)}


def quota_of(row: QuotaRow) -> dict[str, Any]:
    return {"key": row.text("key"), "where": where_of(row), "seats": row.text("seats")}


def where_of(row: RowForm, name: str = "where") -> dict[str, list[str]]:
    """A row's definition; one that does not read is an error of its field."""
    try:
        return parse_where(row.text(name))
    except ValueError as error:
        row.add_error(name, _("Write “name: value, value”; this does not read so: %s") % error)
        return {}
