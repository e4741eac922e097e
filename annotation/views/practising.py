"""Practice before the first item: the form, tried out, with feedback about the form only."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import Unfit
from annotation.entry import practice_of
from annotation.selectors.journey import Step
from annotation.services.comprehension import mark_practised
from annotation.services.rehearsing import read_back, rehearsal
from annotation.views.joining import standing, step_context, to_next_step
from annotation.views.judging import assignment_context, submission_from_form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_practice(request: HttpRequest, slug: str) -> HttpResponse:
    """One practice item after the other: asked, answered, and said back in words."""
    journey = standing(request, slug)
    seat, guideline = journey.seat, journey.campaign.guideline
    if seat is None or guideline is None or journey.step != Step.PRACTICE:
        return to_next_step(journey)
    items = practice_of(guideline)
    number = shown_number(request)
    if number >= len(items):
        mark_practised(seat, guideline.version)
        return to_next_step(standing(request, slug))
    assignment = rehearsal(journey.campaign, items[number], number)
    context = step_context(journey, Step.PRACTICE)
    context |= {"number": number, "count": len(items), "is_last": number + 1 == len(items)}
    status = 200
    if request.method == "POST" and "answered" in request.POST:
        try:
            said = read_back(assignment, submission_from_form(request, assignment))
            context |= {"said": said, "note": items[number]["note"]}
        except Unfit:
            context["problem"] = _("Please answer every question, as you will for each item.")
            status = 422
    context |= assignment_context(assignment, request.POST.dict())
    return render(request, "annotation/annotator/practice.html", context, status=status)


def shown_number(request: HttpRequest) -> int:
    """Which practice item it is about, counted from 0."""
    written = request.POST.get("number", "0")
    return int(written) if written.isdecimal() and len(written) < 4 else 0
