"""Writing a campaign: create, change, and see what a guideline will look like."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in_user
from accounts.models import User
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.errors import Conflict, Unfit
from annotation.forms.campaign_editor import CampaignEditor
from annotation.models import Campaign
from annotation.rendering import render_markdown
from annotation.services.campaigns import NEEDS_PLANNING, change_campaign, create_campaign
from annotation.tasks import start_planning
from annotation.views.research_access import research_page

LONGEST_PREVIEW = 100_000
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
    """Create a draft."""
    user = signed_in_user(request)
    editor = CampaignEditor(request.POST if request.method == "POST" else None, owner=user)
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
    editor = CampaignEditor(
        request.POST if request.method == "POST" else None, owner=user, campaign=campaign
    )
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


def form_page(request: HttpRequest, editor: CampaignEditor) -> HttpResponse:
    failed = request.method == "POST"
    return render(
        request,
        "annotation/research/campaign_form.html",
        {"editor": editor, "campaign": editor.campaign, "failed": failed},
        status=422 if failed else 200,
    )


@require_POST
@research_page
def guideline_preview(request: HttpRequest) -> HttpResponse:
    """A guideline as annotators will see it."""
    html = render_markdown(request.POST.get("guideline", "")[:LONGEST_PREVIEW])
    return render(request, "annotation/research/guideline_preview.html", {"html": html})
