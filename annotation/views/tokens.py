"""The page of a person's API tokens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in_user, tokens_of
from accounts.services.tokens import make_token, revoke_token
from annotation.access import found
from annotation.errors import Conflict
from annotation.forms.tokens import TokenForm
from annotation.selectors.tokens import listed_tokens
from annotation.views.research_access import research_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@research_page
def tokens(request: HttpRequest) -> HttpResponse:
    """Tokens that were made and not revoked; a new one is shown once, in the answer itself."""
    user = signed_in_user(request)
    if request.method != "POST":
        return page(request, TokenForm(user=user))
    form = TokenForm(request.POST, user=user)
    if not form.is_valid():
        return page(request, form, status=422)
    try:
        _token, secret = make_token(user, **form.cleaned_data)
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return redirect("annotation:tokens")
    # No redirect: the secret would have to be kept somewhere until the next request.
    return page(request, TokenForm(user=user), secret=secret)


def page(
    request: HttpRequest, form: TokenForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "tokens": listed_tokens(signed_in_user(request)),
        "form": form,
        "failed": status != 200,
        "secret": secret,
    }
    return render(request, "annotation/tokens.html", context, status=status)


@require_POST
@research_page
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nobody in by a token any more."""
    token = found(tokens_of(signed_in_user(request)).filter(pk=pk).first())
    revoke_token(token)
    messages.success(request, _("“%s” is revoked.") % token.name)
    return redirect("annotation:tokens")
