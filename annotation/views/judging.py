"""Judging: one item after the other without a page load."""

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in_user
from annotation.access import own_assignment, own_seat, shown_campaign
from annotation.enums import NothingToServe, ReportKind, Revising
from annotation.errors import Conflict, NotFound, Unfit
from annotation.flow import flow_of
from annotation.models import Assignment, Seat
from annotation.rendering import item_html
from annotation.selectors.journey import Journey, Step, progress_of
from annotation.services.judging import submit_judgment
from annotation.services.leases import skip_assignment
from annotation.services.serving import item_of, next_at_seat
from annotation.services.submissions import Submission
from annotation.task_types import letter
from annotation.views.answering import answer_context, answered
from annotation.views.drafts import form_in
from annotation.views.queued import is_queued, refusal, signed_in
from annotation.views.warnings import remember_warnings, warnings_before

PAGE = "annotation/annotator/judge.html"
STAGE = "annotation/annotator/judge.html#stage"
PROBLEMS = "annotation/annotator/judge.html#problems"
# What became of the item before.
WORDS = {
    "saved": gettext_lazy("Saved."),
    "changed": gettext_lazy("Changed."),
    "skipped": gettext_lazy("Skipped."),
}
# Seconds after which the page looks again by itself.
LOOK_AGAIN = {NothingToServe.PLANNING: 2, NothingToServe.WAITING: 30, NothingToServe.PAUSED: 60}


@signed_in
@never_cache
@require_safe
def campaign_judge(request: HttpRequest, slug: str) -> HttpResponse:
    """The assignment this person holds, or the next one, or why there is none."""
    try:
        seat = own_seat(signed_in_user(request), slug)
    except NotFound:
        campaign = shown_campaign(signed_in_user(request), slug)
        return redirect("annotation:campaign-start", slug=campaign.slug)
    step = Journey(seat.campaign, consent=None, seat=seat).step
    if step != Step.JUDGE:
        return redirect(f"annotation:{step.value}", slug=slug)
    return show_next(request, seat.pk)


@signed_in
@require_POST
def assignment_submit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Store the judgment and show the next item in its place."""
    assignment = own_assignment(signed_in_user(request), pk)
    try:
        submit_judgment(assignment, submission_from_form(request, assignment))
    except (Unfit, Conflict) as error:
        return show_problem(request, assignment, error)
    return go_on(request, assignment, done="saved")


@signed_in
@require_POST
def assignment_skip(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Decline the item and show the next one in its place."""
    assignment = own_assignment(signed_in_user(request), pk)
    kind = request.POST.get("skip_kind", "")
    reason = request.POST.get("skip_reason", "").strip()[:500]
    try:
        skip_assignment(assignment, kind=kind, reason=reason)
    except (Unfit, Conflict) as error:
        return show_problem(request, assignment, error)
    return go_on(request, assignment, done="skipped")


def submission_from_form(request: HttpRequest, assignment: Assignment) -> Submission:
    """The posted form as a submission, with its key and the time it took."""
    active_ms = request.POST.get("active_ms", "")
    return replace(
        answered(assignment, request.POST.dict()),
        active_ms=milliseconds(active_ms),
        elapsed_ms=milliseconds(request.POST.get("elapsed_ms", "")),
        language=get_language() or "en",
        idempotency_key=request.POST.get("idempotency_key", "")[:200],
    )


def milliseconds(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 12 else None


def go_on(request: HttpRequest, assignment: Assignment, *, done: str) -> HttpResponse:
    """The next item in place of this one; what was sent from a queue gets a receipt only."""
    if is_queued(request):
        return JsonResponse({"done": done})
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("annotation:campaign-judge", slug=assignment.campaign.slug)
    before = assignment.pk if done in ("saved", "changed") else None
    return show_next(request, assignment.seat_id, done=WORDS[done], before=before)


def show_next(
    request: HttpRequest, seat_id: int, *, done: str | Promise = "", before: int | None = None
) -> HttpResponse:
    """The next item, or why there is none; `done` says what became of `before`."""
    seat, served = next_at_seat(seat_id)
    context = stage_context(seat, done)
    if before and flow_of(seat.campaign).revise != Revising.OFF:
        context["before"] = before
    if isinstance(served, NothingToServe):
        context |= {"nothing": served, "look_again": LOOK_AGAIN.get(served)}
    else:
        context |= shown_context(request, served)
    template = STAGE if request.htmx else PAGE  # type: ignore[attr-defined]
    response = render(request, template, context)
    remember_warnings(request, response, seat.campaign, served)
    return response


def stage_context(seat: Seat, done: str | Promise = "") -> dict[str, Any]:
    """What stands around an item, whichever it is."""
    flow = flow_of(seat.campaign)
    return {
        "campaign": seat.campaign,
        "flow": flow,
        "skip_reasons": flow.offered_reasons(),
        "report_kinds": ReportKind.choices,
        "progress": progress_of(seat, seat.campaign),
        "done": done,
    }


def shown_context(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    """The item with the draft there is of its answer, or first what to know before it is shown."""
    warnings = warnings_before(request, assignment)
    if warnings:
        return {"assignment": assignment, "warnings": warnings}
    draft = assignment.draft or {}
    return assignment_context(assignment, form_in(draft)) | {"draft_saved": draft.get("saved", "")}


def assignment_context(assignment: Assignment, data: dict[str, str]) -> dict[str, Any]:
    """What the judging page needs of an assignment; `data` is what was chosen so far."""
    item, responses = item_of(assignment)
    prompt_html, responses_html = item_html(item, responses)
    asked = answer_context(assignment, data)
    return {
        **asked,
        "assignment": assignment,
        "item": item,
        "prompt_html": prompt_html,
        "responses": [
            {
                "number": number,
                "letter": letter(number),
                "html": responses_html[response_id],
                "acceptable": acceptable,
            }
            for number, (response_id, acceptable) in enumerate(
                zip(assignment.presented_order, asked["acceptable_groups"], strict=True)
            )
        ],
        "idempotency_key": data.get("idempotency_key") or uuid.uuid4().hex,
    }


def show_problem(
    request: HttpRequest,
    assignment: Assignment,
    error: Unfit | Conflict,
    *,
    revising: bool = False,
) -> HttpResponse:
    """Say what is wrong and leave everything on the page as it is."""
    if is_queued(request):
        return refusal(error)
    if isinstance(error, Unfit):
        message = error.fields.get("reason") or _(
            "Please answer every question before you go on. Nothing is lost."
        )
    else:
        message = error.message
    status = 422 if isinstance(error, Unfit) else 409
    context: dict[str, Any] = {"problem": message, "can_go_on": isinstance(error, Conflict)}
    context |= {"campaign": assignment.campaign, "revising": revising}
    context["from_history"] = request.POST.get("from") == "history"
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, PROBLEMS, context, status=status)
        response["HX-Retarget"] = "#judge-problems"
        response["HX-Reswap"] = "innerHTML"
        return response
    seat = assignment.seat
    context |= stage_context(seat)
    context |= assignment_context(assignment, request.POST.dict())
    return render(request, PAGE, context, status=status)
