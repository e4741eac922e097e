"""What annotators reported, over REST, for those who manage the campaign."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.schema import problems
from annotation.access import managed_campaign
from annotation.enums import ReportKind, Right
from annotation.models import Report
from annotation.selectors.reports import reports_of

COUNTED = "Of the campaign in all, as far as they fit what was asked."


class ReportSeenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    item_id = serializers.CharField()
    response_id = serializers.CharField(allow_null=True, help_text="None: the item as a whole.")
    annotator = serializers.CharField(help_text="Pseudonym.")
    kind = serializers.ChoiceField(ReportKind.choices)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class ReportQuerySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ReportKind.choices, required=False)
    item = serializers.CharField(
        required=False, source="item__external_id", help_text="The item's id."
    )


class ReportsView(APIView):
    @extend_schema(
        operation_id="reports_list",
        parameters=[ReportQuerySerializer, *PAGE_PARAMETERS],
        responses={
            200: page_of(ReportSeenSerializer, count=serializers.IntegerField(help_text=COUNTED)),
            **problems(400, 401, 404),
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        """Reports of harmful content, newest first, page by page."""
        reports = reports_of(managed_campaign(signed_in_user(request), slug, Right.VIEW))
        found = reports.filter(**asked_of(request, ReportQuerySerializer))
        return paged(request, self, found, report_body, count=found.count())


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
