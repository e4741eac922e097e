"""Audits as pages: those of a corpus, a new one, one under way, and its report."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from accounts.access import signed_in_user
from accounts.models import User
from annotation.enums import Right
from annotation.models import Campaign
from annotation.services.jobs import request_cancel
from annotation.tasks import start_import
from annotation.views.research_access import research_page
from values.access import (
    audited_campaign,
    audits_of,
    labelling_campaign,
    labelling_campaigns,
    managed_audit,
    managed_audit_file,
    own_taxonomy,
    samples_of,
    taxonomies_of,
)
from values.charts import charts_of
from values.downloads import download
from values.errors import Conflict, Unfit
from values.forms import AuditForm, SampleForm
from values.models import Audit
from values.selectors.corpus import sides_known
from values.services.auditing import Parameters, request_audit
from values.services.sampling import draw_sample, free_slug
from values.tasks import start_audit

MOST_LISTED = 200
PARAMETERS = (
    *("threshold", "least_people", "least_texts", "least_group", "seed"),
    *("preference", "folds", "draws"),
)


class HtmxRequest(HttpRequest):
    """A request after `HtmxMiddleware`."""

    htmx: HtmxDetails


@research_page
@require_safe
def audit_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A corpus' audits, and the samples of it that people label."""
    user = signed_in_user(request)
    campaign = audited_campaign(user, slug, Right.VIEW)
    form = SampleForm(taxonomies=taxonomies_of(user))
    return render(request, "values/audit_list.html", list_context(user, campaign, form))


def list_context(user: User, campaign: Campaign, form: SampleForm) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "audits": audits_of(user, campaign.slug)[:MOST_LISTED],
        "samples": samples_of(user, campaign.slug)[:MOST_LISTED],
        "sides": sides_known(campaign),
        "form": form,
    }


@research_page
@require_POST
def sample_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw texts into a new draft campaign, which opens as its page."""
    user = signed_in_user(request)
    campaign = audited_campaign(user, slug, Right.EDIT)
    form = SampleForm(request.POST, taxonomies=taxonomies_of(user))
    if form.is_valid():
        said = form.cleaned_data
        taxonomy = own_taxonomy(user, said["taxonomy"]) if said["taxonomy"] else None
        try:
            sample, item_import = draw_sample(
                campaign,
                slug=free_slug(campaign),
                title=_("%(title)s: values") % {"title": campaign.title[:180]},
                size=said["size"],
                seed=said["sample_seed"],
                people=said["people"],
                taxonomy=taxonomy,
                drawn_by=user,
            )
        except Unfit:
            form.add_error(None, _("This campaign has no texts to draw from."))
        else:
            start_import(item_import)
            messages.success(
                request,
                _("A draft campaign with the sample is made. Look through it, then open it."),
            )
            return redirect("annotation:research-campaign-detail", slug=sample.campaign.slug)
    context = list_context(user, campaign, form)
    return render(request, "values/audit_list.html", context, status=422)


@research_page
@require_http_methods(["GET", "HEAD", "POST"])
def audit_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose labels and parameters, and ask for the audit."""
    user = signed_in_user(request)
    campaign = audited_campaign(user, slug, Right.EDIT)
    labels, sides = labelling_campaigns(user), sides_known(campaign)
    form = AuditForm(request.POST or None, corpus=campaign, labels=labels, sides=sides)
    if request.method == "POST" and (audit := requested(form, campaign, user)):
        start_audit(audit)
        return redirect("values:audit-detail", pk=audit.pk)
    context = {"campaign": campaign, "form": form, "labels": labels, "sides": sides}
    status = 422 if request.method == "POST" else 200
    return render(request, "values/audit_new.html", context, status=status)


def requested(form: AuditForm, campaign: Campaign, user: User) -> Audit | None:
    """The audit that the form asks for, or None with each error at its field."""
    if not form.is_valid():
        return None
    said = form.cleaned_data
    try:
        return request_audit(
            campaign,
            labelling_campaign(user, said["labels"]),
            criterion=said["criterion"],
            sides=said["sides"],
            parameters=Parameters(**{name: said[name] for name in PARAMETERS}),
            requested_by=user,
        )
    except Unfit as unfit:
        form.refused(unfit.fields)
    return None


@research_page
@require_safe
@never_cache
def audit_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """One audit; for htmx only the part that changes while it is made."""
    audit = managed_audit(signed_in_user(request), pk, Right.VIEW)
    template = "values/audit_detail.html"
    if request.htmx and not request.htmx.boosted:
        template += "#progress"
    return render(request, template, detail_context(audit))


def detail_context(audit: Audit) -> dict[str, Any]:
    is_told = audit.is_told
    return {
        "audit": audit,
        "campaign": audit.campaign,
        "results": audit.results if is_told else None,
        "charts": charts_of(audit.results) if is_told and audit.results else None,
        "files": audit.files.all() if is_told else [],
    }


@research_page
@require_POST
def audit_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an audit off; one that has just ended stays as it ended."""
    audit = managed_audit(signed_in_user(request), pk, Right.EDIT)
    try:
        request_cancel(audit)
    except Conflict:
        messages.info(request, _("This audit had ended already."))
    return redirect("values:audit-detail", pk=audit.pk)


@research_page
@require_safe
def audit_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return download(request, managed_audit_file(signed_in_user(request), pk, name))
