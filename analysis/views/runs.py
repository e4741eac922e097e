"""A campaign's analyses as pages: what there is, starting one, one being made."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from accounts.access import signed_in_user
from analysis.access import analysed_campaign, managed_run, runs_of
from analysis.enums import View
from analysis.errors import Conflict
from analysis.forms.run import PopulationForm, RuleForm, StartForm
from analysis.selectors.runs import may_be_shown, newest_shown, people_have_left
from analysis.services.runs import cancel_run, request_again, request_run
from analysis.tasks import start_run
from analysis.views.words import view_words
from annotation.enums import Right
from annotation.selectors.small_groups import least_people
from annotation.services.small_groups import out_of_bounds, set_least_people
from annotation.views.research_access import research_page

MOST_LISTED = 50


class HtmxRequest(HttpRequest):
    """A request after `HtmxMiddleware`."""

    htmx: HtmxDetails


@research_page
@require_safe
@never_cache
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be looked at, what was worked out when, and starting a new run."""
    campaign = analysed_campaign(signed_in_user(request), slug, Right.VIEW)
    least = least_people(campaign)
    newest = newest_shown(campaign, View.DISTRIBUTION, least)
    context = {
        "campaign": campaign,
        "views": view_words(newest.parameters["views"] if newest else View.values),
        "newest": newest,
        "has_left": bool(newest and people_have_left(newest)),
        "runs": runs_of(campaign)[:MOST_LISTED],
        "least": least,
        "form": StartForm(campaign=campaign),
        "populations": campaign.populations.all(),
        "population_form": PopulationForm(),
        "rule_form": RuleForm(initial={"least_annotators": least}),
    }
    return render(request, "analysis/home.html", context)


@research_page
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the campaign analysed as of now."""
    user = signed_in_user(request)
    campaign = analysed_campaign(user, slug, Right.EDIT)
    form = StartForm(request.POST, campaign=campaign)
    if not form.is_valid():
        messages.error(request, _("These parameters are not possible; nothing was started."))
        return redirect("analysis:home", slug=slug)
    try:
        run = request_run(campaign, **form.cleaned_data, requested_by=user)
    except Conflict as problem:
        messages.error(request, str(problem))
        return redirect("analysis:home", slug=slug)
    start_run(run)
    return redirect("analysis:run-detail", slug=slug, pk=run.pk)


@research_page
@require_POST
def rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Set from how many annotators on groups are shown."""
    user = signed_in_user(request)
    campaign = analysed_campaign(user, slug, Right.OWN)
    form = RuleForm(request.POST)
    try:
        if form.is_valid():
            set_least_people(campaign, form.cleaned_data["least_annotators"], changed_by=user)
            messages.success(request, _("The minimum is set; runs with smaller groups are hidden."))
        else:
            messages.error(request, out_of_bounds())
    except PermissionDenied:
        messages.error(request, _("Showing smaller groups is for admins to allow."))
    return redirect("analysis:home", slug=slug)


@research_page
@require_safe
@never_cache
def run_detail(request: HtmxRequest, slug: str, pk: int) -> HttpResponse:
    """One run; for htmx only the part that changes while it is made."""
    run = managed_run(signed_in_user(request), slug, pk, Right.VIEW)
    least = least_people(run.campaign)
    template = "analysis/run_detail.html"
    if request.htmx and not request.htmx.boosted:
        template += "#progress"
    context = {
        "campaign": run.campaign,
        "run": run,
        "views": view_words(run.parameters["views"]),
        "may_be_shown": may_be_shown(run, least),
        "has_left": people_have_left(run),
    }
    return render(request, template, context)


@research_page
@require_POST
def run_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Call a run off."""
    run = managed_run(signed_in_user(request), slug, pk, Right.EDIT)
    try:
        cancel_run(run)
    except Conflict as problem:
        messages.error(request, str(problem))
    return redirect("analysis:run-detail", slug=slug, pk=pk)


@research_page
@require_POST
def run_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Have the same judgments analysed once more."""
    user = signed_in_user(request)
    try:
        run = request_again(managed_run(user, slug, pk, Right.EDIT), requested_by=user)
    except Conflict as problem:
        messages.error(request, str(problem))
        return redirect("analysis:run-detail", slug=slug, pk=pk)
    start_run(run)
    return redirect("analysis:run-detail", slug=slug, pk=run.pk)
