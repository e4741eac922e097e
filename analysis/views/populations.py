"""Reference populations: added from a table, and taken away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import signed_in_user
from analysis.access import analysed_campaign, managed_population
from analysis.errors import Unfit
from analysis.forms.run import PopulationForm
from analysis.services.populations import MOST_BYTES, add_population, remove_population
from annotation.enums import Right
from annotation.views.research_access import research_page


@research_page
@require_POST
def population_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the margins of an uploaded table."""
    user = signed_in_user(request)
    campaign = analysed_campaign(user, slug, Right.EDIT)
    form = PopulationForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("A population needs a name and a table."))
        return redirect("analysis:home", slug=slug)
    given = form.cleaned_data
    content = given["file"].read(MOST_BYTES + 1)
    try:
        add_population(
            campaign, name=given["name"], source=given["source"], content=content, added_by=user
        )
    except Unfit as problem:
        messages.error(request, " ".join([str(problem), *problem.fields.values()]))
    else:
        messages.success(request, _("The population is there; runs can be weighted to it."))
    return redirect("analysis:home", slug=slug)


@research_page
@require_POST
def population_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a population away."""
    remove_population(managed_population(signed_in_user(request), slug, pk, Right.EDIT))
    return redirect("analysis:home", slug=slug)
