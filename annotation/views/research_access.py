"""Who may open a researcher's page at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import signed_in_user
from annotation.errors import NotFound

View = Callable[..., HttpResponseBase]


def research_page(view: View) -> View:
    """For people who run campaigns; others are sent to sign in, or find nothing here.

    A part of a page that htmx asks for after the session has ended sends the whole page to sign
    in, rather than putting the sign-in page into the part.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            htmx = getattr(request, "htmx", None)
            if htmx:
                path = htmx.current_url_abs_path or "/"
                return HttpResponseClientRedirect(redirect_to_login(path).url)
            return redirect_to_login(request.get_full_path())
        if not signed_in_user(request).runs_campaigns:
            raise NotFound(_("There is nothing here, or it is not yours to see."))
        return view(request, *args, **kwargs)

    return guarded
