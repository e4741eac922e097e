"""Audits and taxonomies in the admin site, to be looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from values.models import Audit, Taxonomy, ValueSample


class LookedAt(admin.ModelAdmin):  # type: ignore[type-arg]
    """What is made by services is not edited by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Audit)
class AuditAdmin(LookedAt):
    list_display = ("pk", "campaign", "labels", "state", "created_at")
    list_filter = ("state",)


@admin.register(ValueSample)
class ValueSampleAdmin(LookedAt):
    list_display = ("pk", "corpus", "campaign", "size", "created_at")


@admin.register(Taxonomy)
class TaxonomyAdmin(LookedAt):
    list_display = ("title", "key", "version", "owner", "created_at")
