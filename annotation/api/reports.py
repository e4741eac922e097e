"""What annotators reported, over REST, for those who manage the campaign."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import managed_campaign
from annotation.enums import ReportKind, Right
from annotation.models import Report
from annotation.selectors.reports import reports_of


class ReportPages(CursorPagination):
    ordering = "-id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000


class ReportSeenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    item_id = serializers.CharField()
    response_id = serializers.CharField(allow_null=True, help_text="None: the item as a whole.")
    annotator = serializers.CharField(help_text="Pseudonym.")
    kind = serializers.ChoiceField(ReportKind.choices)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class ReportsPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Reports of the campaign in all.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ReportSeenSerializer(many=True)


class ReportsView(APIView):
    @extend_schema(
        operation_id="reports_list",
        parameters=[
            OpenApiParameter("cursor", str, description="From `next` of the page before."),
            OpenApiParameter("page_size", int, description="At most 1000."),
        ],
        responses={200: ReportsPageSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Reports of harmful content, newest first, page by page."""
        found = reports_of(managed_campaign(signed_in_user(request), slug, Right.VIEW))
        pages = ReportPages()
        page = pages.paginate_queryset(found, request, view=self) or []
        answer = pages.get_paginated_response([report_body(report) for report in page])
        answer.data = {"count": found.count(), **answer.data}
        return answer


def report_body(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk,
        "item_id": report.item.external_id,
        "response_id": report.response.external_id if report.response else None,
        "annotator": report.annotator.pseudonym,
        "kind": report.kind,
        "note": report.note,
        "created_at": report.created_at,
    }
