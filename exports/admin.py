"""Snapshots in the admin site: to look at, never to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from exports.models import Snapshot, SnapshotFile


class ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SnapshotFileInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = SnapshotFile
    fields = ("name", "table", "bytes", "rows", "sha256")


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "campaign", "format", "pseudonyms", "state", "as_of", "created_at")
    list_filter = ("state", "format", "pseudonyms")
    list_select_related = ("campaign",)
    # The key that pseudonyms are made with is shown to nobody.
    exclude = ("key",)
    inlines = (SnapshotFileInline,)


@admin.register(SnapshotFile)
class SnapshotFileAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "snapshot", "table", "bytes", "rows", "sha256")
    list_select_related = ("snapshot",)
    exclude = ("stored_name",)
