"""Reports of harmful content: given on the judging page, read on a page of the campaign's."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in_user
from annotation.access import managed_campaign, own_assignment
from annotation.enums import Right
from annotation.errors import Unfit
from annotation.selectors.reports import reports_of
from annotation.services.reporting import report_content
from annotation.views.queued import signed_in
from annotation.views.research_access import research_page

ANSWER = "annotation/annotator/report_answer.html"
REPORTS_A_PAGE = 50


@signed_in
@require_POST
def assignment_report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Keep the report; the item stays on the screen."""
    assignment = own_assignment(signed_in_user(request), pk)
    place = request.POST.get("report_response", "")
    order = assignment.presented_order
    shown = order[int(place)] if place.isdecimal() and int(place) < len(order) else None
    message, status = _("Thank you. The researchers will look at it."), 200
    try:
        report_content(
            assignment,
            kind=request.POST.get("report_kind", ""),
            response=shown,
            note=request.POST.get("report_note", ""),
        )
    except Unfit:
        message, status = _("Please say what is wrong with it."), 422
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, ANSWER, {"message": message, "failed": status != 200}, status=200)
    messages.add_message(request, messages.SUCCESS if status == 200 else messages.ERROR, message)
    return redirect("annotation:campaign-judge", slug=assignment.campaign.slug)


@require_safe
@research_page
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """What annotators reported in a campaign, newest first."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    page = Paginator(reports_of(campaign), REPORTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"campaign": campaign, "page": page, "count": page.paginator.count}
    return render(request, "annotation/research/reports.html", context)
