"""The versions of a guideline and what changed between two of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in_user
from annotation.access import found, managed_campaign
from annotation.enums import Right
from annotation.models import Guideline
from annotation.selectors.guidelines import guideline_change, guideline_versions
from annotation.views.research_access import research_page


@require_safe
@research_page
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """What the newest version changed, or what changed between the two that are asked for."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    versions = guideline_versions(campaign)
    older, newer = versions_asked(request, versions)
    context = {
        "campaign": campaign,
        "versions": versions,
        "change": found(guideline_change(campaign, older, newer)),
    }
    return render(request, "annotation/research/guideline.html", context)


def versions_asked(request: HttpRequest, versions: list[Guideline]) -> tuple[int, int]:
    """The two versions of the address; the newest and the one before it unless it names others."""
    newest = [one.version for one in versions[:2]]
    newer = number(request, "to", newest[0])
    return number(request, "from", newest[-1] if newer == newest[0] else max(1, newer - 1)), newer


def number(request: HttpRequest, name: str, otherwise: int) -> int:
    """A version from the address; what is none leads to none."""
    text = request.GET.get(name, "")
    if not text:
        return otherwise
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
