"""Changing an answer that was given."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in_user
from annotation.access import own_assignment
from annotation.errors import Conflict, Unfit
from annotation.models import Assignment
from annotation.services.revising import final_judgment, refuse_unless_revisable, revise_judgment
from annotation.views.answering import as_posted
from annotation.views.judging import (
    PAGE,
    STAGE,
    WORDS,
    assignment_context,
    go_on,
    show_problem,
    stage_context,
    submission_from_form,
)
from annotation.views.queued import is_queued, signed_in

HISTORY = "history"


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_revise(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show an answer as it was given, to be changed; store what it was changed to."""
    assignment = own_assignment(signed_in_user(request), pk)
    if request.method == "POST":
        try:
            revise_judgment(assignment, submission_from_form(request, assignment))
        except (Unfit, Conflict) as error:
            return show_problem(request, assignment, error, revising=True)
        return back_to_history(request, assignment) or go_on(request, assignment, done="changed")
    refuse_unless_revisable(assignment)
    context = {
        "from_history": comes_from_history(request.GET),
        **stage_context(assignment.seat),
        **assignment_context(assignment, as_given(assignment)),
        "revising": True,
    }
    template = STAGE if request.htmx else PAGE  # type: ignore[attr-defined]
    return render(request, template, context)


def comes_from_history(said: QueryDict) -> bool:
    return said.get("from") == HISTORY


def back_to_history(request: HttpRequest, assignment: Assignment) -> HttpResponse | None:
    """The list of what they judged, for whoever came from there; what was queued gets a receipt."""
    if is_queued(request) or not comes_from_history(request.POST):
        return None
    messages.success(request, WORDS["changed"])
    address = reverse("annotation:campaign-history", args=[assignment.campaign.slug])
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def as_given(assignment: Assignment) -> dict[str, str]:
    return as_posted(assignment, final_judgment(assignment))
