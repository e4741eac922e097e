"""Snapshots in the admin site: to look at, never to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from exports.models import (
    Approval,
    Download,
    ReleasePolicy,
    ShareLink,
    Snapshot,
    SnapshotFile,
    TextDecision,
)


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


@admin.register(Approval)
class ApprovalAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("snapshot", "approved", "decided_by", "decided_at", "note")
    list_select_related = ("snapshot", "decided_by")


@admin.register(ReleasePolicy)
class ReleasePolicyAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("campaign", "needs_approval", "changed_by", "changed_at")
    list_select_related = ("campaign", "changed_by")


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "snapshot", "label", "created_by", "expires_at", "revoked_at", "visits")
    list_select_related = ("snapshot", "created_by")
    # What makes the link is shown to nobody.
    exclude = ("nonce",)


@admin.register(Download)
class DownloadAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("began_at", "snapshot", "file", "user", "link", "asked", "sent", "is_whole")
    list_select_related = ("snapshot", "file", "user", "link")


@admin.register(TextDecision)
class TextDecisionAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "campaign", "kind", "row", "verdict", "decided_by", "decided_at")
    list_filter = ("kind", "verdict")
    list_select_related = ("campaign", "decided_by")
