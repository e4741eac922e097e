"""Quality evidence by annotator over REST, for those who run the campaign."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.selectors.quality import quality_of


class QualitySerializer(serializers.Serializer[Any]):
    annotator = serializers.CharField(source="pseudonym", help_text="Pseudonym.")
    checks = serializers.IntegerField(help_text="Check items answered.")
    checks_passed = serializers.IntegerField()
    repeats = serializers.IntegerField()
    repeats_same = serializers.IntegerField()
    consistency = serializers.FloatField(
        allow_null=True, help_text="Repeats answered as the first time, as a share of them."
    )
    too_fast = serializers.IntegerField()


class QualityView(APIView):
    @extend_schema(
        operation_id="quality_read",
        responses={200: QualitySerializer(many=True), **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Flags by annotator, worked out without anybody else's answers."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response(QualitySerializer(quality_of(campaign), many=True).data)
