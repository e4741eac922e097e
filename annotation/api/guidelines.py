"""Versions of a campaign's guideline over REST, for those who manage it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import found, managed_campaign
from annotation.enums import Right
from annotation.selectors.guidelines import (
    guideline_change,
    guideline_version,
    guideline_versions,
)
from annotation.serializers.guidelines import (
    GuidelineChangeSerializer,
    GuidelineSerializer,
    GuidelineVersionSerializer,
    change_body,
    guideline_body,
    version_body,
)


class GuidelinesView(APIView):
    @extend_schema(
        operation_id="guidelines_list",
        responses={200: GuidelineVersionSerializer(many=True), **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The guideline's versions, the newest first, at most 200."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response([version_body(one) for one in guideline_versions(campaign)])


class GuidelineView(APIView):
    @extend_schema(
        operation_id="guidelines_read",
        responses={200: GuidelineSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str, version: int) -> Response:
        """One version as it was read."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response(guideline_body(found(guideline_version(campaign, version))))


class GuidelineChangesView(APIView):
    @extend_schema(
        operation_id="guidelines_changes",
        responses={200: GuidelineChangeSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str, older: int, newer: int) -> Response:
        """What changed from one version to another, by line and word."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response(change_body(found(guideline_change(campaign, older, newer))))
