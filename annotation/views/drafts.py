"""Drafts of the judging page: its form as it stands, kept with the assignment."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from accounts.access import signed_in_user
from annotation.access import own_assignment
from annotation.content import storable_bytes
from annotation.errors import Conflict
from annotation.services.leases import LARGEST_DRAFT, save_draft
from annotation.views.queued import refusal, signed_in

NOT_OF_THE_ANSWER = ("csrfmiddlewaretoken", "idempotency_key", "active_ms", "elapsed_ms")


@signed_in
@require_POST
def assignment_draft(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Keep the form as it stands; tells the page when, by which it knows its own draft again."""
    assignment = own_assignment(signed_in_user(request), pk)
    form = {key: value for key, value in request.POST.items() if key not in NOT_OF_THE_ANSWER}
    draft = {"form": form, "saved": str(time.time_ns() // 1_000_000)}
    try:
        if len(storable_bytes(draft)) > LARGEST_DRAFT:
            return JsonResponse({"code": "too-large"}, status=413)
    except ValueError:
        return JsonResponse({"code": "unfit"}, status=422)
    try:
        save_draft(assignment, draft)
    except Conflict as error:
        return refusal(error)
    return JsonResponse({"saved": draft["saved"]})


def form_in(draft: dict[str, Any]) -> dict[str, str]:
    """The form that a draft holds; drafts that came over REST have forms of their own."""
    form = draft.get("form")
    if not isinstance(form, dict):
        return {}
    return {key: value for key, value in form.items() if isinstance(value, str)}
