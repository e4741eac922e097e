"""A campaign's own words in other languages."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import signed_in_user
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.forms.translations import changed_translations, text_fields
from annotation.serializers.campaign import campaign_body, changed_campaign, changed_parts
from annotation.services.campaigns import change_campaign
from annotation.views.research_access import research_page


@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def campaign_translations(request: HttpRequest, slug: str) -> HttpResponse:
    """Every text of the campaign beside its translation into the language that was chosen."""
    user = signed_in_user(request)
    campaign = managed_campaign(user, slug, Right.EDIT)
    language = chosen_language(request)
    body = campaign_body(campaign)
    error = ""
    if request.method == "POST":
        part = {"translations": changed_translations(body, language, request.POST.dict())}
        serializer = changed_campaign(campaign, part)
        if serializer.is_valid():
            change_campaign(campaign, changed_parts(serializer, part), by=user)
            messages.success(request, _("Saved."))
            page = reverse("annotation:research-campaign-translations", args=[slug])
            return redirect(f"{page}?language={language}")
        error = _("A translation is too long. Nothing was saved.")
    fields = text_fields(body, language, request.POST.dict() if error else None)
    context = {
        "campaign": campaign,
        "fields": fields,
        "done": sum(bool(field.translation.strip()) for field in fields),
        "languages": settings.LANGUAGES,
        "target": get_language_info(language),
        "chosen": language,
        "error": error,
    }
    page = "annotation/research/campaign_translations.html"
    return render(request, page, context, status=422 if error else 200)


def chosen_language(request: HttpRequest) -> str:
    """The language asked for, of those that the interface speaks; else the first of them."""
    asked = request.GET.get("language", "")
    known = dict(settings.LANGUAGES)
    return asked if asked in known else next(code for code in known if code != "en")
