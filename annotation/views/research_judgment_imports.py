"""Bringing judgments that were given elsewhere into a campaign by a file, and watching it."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from accounts.models import User
from annotation.access import managed_campaign, managed_judgment_import
from annotation.enums import Right
from annotation.errors import Conflict, Unfit
from annotation.forms.given_file import JUDGMENTS
from annotation.forms.judgment_import import JudgmentImportForm
from annotation.models import Campaign, GivenFile, JudgmentImport
from annotation.services.given_files import give_file
from annotation.services.jobs import request_cancel
from annotation.services.judgment_imports import request_judgment_import
from annotation.tasks import start_judgment_import
from annotation.views.research_access import research_page
from annotation.views.research_given_files import address_of

PROBLEMS_SHOWN = 200
IMPORTS_SHOWN = 20
DETAIL = "annotation/research/judgment_import_detail.html"


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def judgment_import_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a file with what is stated of its people, and hand it to the workers."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    form = JudgmentImportForm(campaign)
    if request.method == "POST":
        form = JudgmentImportForm(campaign, request.POST, request.FILES)
        if "look" in request.POST:
            if given := kept(form, campaign, user):
                said = str(form.cleaned_data.get("format", ""))
                return redirect(address_of(given, take=JUDGMENTS, format=said))
        elif job := requested(form, campaign, user):
            start_judgment_import(job)
            return redirect("annotation:research-judgment-import-detail", job.pk)
    return render(
        request,
        "annotation/research/judgment_import_new.html",
        {
            "campaign": campaign,
            "form": form,
            "imports": campaign.judgment_imports.all()[:IMPORTS_SHOWN],
        },
        status=422 if request.method == "POST" else 200,
    )


def kept(form: JudgmentImportForm, campaign: Campaign, user: User) -> GivenFile | None:
    """The file, to be looked at first, or None with the error at its field."""
    form.is_valid()
    file = form.cleaned_data.get("file")
    if file is None:
        return None
    return give_file(campaign, content=file, file_name=file.name or "", given_by=user)


def requested(form: JudgmentImportForm, campaign: Campaign, user: User) -> JudgmentImport | None:
    """The import that the form asks for, or None with each error at its field."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return request_judgment_import(
            campaign,
            content=file,
            file_name=file.name or "",
            asserted_by=user.email,
            requested_by=user,
            **form.stated(),
        )
    except Unfit as unfit:
        form.refused(unfit.fields)
    return None


@require_safe
@research_page
@vary_on_headers("HX-Request")
def judgment_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, and what is wrong with its file; htmx asks for the progress alone."""
    job = managed_judgment_import(signed_in_user(request), pk, Right.VIEW)
    asked_by_htmx = bool(getattr(request, "htmx", None))
    context = {
        "job": job,
        "campaign": job.campaign,
        # The state is read out only when it has changed since the page last asked.
        "is_news": asked_by_htmx and request.GET.get("seen") != job.state,
        "problems": list(job.problems.all()[:PROBLEMS_SHOWN]) if job.error_count else [],
    }
    if asked_by_htmx:
        return render(request, f"{DETAIL}#progress", context)
    sentences = {one["key"]: one["label"] for one in job.campaign.consent_document.purposes}
    context["agreed"] = [sentences.get(key, key) for key in job.purposes]
    return render(request, DETAIL, context)


@require_POST
@research_page
def judgment_import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an import off; one that has ended meanwhile shows how it ended."""
    job = managed_judgment_import(signed_in_user(request), pk, Right.EDIT)
    with suppress(Conflict):
        request_cancel(job)
    return redirect("annotation:research-judgment-import-detail", job.pk)
