"""Researchers' page of quality evidence: flags by annotator, never agreement with others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in_user
from annotation.access import managed_campaign
from annotation.entry import entry_of
from annotation.enums import Right
from annotation.selectors.quality import quality_of
from annotation.views.research_access import research_page


@require_safe
@research_page
def quality(request: HttpRequest, slug: str) -> HttpResponse:
    """Checks, repeats and times of each annotator of whom anything is noted."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    context = {"campaign": campaign, "rows": quality_of(campaign), "entry": entry_of(campaign)}
    return render(request, "annotation/research/quality.html", context)
