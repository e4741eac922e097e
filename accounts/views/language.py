"""The interface's language: chosen on any page, remembered in the browser and with the account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.services.users import choose_language


@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """Take the language that was asked for, and lead back to the page it was asked on."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(page_to_return_to(request))
    if language not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User):
        choose_language(request.user, language)
    remember_language(response, language)
    return response


def page_to_return_to(request: HttpRequest) -> str:
    """An address of this site that was named, or the front page."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else resolve_url("home")


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language in the browser, where the next request finds it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
