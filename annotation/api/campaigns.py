"""Campaigns over REST: create, read, change, and their lifecycle."""

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.conditional import guarded
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.permissions import RunsCampaigns
from accounts.api.repeating import repeatable
from accounts.api.schema import problems
from annotation.access import (
    campaigns_run_by,
    campaigns_shown_to,
    managed_campaign,
    readable_campaign,
)
from annotation.enums import Right
from annotation.models import Campaign
from annotation.serializers.campaign import (
    CampaignQuerySerializer,
    CampaignSerializer,
    CampaignSummarySerializer,
    campaign_body,
    campaign_summary,
    changed_campaign,
    changed_parts,
    public_campaign_body,
)
from annotation.services.campaigns import (
    NEEDS_PLANNING,
    change_campaign,
    close_campaign,
    create_campaign,
    hold_campaign,
    open_campaign,
    pause_campaign,
)
from annotation.tasks import start_planning


class CampaignsView(APIView):
    open_to_limited = ("GET",)

    def get_permissions(self) -> list[BasePermission]:
        return [IsAuthenticated() if self.request.method in SAFE_METHODS else RunsCampaigns()]

    @extend_schema(
        operation_id="campaigns_list",
        parameters=[CampaignQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(CampaignSummarySerializer), **problems(400, 401, 404)},
    )
    def get(self, request: Request) -> Response:
        """Campaigns that you run; for annotators, those that they may join or have joined."""
        user = signed_in_user(request)
        shown = (
            campaigns_shown_to(user) if user.is_annotator else campaigns_run_by(user, Right.VIEW)
        )
        asked = asked_of(request, CampaignQuerySerializer)
        archived = asked.pop("archived", False)
        if not user.is_annotator:
            asked["archived_at__isnull"] = not archived
        return paged(request, self, shown.filter(**asked), campaign_summary)

    @extend_schema(
        operation_id="campaigns_create",
        request=CampaignSerializer,
        responses={201: CampaignSerializer, **problems(400, 401, 403, 409, 422)},
    )
    @repeatable
    def post(self, request: Request) -> Response:
        """Create a campaign as a draft."""
        body = CampaignSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        campaign = create_campaign(signed_in_user(request), body.validated_data)
        return Response(campaign_body(campaign), status=status.HTTP_201_CREATED)


class CampaignView(APIView):
    @extend_schema(
        operation_id="campaigns_read",
        responses={200: CampaignSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The campaign; annotators get the part that is meant for them."""
        user = signed_in_user(request)
        campaign = readable_campaign(user, slug)
        body = public_campaign_body if user.is_annotator else campaign_body
        return Response(body(campaign))

    def hold(self, request: Request, slug: str) -> None:
        """Let nobody change the campaign until this request has."""
        hold_campaign(managed_campaign(signed_in_user(request), slug, Right.EDIT))

    @extend_schema(
        operation_id="campaigns_change",
        request=CampaignSerializer(partial=True),
        responses={200: CampaignSerializer, **problems(400, 401, 404, 409, 422)},
    )
    @guarded
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is named; what is frozen after opening is refused by name."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        body = changed_campaign(campaign, request.data)
        body.is_valid(raise_exception=True)
        spec = changed_parts(body, request.data)
        campaign = change_campaign(campaign, spec, by=signed_in_user(request))
        if any(field in spec for field in NEEDS_PLANNING):
            start_planning(campaign)
        return Response(campaign_body(campaign))


def moved(
    request: Request, slug: str, right: Right, move: Callable[[Campaign], Campaign]
) -> tuple[Campaign, Response]:
    """Take one step of the lifecycle, and answer with the campaign."""
    campaign = move(managed_campaign(signed_in_user(request), slug, right))
    return campaign, Response(campaign_body(campaign))


class OpenView(APIView):
    @extend_schema(
        operation_id="campaigns_open",
        request=None,
        responses={200: CampaignSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Let annotators in: draft or paused → open."""
        campaign, response = moved(request, slug, Right.EDIT, open_campaign)
        start_planning(campaign)
        return response


class PauseView(APIView):
    @extend_schema(
        operation_id="campaigns_pause",
        request=None,
        responses={200: CampaignSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Stop serving; what is on screens can still be answered."""
        return moved(request, slug, Right.EDIT, pause_campaign)[1]


class CloseView(APIView):
    @extend_schema(
        operation_id="campaigns_close",
        request=None,
        responses={200: CampaignSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """End the campaign for good."""
        return moved(request, slug, Right.OWN, close_campaign)[1]
