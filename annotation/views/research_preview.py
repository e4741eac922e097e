"""The annotators' page as it will be, in a frame of the researchers' pages."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import signed_in_user
from annotation.access import managed_campaign
from annotation.enums import ReportKind, Right
from annotation.flow import flow_of
from annotation.forms.editor import CampaignEditor, step_named
from annotation.library import CAMPAIGN_TEMPLATES
from annotation.models import Campaign
from annotation.selectors.journey import Progress
from annotation.services.previewing import previewed, previewed_assignment
from annotation.views.judging import PAGE, assignment_context
from annotation.views.research_access import research_page

# How far somebody is supposed to be who sees the page.
SUPPOSED = Progress(done=3, total=20)
# Pages of the same installation may show it, and nobody else's.
framed_here = csp_replace({"frame-ancestors": [SELF]})


@require_safe
@research_page
def campaign_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The frame, at the width of a desk or of a phone."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    return render(request, "annotation/research/campaign_preview.html", {"campaign": campaign})


@framed_here
@xframe_options_sameorigin
@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def preview_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in the frame: the campaign as it is, or with what a form sends, unsaved."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.VIEW)
    if request.method != "POST":
        return annotators_page(request, campaign)
    step = step_named(request.GET.get("step", ""))
    editor = CampaignEditor(request.POST, owner=user, campaign=campaign, step=step)
    return unsaved_page(request, campaign, editor)


@framed_here
@xframe_options_sameorigin
@require_POST
@research_page
def preview_new(request: HttpRequest) -> HttpResponse:
    """The same for a campaign that does not exist yet."""
    user = signed_in_user(request)
    template = CAMPAIGN_TEMPLATES.get(request.GET.get("template", ""))
    editor = CampaignEditor(request.POST, owner=user, template=template)
    return unsaved_page(request, Campaign(owner=user), editor)


def unsaved_page(request: HttpRequest, campaign: Campaign, editor: CampaignEditor) -> HttpResponse:
    """What the form would make; or what keeps it from being shown."""
    if not editor.is_valid():
        context = {"problems": editor.problems}
        return render(request, "annotation/research/preview_problems.html", context)
    return annotators_page(request, previewed(campaign, editor.spec))


def annotators_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    flow = flow_of(campaign)
    context = {
        "previewing": True,
        "campaign": campaign,
        "flow": flow,
        "skip_reasons": flow.offered_reasons(),
        "report_kinds": ReportKind.choices,
        "progress": SUPPOSED,
        **assignment_context(previewed_assignment(campaign), {}),
    }
    return render(request, PAGE, context)
