"""Rules and verdicts in the admin site: to look at, never to change. Own rules are not shown."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from policies.enums import Tier
from policies.models import Rule, RuleVersion, Verdict


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VersionInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = RuleVersion
    fields = ("number", "title", "kind", "decided_by", "effective_from", "effective_until")


@admin.register(Rule)
class RuleAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("reference", "tier", "campaign", "created_at")
    list_filter = ("tier",)
    list_select_related = ("campaign",)
    inlines = (VersionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return super().get_queryset(request).exclude(tier=Tier.PERSON)


@admin.register(Verdict)
class VerdictAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "rule", "response", "verdict", "by_admin", "author", "created_at")
    list_filter = ("verdict",)
    list_select_related = ("rule__campaign", "response", "author")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        return super().get_queryset(request).exclude(rule__tier=Tier.PERSON)
