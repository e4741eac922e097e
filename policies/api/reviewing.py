"""The review queue, verdicts and standing over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.conditional import guarded
from accounts.api.schema import problems
from annotation.enums import Right
from policies.access import bounded_campaign, reviewed_item, reviewed_response
from policies.selectors.queue import queue_page
from policies.selectors.register import register_of
from policies.selectors.standing import standings_of
from policies.serializers.reviewing import (
    NewVerdictSerializer,
    QueueQuerySerializer,
    QueueSerializer,
    StandingQuerySerializer,
    StandingSerializer,
    VerdictSerializer,
    queue_body,
    ruling_body,
    verdict_body,
)
from policies.serializers.settings import ChangeRegisterSerializer, RegisterSerializer
from policies.services.settings import change_register
from policies.services.verdicts import record_verdict, reviewed_version


class ReviewView(APIView):
    @extend_schema(
        operation_id="bounds_review",
        parameters=[QueueQuerySerializer],
        responses={200: QueueSerializer, **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Responses nobody has spoken on under a rule, reported ones first, page by page."""
        campaign = bounded_campaign(signed_in_user(request), slug, Right.EDIT)
        asked = QueueQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        version = reviewed_version(campaign, asked.validated_data["rule"])
        page = queue_page(campaign, version, after=asked.validated_data["after"])
        return Response(queue_body(page))


class VerdictsView(APIView):
    @extend_schema(
        operation_id="bounds_verdict",
        request=NewVerdictSerializer,
        responses={201: VerdictSerializer, **problems(400, 401, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Say whether a response keeps to a rule. Every word is kept; the newest counts."""
        user = signed_in_user(request)
        campaign = bounded_campaign(user, slug, Right.EDIT)
        body = NewVerdictSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        response = reviewed_response(campaign, said["item_id"], said["response_id"])
        verdict = record_verdict(
            campaign,
            said["rule"],
            response,
            verdict=said["verdict"],
            reason=said["reason"],
            by=user,
        )
        return Response(verdict_body(verdict, response), status=status.HTTP_201_CREATED)


class StandingView(APIView):
    @extend_schema(
        operation_id="bounds_standing",
        parameters=[StandingQuerySerializer],
        responses={200: StandingSerializer, **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The standing of an item's responses under tiers 1 and 2, with what it rests on."""
        campaign = bounded_campaign(signed_in_user(request), slug, Right.VIEW)
        asked = StandingQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        item = reviewed_item(campaign, asked.validated_data["item"])
        at = asked.validated_data.get("at") or timezone.now()
        found = standings_of(campaign, item, list(item.responses.all()), at)
        return Response(
            {
                "item_id": item.external_id,
                "at": at,
                "responses": [ruling_body(response, ruling) for response, ruling in found],
            }
        )


class RegisterView(APIView):
    @extend_schema(
        operation_id="bounds_register_read",
        responses={200: RegisterSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The campaign's risk–benefit register."""
        campaign = bounded_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response({"entries": [one.body() for one in register_of(campaign)]})

    @extend_schema(
        operation_id="bounds_register_change",
        request=ChangeRegisterSerializer,
        responses={200: RegisterSerializer, **problems(400, 401, 404, 422)},
    )
    @guarded
    def patch(self, request: Request, slug: str) -> Response:
        """Say how likely and important a heading is here, and what is done about it."""
        user = signed_in_user(request)
        campaign = bounded_campaign(user, slug, Right.EDIT)
        body = ChangeRegisterSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        change_register(campaign, body.validated_data["entries"], by=user)
        return Response({"entries": [one.body() for one in register_of(campaign)]})
