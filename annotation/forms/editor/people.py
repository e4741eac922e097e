"""Questions and purposes as rows, and whom a campaign leaves out."""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from annotation.access import campaigns_run_by
from annotation.enums import Right
from annotation.forms.campaign import PurposeRow, QuestionRow
from annotation.forms.editor.strata import where_of
from annotation.forms.text_lists import parse_options
from annotation.models import Campaign

# A list longer than this is not chosen from by hand; REST takes any of them.
MOST_TO_EXCLUDE = 200


def question_of(row: QuestionRow) -> dict[str, Any]:
    return {
        "key": row.text("key"),
        "label": row.text("label"),
        "kind": row.text("kind"),
        "options": parse_options(row.text("options")),
        "purpose": row.text("purpose"),
        "show_if": where_of(row, "show_if"),
    }


def purpose_of(row: PurposeRow) -> dict[str, Any]:
    return {
        "key": row.text("key"),
        "label": row.text("label"),
        "required": bool(row.text("required")),
    }


def excludable_campaigns(
    owner: User, campaign: Campaign | None, excluded: Sequence[str]
) -> list[tuple[str, str]]:
    """The person's other campaigns by slug, newest first; those excluded already always.

    Of an excluded campaign that is none of theirs they learn no more than its address.
    """
    others = campaigns_run_by(owner, Right.VIEW)
    if campaign:
        others = others.exclude(pk=campaign.pk)
    newest = list(others.values_list("slug", "title")[:MOST_TO_EXCLUDE])
    missing = set(excluded) - {slug for slug, _title in newest}
    more = dict(others.filter(slug__in=missing).values_list("slug", "title")) if missing else {}
    return [*newest, *((slug, more.get(slug, slug)) for slug in excluded if slug in missing)]
