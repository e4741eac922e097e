"""Coverage and raw judgments over REST, for those who manage the campaign."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.paging import PAGE_PARAMETERS, OldestFirst, asked_of, page_of, paged
from accounts.api.schema import problems
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.models import Coverage
from annotation.selectors.campaigns import coverage_cells, latest_judgments
from annotation.selectors.counting import coverage_counts
from annotation.selectors.research import stratum_totals
from annotation.serializers.judgment import JudgmentSerializer, judgment_body

CELLS_AT_ONCE = 1000
MOST_CELLS = 10_000


class StratumCoverageSerializer(serializers.Serializer[Any]):
    stratum = serializers.CharField()
    items = serializers.IntegerField()
    target = serializers.IntegerField(help_text="Judgments wanted over all items.")
    leased = serializers.IntegerField()
    submitted = serializers.IntegerField()
    seats = serializers.IntegerField(help_text="People of the stratum who have joined.")
    quota = serializers.IntegerField(allow_null=True)


class CellSerializer(serializers.Serializer[Any]):
    item = serializers.CharField()
    stratum = serializers.CharField()
    target = serializers.IntegerField()
    leased = serializers.IntegerField()
    submitted = serializers.IntegerField()


class CoverageSerializer(serializers.Serializer[Any]):
    now = serializers.DateTimeField(
        help_text="When strata were added up: now, or of campaigns of millions of cells some "
        "minutes ago."
    )
    strata = StratumCoverageSerializer(many=True)
    items = CellSerializer(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`cursor` of the next page.")


class CoverageView(APIView):
    @extend_schema(
        operation_id="coverage_read",
        parameters=[
            OpenApiParameter("cursor", int, description="Where to go on."),
            OpenApiParameter("limit", int, description=f"Cells at once, at most {MOST_CELLS}."),
        ],
        responses={200: CoverageSerializer, **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Target, leased and submitted by stratum, and page by page by item × stratum."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        limit = whole_number(request, "limit", CELLS_AT_ONCE, most=MOST_CELLS)
        after = whole_number(request, "cursor", 0, most=2**63 - 1)
        try:
            cells = list(coverage_cells(campaign, after=after)[: limit + 1])
        except Coverage.DoesNotExist:
            raise serializers.ValidationError({"cursor": _("There is no such page.")}) from None
        counted = coverage_counts(campaign, timezone.now())
        return Response(
            {
                "now": counted.at,
                "strata": [stratum_body(row) for row in stratum_totals(campaign, counted)],
                "items": [cell_body(cell) for cell in cells[:limit]],
                "next": cells[limit - 1].pk if len(cells) > limit else None,
            }
        )


def whole_number(request: Request, name: str, default: int, *, most: int) -> int:
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if not raw.isdecimal() or not 0 <= int(raw) <= most or (name == "limit" and int(raw) == 0):
        raise serializers.ValidationError(
            {name: _("Must be a whole number up to %(most)s.") % {"most": most}}
        )
    return int(raw)


def stratum_body(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "stratum": row["key"],
        "items": row["items"],
        "target": row["wanted"],
        "leased": row["leased"],
        "submitted": row["submitted"],
        "seats": row["seats_taken"],
        "quota": row["quota"],
    }


def cell_body(cell: Coverage) -> dict[str, Any]:
    return {
        "item": cell.item.external_id,
        "stratum": cell.stratum.key,
        "target": cell.target,
        "leased": cell.leased,
        "submitted": cell.submitted,
    }


class JudgmentQuerySerializer(serializers.Serializer[Any]):
    """Which judgments: those of an item, of a person, or of both."""

    item = serializers.CharField(
        required=False, source="item__external_id", help_text="The item's id."
    )
    annotator = serializers.CharField(
        required=False, source="annotator__pseudonym", help_text="The person's pseudonym."
    )


class JudgmentsView(APIView):
    @extend_schema(
        operation_id="judgments_list",
        parameters=[JudgmentQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(JudgmentSerializer), **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Raw judgments, oldest first, page by page."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        found = latest_judgments(campaign).filter(**asked_of(request, JudgmentQuerySerializer))
        return paged(request, self, found, judgment_body, OldestFirst)
