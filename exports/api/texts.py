"""Reviewing what people wrote in their own words, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.enums import Right
from exports.access import exported_campaign
from exports.enums import TextKind, TextVerdict
from exports.selectors.texts import decisions_on, text_page
from exports.serializers.texts import (
    ALL,
    DecideTextSerializer,
    TextPageSerializer,
    TextQuerySerializer,
    TextSerializer,
    page_body,
    text_body,
)
from exports.services.reviewing import decide_text


class TextsView(APIView):
    @extend_schema(
        operation_id="exports_texts",
        parameters=[TextQuerySerializer],
        responses={200: TextPageSerializer, **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What people wrote, page by page: texts that await a decision, or all."""
        campaign = exported_campaign(signed_in_user(request), slug, Right.EDIT)
        asked = TextQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        page = text_page(
            campaign, TextKind(said["kind"]), after=said["after"], all_texts=said["show"] == ALL
        )
        return Response(page_body(page, decisions_on([campaign])))


class TextDecisionsView(APIView):
    @extend_schema(
        operation_id="exports_text_decide",
        request=DecideTextSerializer,
        responses={201: TextSerializer, **problems(400, 401, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep, redact or drop one text. The judgment stays as it is; the newest word counts."""
        user = signed_in_user(request)
        campaign = exported_campaign(user, slug, Right.EDIT)
        body = DecideTextSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        text = decide_text(
            campaign,
            TextKind(said["kind"]),
            said["row"],
            said["place"],
            sha256=said["sha256"],
            verdict=TextVerdict(said["verdict"]),
            cuts=[(cut["start"], cut["end"]) for cut in said["cuts"]],
            decided_by=user,
        )
        return Response(text_body(text), status=status.HTTP_201_CREATED)
