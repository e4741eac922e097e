"""A researcher's taxonomies as a page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in_user
from annotation.views.research_access import research_page
from values.access import taxonomies_of
from values.forms import TaxonomyForm
from values.services.taxonomies import add_taxonomy
from values.taxonomies import BUILT_IN_TITLE, CATEGORIES, SOURCE

MOST_LISTED = 100


@research_page
@require_http_methods(["GET", "HEAD", "POST"])
def taxonomy_list(request: HttpRequest) -> HttpResponse:
    """The built-in taxonomy and one's own, and the form to bring another."""
    user = signed_in_user(request)
    form = TaxonomyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        taxonomy, is_new = add_taxonomy(user, values=said.pop("file"), **said)
        told = _("%(taxonomy)s is kept.") if is_new else _("%(taxonomy)s says the same already.")
        messages.success(request, told % {"taxonomy": taxonomy})
        return redirect("values:taxonomy-list")
    context = {
        "form": form,
        "taxonomies": taxonomies_of(user)[:MOST_LISTED],
        "built_in": {"title": BUILT_IN_TITLE, "source": SOURCE, "categories": CATEGORIES},
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "values/taxonomy_list.html", context, status=status)
