"""Pages of the trail: who changed what, in a campaign for its team, over all of it for admins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in_user
from annotation.access import found, managed_campaign
from annotation.enums import Right
from annotation.forms.trail import CampaignTrailForm, TrailForm, WholeTrailForm
from annotation.models import Campaign
from annotation.selectors.trail import TrailFilter, filtered, people_in, trail, trail_page
from annotation.views.research_access import research_page
from annotation.views.research_reading import id_in


@require_safe
@research_page
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done in a campaign, by whom and when."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    form = CampaignTrailForm(request.GET, people=people_in(campaign))
    return page(request, form, campaign)


@require_safe
@research_page
def whole_trail(request: HttpRequest) -> HttpResponse:
    """What was done in the whole installation, for admins."""
    user = signed_in_user(request)
    found(user if user.is_admin else None)
    return page(request, WholeTrailForm(request.GET))


def page(request: HttpRequest, form: TrailForm, campaign: Campaign | None = None) -> HttpResponse:
    wanted = form.wanted()
    entries = filtered(trail(campaign), wanted)
    context = {
        "campaign": campaign,
        "form": form,
        "is_filtered": wanted != TrailFilter(),
        "page": trail_page(entries, before=id_in(request, "before"), after=id_in(request, "after")),
    }
    return render(request, "annotation/research/history.html", context)
