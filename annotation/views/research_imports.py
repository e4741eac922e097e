"""Bringing items into a campaign by a file, and watching it."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from annotation.access import managed_campaign, managed_import
from annotation.enums import Right
from annotation.errors import Conflict
from annotation.forms.item_import import ItemImportForm
from annotation.services.given_files import give_file
from annotation.services.imports import request_import
from annotation.services.jobs import request_cancel
from annotation.tasks import start_import
from annotation.views.research_access import research_page
from annotation.views.research_given_files import address_of

PROBLEMS_SHOWN = 200
GIVEN_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def import_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a file and hand it to the workers, or keep it to be looked at first."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    form = ItemImportForm()
    if request.method == "POST":
        form = ItemImportForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            if "look" in request.POST:
                given = give_file(campaign, content=file, file_name=file.name or "", given_by=user)
                return redirect(address_of(given, format=form.cleaned_data["format"]))
            job = request_import(
                campaign,
                content=file,
                file_name=file.name or "",
                format=form.cleaned_data["format"],
                requested_by=user,
            )
            start_import(job)
            return redirect("annotation:research-import-detail", job.pk)
    return render(
        request,
        "annotation/research/import_new.html",
        {
            "campaign": campaign,
            "import_form": form,
            "given_files": campaign.given_files.all()[:GIVEN_SHOWN],
        },
        status=422 if request.method == "POST" else 200,
    )


@require_safe
@research_page
@vary_on_headers("HX-Request")
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, and what is wrong with its file; htmx asks for the progress alone."""
    job = managed_import(signed_in_user(request), pk, Right.VIEW)
    asked_by_htmx = bool(getattr(request, "htmx", None))
    context = {
        "job": job,
        "campaign": job.campaign,
        # The state is read out only when it has changed since the page last asked.
        "is_news": asked_by_htmx and request.GET.get("seen") != job.state,
        "problems": list(job.problems.all()[:PROBLEMS_SHOWN]) if job.error_count else [],
    }
    part = "#progress" if asked_by_htmx else ""
    return render(request, f"annotation/research/import_detail.html{part}", context)


@require_POST
@research_page
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an import off; one that has ended meanwhile shows how it ended."""
    job = managed_import(signed_in_user(request), pk, Right.EDIT)
    with suppress(Conflict):
        request_cancel(job)
    return redirect("annotation:research-import-detail", job.pk)
