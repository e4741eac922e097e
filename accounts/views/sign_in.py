"""Signing up, in and out."""

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from accounts.access import signed_in_user
from accounts.errors import Conflict
from accounts.forms.sign_in import SignInForm, SignUpForm
from accounts.services.users import create_user
from accounts.views.language import remember_language

BACKEND = "accounts.backends.AccountBackend"


class SignIn(LoginView):
    """Sign in by e-mail and password."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = signed_in_user(self.request)
        if user.language:
            remember_language(response, user.language)
        return response


class SignOut(LogoutView):
    """Sign out; by POST only."""

    http_method_names = ["post", "options"]


@method_decorator(
    [sensitive_post_parameters("password"), csrf_protect, never_cache], name="dispatch"
)
class SignUp(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """Open an annotator's account and sign in; other roles are given by an admin."""

    template_name = "accounts/sign_up.html"
    form_class = SignUpForm
    next_page = "home"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        try:
            user = create_user(form.cleaned_data["email"], form.cleaned_data["password"])
        except Conflict as conflict:
            form.add_error("email", conflict.message)
            return self.form_invalid(form)
        login(self.request, user, backend=BACKEND)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **context: object) -> dict[str, object]:
        return super().get_context_data(next=self.get_redirect_url(), **context)
