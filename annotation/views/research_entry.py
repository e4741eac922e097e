"""Researchers' page of entry links: making them, what became of their people, revoking them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in_user
from annotation.access import managed_campaign, managed_entry_link
from annotation.enums import PlatformKey, Right, ScreenOutReason
from annotation.forms.entry_links import EntryLinkForm
from annotation.models import Campaign, EntryLink
from annotation.platforms.panel import link_key
from annotation.selectors.entry import LinkCounts, link_counts, links_of, turned_away
from annotation.serializers.entry_links import address_of
from annotation.services.entry_links import create_entry_link, renew_key, revoke_entry_link
from annotation.views.research_access import research_page

PAGE = "annotation/research/entry_links.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def entry_links(request: HttpRequest, slug: str) -> HttpResponse:
    """The links of a campaign, and a form for another. A panel's key is shown this once."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT if request.method == "POST" else Right.VIEW)
    if request.method != "POST":
        return page(request, campaign, EntryLinkForm())
    form = EntryLinkForm(request.POST)
    spec = form.spec()
    if spec is None:
        return page(request, campaign, form, status=422)
    link = create_entry_link(campaign, spec, by=user)
    if link.platform == PlatformKey.PANEL:
        return page(request, campaign, EntryLinkForm(), shown_key=(link, link_key(link)))
    messages.success(request, _("The link is made. Give its address to the platform."))
    return redirect("annotation:research-entry-links", slug)


@require_POST
@research_page
def entry_link_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let nobody new in by the link."""
    link = revoke_entry_link(managed_entry_link(signed_in_user(request), slug, pk, Right.EDIT))
    messages.success(request, _("Nobody new comes in by “%s” any more.") % link.name)
    return redirect("annotation:research-entry-links", slug)


@never_cache
@require_POST
@research_page
def entry_link_key(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Renew a panel's key and show it this once."""
    user = signed_in_user(request)
    link = managed_entry_link(user, slug, pk, Right.EDIT)
    key = renew_key(link)
    return page(
        request, managed_campaign(user, slug, Right.EDIT), EntryLinkForm(), shown_key=(link, key)
    )


def page(
    request: HttpRequest,
    campaign: Campaign,
    form: EntryLinkForm,
    *,
    shown_key: tuple[EntryLink, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    counts = link_counts(campaign)
    context: dict[str, Any] = {
        "campaign": campaign,
        "form": form,
        "failed": status != 200,
        "shown_key": shown_key,
        "rows": [
            {
                "link": link,
                "address": address_of(link, request),
                "counts": counts.get(link.pk) or LinkCounts(),
            }
            for link in links_of(campaign)
        ],
        "turned_away": [
            {
                "why": ScreenOutReason(row.reason).label,
                "stratum": row.stratum,
                "count": row.count,
            }
            for row in turned_away(campaign)
        ],
    }
    return render(request, PAGE, context, status=status)
