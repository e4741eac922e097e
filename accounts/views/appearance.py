"""Light or dark: a choice kept in a cookie, so that the first byte of a page knows it."""

from django.contrib import messages
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from accounts.enums import Look
from accounts.forms.appearance import AppearanceForm

COOKIE = "appearance"
YEAR_SECONDS = 365 * 24 * 3600


class Appearance(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """Choose how pages look; for everybody, signed in or not."""

    template_name = "accounts/appearance.html"
    form_class = AppearanceForm
    next_page = "home"

    def get_initial(self) -> dict[str, object]:
        kept = self.request.COOKIES.get(COOKIE, "")
        return {"look": kept if kept in Look.values else Look.AUTO}

    def form_valid(self, form: AppearanceForm) -> HttpResponse:
        response = HttpResponseRedirect(self.get_success_url())
        look = form.cleaned_data["look"]
        if look == Look.AUTO:
            response.delete_cookie(COOKIE, samesite="Lax")
        else:
            response.set_cookie(
                COOKIE,
                look,
                max_age=YEAR_SECONDS,
                secure=self.request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        messages.success(self.request, _("Pages look as you chose."))
        return response

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(next=self.get_redirect_url(), **context)
