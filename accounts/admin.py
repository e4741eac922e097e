"""People on the admin site. What records a person's own word can be read there, never changed."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import TokenProxy

from accounts.errors import Conflict
from accounts.models import (
    Annotator,
    ApiToken,
    Consent,
    ConsentDocument,
    Profile,
    Question,
    Questionnaire,
    User,
)
from accounts.services.tokens import revoke_token
from accounts.services.users import add_account, change_account


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """May be looked at; nothing can be added, changed or deleted, whoever asks."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewUserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new person: made by the same service as everywhere, so annotators get a pseudonym."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )

    class Meta:
        model = User
        fields = ("email", "role")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is already an account with this e-mail."))
        return email


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    password = ReadOnlyPasswordHashField(label=_("Password"))

    class Meta:
        model = User
        fields = ("email", "password", "is_active")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """E-mail, role, active. A role is chosen once: what a person did was done in that role."""

    form = UserForm
    list_display = ("email", "role", "is_active", "created_at")
    list_filter = ("role", "is_active")
    search_fields = ("email",)
    ordering = ("email",)
    readonly_fields: ClassVar[Any] = ("role", "created_at", "last_login")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any
    ) -> Any:
        if obj is None:
            options["form"] = NewUserForm
        return super().get_form(request, obj, change=change, **options)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ("email", "role", "password")
        return ("email", "role", "password", "is_active", "created_at", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.readonly_fields if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            change_account(obj, email=obj.email, is_active=obj.is_active)
            return
        try:
            user = add_account(obj.email, form.cleaned_data["password"], role=obj.role)
        except Conflict as conflict:  # somebody signed up with it at the same moment
            messages.error(request, conflict.message)
            user = User.objects.get(email__iexact=obj.email)
        obj.__dict__.update(user.__dict__)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Switch an account off instead: judgments and campaigns name their people."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)


@admin.register(Annotator)
class AnnotatorAdmin(ReadOnlyAdmin):
    list_display = ("pseudonym", "created_at")
    search_fields = ("pseudonym",)
    fields = ("pseudonym", "created_at")


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("annotator", "document", "purposes", "given_at")
    list_select_related = ("annotator", "document")


@admin.register(ConsentDocument)
class ConsentDocumentAdmin(ReadOnlyAdmin):
    list_display = ("series", "version", "created_at")


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    list_display = ("annotator", "series", "version", "created_at")
    list_select_related = ("annotator",)


class QuestionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Question
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Questionnaire)
class QuestionnaireAdmin(ReadOnlyAdmin):
    list_display = ("series", "version", "created_at")
    inlines = (QuestionInline,)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens of programs: who made them and when they were used, and revoking them."""

    list_display = ("name", "user", "hint", "scopes", "last_used_at", "expires_at", "revoked_at")
    list_filter = ("revoked_at",)
    search_fields = ("name", "user__email")
    list_select_related = ("user",)
    exclude = ("secret_sha256",)
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        """Let nobody in by them any more, from the next request on."""
        for token in chosen:
            revoke_token(token)


# Roles stand where Django has groups, and a token is its owner's secret, from admins too.
admin.site.unregister([Group, TokenProxy])

admin.site.site_header = _("Variorum: admin site")
admin.site.site_title = "Variorum"
admin.site.index_title = _("What this installation holds")
admin.site.empty_value_display = "–"
