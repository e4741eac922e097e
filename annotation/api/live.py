"""A campaign while people work in it, over REST, for those who manage it."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.selectors.counting import not_counted_yet
from annotation.selectors.dashboard import dashboard_of
from annotation.serializers.dashboard import DashboardSerializer, dashboard_body


class LiveView(APIView):
    @extend_schema(
        operation_id="live_read",
        responses={200: DashboardSerializer, **problems(401, 404, 409)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Throughput, active people, coverage, times, skips, flags and the way to finishing."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        live = dashboard_of(campaign, timezone.now())
        if live.counted is None:
            raise not_counted_yet()
        return Response(dashboard_body(live))
