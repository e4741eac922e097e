"""Campaigns and what they gathered, to be looked at.

Campaigns are changed on the researchers' pages and by REST, where the rules are; a form here
would go around them.
"""

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from annotation.models import (
    Assignment,
    Campaign,
    Coverage,
    Guideline,
    Item,
    ItemImport,
    Judgment,
    JudgmentImport,
    ModelJudgmentImport,
    PlanningRun,
    Quota,
    Reconciliation,
    Response,
    Seat,
    Stratum,
    Summary,
)


class LargeTableAdmin(ReadOnlyAdmin):
    """Newest first, without counting the whole table for every page."""

    ordering = ("-pk",)
    show_full_result_count = False
    list_per_page = 50


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class StratumInline(ReadOnlyInline):
    model = Stratum
    fields = ("position", "key", "where", "target", "quota", "seats_taken", "is_implicit")
    readonly_fields = fields


class QuotaInline(ReadOnlyInline):
    model = Quota
    fields = ("key", "where", "seats", "seats_taken")
    readonly_fields = fields


@admin.register(Reconciliation)
class ReconciliationAdmin(LargeTableAdmin):
    list_display = ("campaign", "state", "drifted", "created_at")
    list_select_related = ("campaign",)


@admin.register(Summary)
class SummaryAdmin(LargeTableAdmin):
    list_display = ("campaign", "state", "counted_at", "submitted", "wanted")
    list_select_related = ("campaign",)


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ("title", "slug", "owner", "status", "task_type", "created_at")
    list_filter = ("status", "task_type")
    list_select_related = ("owner",)
    search_fields = ("title", "slug", "owner__email")
    inlines = (StratumInline, QuotaInline)


@admin.register(Guideline)
class GuidelineAdmin(LargeTableAdmin):
    list_display = ("campaign", "version", "created_at")
    list_select_related = ("campaign",)
    exclude = ("html",)


class ResponseInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Response
    fields = ("external_id", "model", "content", "metadata")
    readonly_fields = fields
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Item)
class ItemAdmin(LargeTableAdmin):
    list_display = ("external_id", "campaign", "language", "created_at")
    list_select_related = ("campaign",)
    search_fields = ("external_id",)
    inlines = (ResponseInline,)


@admin.register(JudgmentImport)
class JudgmentImportAdmin(LargeTableAdmin):
    list_display = ("campaign", "file_name", "state", "created_count", "error_count", "created_at")
    list_filter = ("state",)
    list_select_related = ("campaign",)


@admin.register(ModelJudgmentImport)
class ModelJudgmentImportAdmin(LargeTableAdmin):
    list_display = ("campaign", "file_name", "state", "created_count", "error_count", "created_at")
    list_filter = ("state",)
    list_select_related = ("campaign",)


@admin.register(ItemImport)
class ItemImportAdmin(LargeTableAdmin):
    list_display = ("campaign", "file_name", "state", "created_count", "error_count", "created_at")
    list_filter = ("state",)
    list_select_related = ("campaign",)


@admin.register(PlanningRun)
class PlanningRunAdmin(LargeTableAdmin):
    list_display = ("campaign", "state", "steps_done", "steps_total", "created_at")
    list_filter = ("state",)
    list_select_related = ("campaign",)


@admin.register(Seat)
class SeatAdmin(LargeTableAdmin):
    list_display = ("campaign", "annotator", "stratum", "submitted", "joined_at")
    list_select_related = ("campaign", "annotator", "stratum")


@admin.register(Coverage)
class CoverageAdmin(LargeTableAdmin):
    list_display = ("item", "stratum", "target", "leased", "submitted")
    list_select_related = ("item", "stratum")


@admin.register(Assignment)
class AssignmentAdmin(LargeTableAdmin):
    list_display = ("pk", "campaign", "annotator", "item", "status", "is_repeat", "served_at")
    list_filter = ("status", "is_repeat")
    list_select_related = ("campaign", "annotator", "item")


@admin.register(Judgment)
class JudgmentAdmin(LargeTableAdmin):
    list_display = ("pk", "campaign", "annotator", "item", "stratum", "is_repeat", "submitted_at")
    list_filter = ("task_type", "is_repeat")
    list_select_related = ("campaign", "annotator", "item", "stratum")
