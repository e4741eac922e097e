"""Writing a campaign: create, change, and see what a guideline will look like."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in_user
from accounts.models import User
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.errors import Conflict, Unfit
from annotation.forms.editor import CampaignEditor
from annotation.forms.standard_questions import add_question_set
from annotation.forms.strata_numbers import numbers_of
from annotation.library import CAMPAIGN_TEMPLATES
from annotation.models import Campaign
from annotation.rendering import render_markdown
from annotation.services.campaigns import NEEDS_PLANNING, change_campaign, create_campaign
from annotation.tasks import start_planning
from annotation.views.research_access import research_page

LONGEST_PREVIEW = 100_000
CLICKS = ("add_set", "build_strata")
# Where on the page a refusal belongs that the form cannot foresee, by its code.
PLACES = {
    "slug-in-use": "slug",
    "has-items": "task_type",
    "quota-below-seats": "strata",
    "frozen": "",
}


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Create a draft, from a template where the address names one."""
    user = signed_in_user(request)
    template = CAMPAIGN_TEMPLATES.get(request.GET.get("template", ""))

    def editor_of(data: QueryDict | None) -> CampaignEditor:
        return CampaignEditor(data, owner=user, template=template)

    if clicked(request):
        return clicked_page(request, editor_of)
    editor = editor_of(request.POST if request.method == "POST" else None)
    if request.method == "POST" and editor.is_valid():
        try:
            campaign = create_campaign(user, editor.spec)
        except (Conflict, Unfit) as refusal:
            place_refusal(editor, refusal)
        else:
            messages.success(request, _("The draft is made. Next, give it items."))
            return redirect("annotation:research-campaign-detail", campaign.slug)
    return form_page(request, editor)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a campaign; what is frozen since it was opened is shown, not asked."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)

    def editor_of(data: QueryDict | None) -> CampaignEditor:
        return CampaignEditor(data, owner=user, campaign=campaign)

    if clicked(request):
        return clicked_page(request, editor_of)
    editor = editor_of(request.POST if request.method == "POST" else None)
    if request.method == "POST" and editor.is_valid():
        try:
            changed = save_changes(campaign, editor, by=user)
        except (Conflict, Unfit) as refusal:
            place_refusal(editor, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("annotation:research-campaign-detail", changed.slug)
    return form_page(request, editor)


def save_changes(campaign: Campaign, editor: CampaignEditor, *, by: User) -> Campaign:
    changes = editor.changes()
    if not changes:
        return campaign
    campaign = change_campaign(campaign, changes, by=by)
    if any(part in changes for part in NEEDS_PLANNING) and campaign.items.exists():
        start_planning(campaign)
    return campaign


def place_refusal(editor: CampaignEditor, refusal: Conflict | Unfit) -> None:
    if isinstance(refusal, Unfit):
        for name, message in refusal.fields.items():
            editor.place_error([name], message)
    else:
        editor.place_error([PLACES.get(refusal.code, "")], refusal.message)


def clicked(request: HttpRequest) -> str:
    """The button that was pressed, of those that change what is written and save nothing."""
    return next((button for button in CLICKS if button in request.POST), "")


def clicked_editor(
    request: HttpRequest, editor_of: Callable[[QueryDict | None], CampaignEditor]
) -> CampaignEditor:
    """What was written, with what the button adds to it."""
    if "add_set" in request.POST:
        return editor_of(add_question_set(request.POST, request.POST["add_set"]))
    builder = editor_of(request.POST).builder
    editor = editor_of(builder.build(request.POST))
    editor.builder.problem = builder.problem
    return editor


def clicked_page(
    request: HttpRequest, editor_of: Callable[[QueryDict | None], CampaignEditor]
) -> HttpResponse:
    editor = clicked_editor(request, editor_of)
    context = {**form_context(editor), "opened": clicked(request)}
    return render(request, "annotation/research/campaign_form.html", context)


def form_context(editor: CampaignEditor) -> dict[str, Any]:
    """What every page with the editor's fields needs; the preview takes what is written there."""
    if editor.campaign:
        preview_to = reverse("annotation:research-preview-page", args=[editor.campaign.slug])
        chosen = {"step": editor.step.key} if editor.step else {}
    else:
        preview_to = reverse("annotation:research-preview-new")
        chosen = {"template": editor.template.key} if editor.template else {}
    if chosen:
        preview_to += f"?{urlencode(chosen)}"
    return {"editor": editor, "campaign": editor.campaign, "preview_to": preview_to}


def form_page(request: HttpRequest, editor: CampaignEditor) -> HttpResponse:
    failed = request.method == "POST"
    return render(
        request,
        "annotation/research/campaign_form.html",
        {**form_context(editor), "failed": failed},
        status=422 if failed else 200,
    )


@require_POST
@research_page
def strata_numbers(request: HttpRequest) -> HttpResponse:
    """What the strata of a form come to, as they are written now."""
    context = {"numbers": numbers_of(request.POST)}
    return render(request, "annotation/research/strata_numbers.html#table", context)


@require_POST
@research_page
def guideline_preview(request: HttpRequest) -> HttpResponse:
    """A guideline as annotators will see it."""
    html = render_markdown(request.POST.get("guideline", "")[:LONGEST_PREVIEW])
    return render(request, "annotation/research/guideline_preview.html", {"html": html})
