"""Annotators of a campaign, by pseudonym: who there is, and what one of them has done."""

from dataclasses import asdict, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from annotation.access import managed_campaign, managed_seat
from annotation.enums import AssignmentStatus, Right
from annotation.flow import WARNED, flow_of
from annotation.forms.people_search import PeopleSearchForm
from annotation.models import Campaign
from annotation.selectors.people import (
    PeopleSearch,
    Person,
    own_judgments,
    people_found,
    person_of,
)
from annotation.views.research_access import research_page
from annotation.views.research_reading import id_in

STATUSES_SHOWN = (
    AssignmentStatus.SUBMITTED,
    AssignmentStatus.SKIPPED,
    AssignmentStatus.RELEASED,
    AssignmentStatus.EXPIRED,
    AssignmentStatus.LEASED,
)


@require_safe
@research_page
@vary_on_headers("HX-Request")
def annotators(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody with a seat, sought, sorted and filtered; htmx asks for those found alone."""
    campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
    form = PeopleSearchForm(request.GET, strata=[one.key for one in campaign.strata.all()])
    search = form.search()
    page = people_found(campaign, search)
    context = {
        "campaign": campaign,
        "form": form,
        "search": search,
        "page": page,
        "previous": address_of(replace(search, page=page.number - 1)),
        "next": address_of(replace(search, page=page.number + 1)),
    }
    part = "#found" if getattr(request, "htmx", None) else ""
    return render(request, f"annotation/research/annotators.html{part}", context)


def address_of(search: PeopleSearch) -> str:
    return urlencode({key: value for key, value in asdict(search).items() if value})


@require_safe
@research_page
def annotator(request: HttpRequest, slug: str, pseudonym: str) -> HttpResponse:
    """One person's work in the campaign, their flags and times; nothing of anybody else's."""
    seat = managed_seat(signed_in_user(request), slug, pseudonym)
    flagged = request.GET.get("only") == "flags"
    person = person_of(seat)
    context = {
        "campaign": seat.campaign,
        "person": person,
        "statuses": [(status.label, person.by_status.get(status, 0)) for status in STATUSES_SHOWN],
        "skips": skip_lines(seat.campaign, person),
        "flagged": flagged,
        "page": own_judgments(seat, before=id_in(request, "before"), flagged=flagged),
    }
    return render(request, "annotation/research/annotator.html", context)


def skip_lines(campaign: Campaign, person: Person) -> list[tuple[int, str]]:
    """(how often, why) with the campaign's own labels."""
    labels = dict(flow_of(campaign).offered_reasons())
    labels |= {"": _("no reason given"), WARNED: _("left at the content warning")}
    return [(skip.count, labels.get(skip.kind, skip.kind)) for skip in person.skips]
