"""Who changed what, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.permissions import IsAdmin
from accounts.api.schema import problems
from accounts.models import TrailEntry
from annotation.access import managed_campaign
from annotation.enums import Right
from annotation.selectors.trail import filtered, trail, trail_line
from annotation.serializers.trail import (
    TrailEntrySerializer,
    TrailQuerySerializer,
    WholeTrailQuerySerializer,
    trail_body,
    trail_filter,
)

PAGE = page_of(TrailEntrySerializer)


def body(entry: TrailEntry) -> dict[str, object]:
    return trail_body(trail_line(entry))


class TrailView(APIView):
    @extend_schema(
        operation_id="trail_of_campaign",
        parameters=[TrailQuerySerializer, *PAGE_PARAMETERS],
        responses={200: PAGE, **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Who changed what in the campaign, newest first."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        wanted = trail_filter(asked_of(request, TrailQuerySerializer))
        return paged(request, self, filtered(trail(campaign), wanted), body)


class WholeTrailView(APIView):
    permission_classes = (IsAdmin,)

    @extend_schema(
        operation_id="trail_of_installation",
        parameters=[WholeTrailQuerySerializer, *PAGE_PARAMETERS],
        responses={200: PAGE, **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        """Who changed what in the whole installation, newest first. For admins."""
        wanted = trail_filter(asked_of(request, WholeTrailQuerySerializer))
        return paged(request, self, filtered(trail(), wanted), body)
