"""What a campaign can begin from, and putting one aside."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import signed_in_user
from accounts.api.problems import flat_fields
from accounts.models import User
from annotation.access import managed_campaign
from annotation.enums import Right, TaskTypeKey
from annotation.errors import Conflict, Unfit
from annotation.forms.beginnings import CopyForm
from annotation.library import CAMPAIGN_TEMPLATES
from annotation.models import Campaign
from annotation.selectors.campaigns import free_slug
from annotation.serializers.beginnings import copied_campaign
from annotation.services.archiving import archive_campaign, restore_campaign
from annotation.services.campaigns import create_campaign
from annotation.views.research_access import research_page
from annotation.views.research_campaigns import move


@require_safe
@research_page
def campaign_templates(request: HttpRequest) -> HttpResponse:
    """Templates to choose from, or nothing."""
    offered = [
        {
            "template": one,
            "task_type": TaskTypeKey(one.body["task_type"]).label,
            "questions": len(one.body["questions"]),
            "strata": len(one.body.get("strata", ())),
        }
        for one in CAMPAIGN_TEMPLATES.values()
    ]
    return render(request, "annotation/research/campaign_templates.html", {"offered": offered})


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the copy on GET, make it on POST."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.VIEW)
    if request.method != "POST":
        title = _("Copy of %(title)s") % {"title": campaign.title}
        form = CopyForm(initial={"title": title, "slug": free_slug(campaign.slug)})
        return copy_page(request, campaign, form, status=200)
    form = CopyForm(request.POST)
    copy = copy_named(user, campaign, form)
    if copy is None:
        return copy_page(request, campaign, form, status=422)
    messages.success(request, _("The copy is a draft. Next, give it items."))
    return redirect("annotation:research-campaign-detail", copy.slug)


def copy_named(user: User, campaign: Campaign, form: CopyForm) -> Campaign | None:
    """The copy, or None with what is wrong at its field."""
    body = copied_campaign(campaign, form.written())
    if not body.is_valid():
        for name, message in flat_fields(body.errors).items():
            form.place_error(name, message)
        return None
    try:
        return create_campaign(user, body.validated_data, copied_from=campaign)
    except Unfit as refusal:
        for message in refusal.fields.values():
            form.place_error("", message)
    except Conflict as refusal:
        form.place_error("slug", refusal.message)
    return None


def copy_page(
    request: HttpRequest, campaign: Campaign, form: CopyForm, *, status: int
) -> HttpResponse:
    context = {"campaign": campaign, "form": form}
    return render(request, "annotation/research/campaign_copy.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a campaign out of lists."""
    done = _("The campaign is archived.")
    return move(request, slug, "archive", Right.OWN, archive_campaign, done)


@require_POST
@research_page
def campaign_restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring it back."""
    restore_campaign(managed_campaign(signed_in_user(request), slug, Right.OWN))
    messages.success(request, _("The campaign is back in the list."))
    return redirect("annotation:research-campaign-detail", slug)
