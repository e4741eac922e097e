"""Building a campaign step by step, each saved on its own, with what is still missing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import signed_in_user
from annotation.access import found, managed_campaign
from annotation.enums import Right
from annotation.errors import Conflict, Unfit
from annotation.forms.editor import STEPS, CampaignEditor, EditorStep, step_named
from annotation.models import Campaign
from annotation.selectors.readiness import Readiness, readiness_of
from annotation.views.research_access import research_page
from annotation.views.research_editing import (
    clicked,
    clicked_editor,
    form_context,
    place_refusal,
    save_changes,
)

PAGE = "annotation/research/campaign_step.html"


@require_safe
@research_page
def campaign_build(request: HttpRequest, slug: str) -> HttpResponse:
    """All steps, and the checklist."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
    readiness = still_to_open(campaign)
    context = {"campaign": campaign, "readiness": readiness, "steps": step_lines(readiness)}
    return render(request, "annotation/research/campaign_build.html", context)


def still_to_open(campaign: Campaign) -> Readiness:
    """What is missing before opening; nothing is, once that has been."""
    return Readiness([]) if campaign.opened_at else readiness_of(campaign)


def step_lines(readiness: Readiness, shown: EditorStep | None = None) -> list[dict[str, Any]]:
    """The steps in order, each with what it lacks."""
    return [
        {
            "step": step,
            "is_shown": step == shown,
            "missing": [one for one in readiness.missing if one.step == step.key],
            "advice": [one for one in readiness.advice if one.step == step.key],
        }
        for step in STEPS
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """One step: what it asks and nothing else is saved; then the next one follows."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    shown = found(step_named(step))

    def editor_of(data: QueryDict | None) -> CampaignEditor:
        return CampaignEditor(data, owner=user, campaign=campaign, step=shown)

    button = clicked(request)
    if button:
        editor = clicked_editor(request, editor_of)
        return step_page(request, campaign, shown, editor, opened=button)
    editor = editor_of(request.POST if request.method == "POST" else None)
    if request.method == "POST" and editor.is_valid():
        try:
            saved = save_changes(campaign, editor, by=user)
        except (Conflict, Unfit) as refusal:
            place_refusal(editor, refusal)
        else:
            messages.success(request, _("Saved."))
            return after_saving(request, saved.slug, shown)
    return step_page(request, campaign, shown, editor, failed=request.method == "POST")


def after_saving(request: HttpRequest, slug: str, step: EditorStep) -> HttpResponse:
    """The same step again, or on to the next one; after the last, all of them."""
    if "stay" in request.POST:
        return redirect("annotation:research-campaign-step", slug, step.key)
    behind = STEPS[STEPS.index(step) + 1 :]
    if behind:
        return redirect("annotation:research-campaign-step", slug, behind[0].key)
    return redirect("annotation:research-campaign-build", slug)


def step_page(
    request: HttpRequest,
    campaign: Campaign,
    step: EditorStep,
    editor: CampaignEditor,
    *,
    failed: bool = False,
    opened: str = "",
) -> HttpResponse:
    context = {
        **form_context(editor),
        "step": step,
        "number": STEPS.index(step) + 1,
        "steps": step_lines(still_to_open(campaign), step),
        "failed": failed,
        "opened": opened,
    }
    return render(request, PAGE, context, status=422 if failed else 200)
