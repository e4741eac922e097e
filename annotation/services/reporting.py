"""Annotators' reports of harmful content: kept for the researchers, told to nobody else."""

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.enums import AssignmentStatus, ReportKind
from annotation.errors import Unfit
from annotation.models import Assignment, Report
from annotation.services.seats import has_withdrawn

LONGEST_NOTE = 5000


def report_content(
    assignment: Assignment, *, kind: str, response: str | None = None, note: str = ""
) -> Report:
    """Keep a report of the assignment's item, or of one response by its id.

    The same again changes its note only. Raises `Unfit` naming the field.
    """
    problems = {}
    if kind not in ReportKind.values:
        problems["kind"] = _("Must be one of %(known)s.") % {"known": ", ".join(ReportKind.values)}
    if response and response not in assignment.presented_order:
        problems["response"] = _("This item has no such response.")
    if len(note) > LONGEST_NOTE or "\x00" in note:
        problems["note"] = _("Must be a text of at most %(longest)s characters.") % {
            "longest": LONGEST_NOTE
        }
    if problems:
        raise Unfit(_("The report was not kept."), fields=problems)
    shown = assignment.item.responses.get(external_id=response) if response else None
    with transaction.atomic():
        # Whoever erases what the person gave holds the assignment, and is waited for.
        locked = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
        if locked.status == AssignmentStatus.WITHDRAWN:
            raise has_withdrawn()
        report, _created = Report.objects.update_or_create(
            assignment=assignment,
            response=shown,
            kind=kind,
            defaults={"note": note.strip()},
            create_defaults={
                "campaign_id": assignment.campaign_id,
                "item_id": assignment.item_id,
                "annotator_id": assignment.annotator_id,
                "note": note.strip(),
            },
        )
    return report
