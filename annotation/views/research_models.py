"""What models answered, beside what people judged: who they are, giving a file, watching it."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.access import signed_in_user
from accounts.models import User
from annotation.access import managed_campaign, managed_model_import
from annotation.enums import Right
from annotation.errors import Conflict, Unfit
from annotation.forms.model_import import ModelImportForm
from annotation.models import Campaign, ModelJudgmentImport
from annotation.selectors.model_judgments import machines_of
from annotation.services.jobs import request_cancel
from annotation.services.model_judgments import request_model_import
from annotation.tasks import start_model_import
from annotation.views.research_access import research_page
from annotation.views.research_judgment_imports import IMPORTS_SHOWN, PROBLEMS_SHOWN


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def model_judgments(request: HttpRequest, slug: str) -> HttpResponse:
    """The models that answered in the campaign; taking a file of answers for the workers."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.VIEW if request.method != "POST" else Right.EDIT)
    form = ModelImportForm()
    if request.method == "POST":
        form = ModelImportForm(request.POST, request.FILES)
        if job := requested(form, campaign, user):
            start_model_import(job)
            return redirect("annotation:research-model-import-detail", job.pk)
    context = {
        "campaign": campaign,
        "form": form,
        "machines": machines_of(campaign),
        "imports": campaign.model_imports.all()[:IMPORTS_SHOWN],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "annotation/research/models.html", context, status=status)


def requested(form: ModelImportForm, campaign: Campaign, user: User) -> ModelJudgmentImport | None:
    """The import that the form asks for, or None with each error at its field."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return request_model_import(
            campaign,
            content=file,
            file_name=file.name or "",
            model=form.cleaned_data["model"],
            prompt_version=form.cleaned_data["prompt_version"],
            requested_by=user,
        )
    except Unfit as unfit:
        form.refused(unfit.fields)
    return None


@require_safe
@research_page
@vary_on_headers("HX-Request")
def model_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is, and what is wrong with its file; htmx asks for the progress alone."""
    job = managed_model_import(signed_in_user(request), pk, Right.VIEW)
    asked_by_htmx = bool(getattr(request, "htmx", None))
    context = {
        "job": job,
        "campaign": job.campaign,
        # The state is read out only when it has changed since the page last asked.
        "is_news": asked_by_htmx and request.GET.get("seen") != job.state,
        "problems": list(job.problems.all()[:PROBLEMS_SHOWN]) if job.error_count else [],
    }
    part = "#progress" if asked_by_htmx else ""
    return render(request, f"annotation/research/model_import_detail.html{part}", context)


@require_POST
@research_page
def model_import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an import off; one that has ended meanwhile shows how it ended."""
    job = managed_model_import(signed_in_user(request), pk, Right.EDIT)
    with suppress(Conflict):
        request_cancel(job)
    return redirect("annotation:research-model-import-detail", job.pk)
