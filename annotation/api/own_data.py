"""A person's own answers in a campaign, and what they say of themselves there, over REST."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import standing_seat
from annotation.api.annotating import AnnotatorView
from annotation.selectors.history import HistoryLine, history_page
from annotation.selectors.journey import progress_of
from annotation.serializers.annotating import AnswersField, ProfileAnswersField
from annotation.services.profiles import change_profile


class ProgressSerializer(serializers.Serializer[Any]):
    done = serializers.IntegerField()
    total = serializers.IntegerField(help_text="As many as you can give at most, as of now.")


class OwnJudgmentSerializer(serializers.Serializer[Any]):
    judgment_id = serializers.IntegerField()
    item_id = serializers.CharField()
    presented_order = serializers.ListField(child=serializers.CharField())
    answers = AnswersField()
    reason = serializers.CharField()
    confidence = serializers.FloatField(allow_null=True)
    supersedes = serializers.IntegerField(allow_null=True)
    is_replaced = serializers.BooleanField(help_text="You have revised it since.")
    submitted_at = serializers.DateTimeField()


class HistorySerializer(serializers.Serializer[Any]):
    progress = ProgressSerializer()
    results = OwnJudgmentSerializer(many=True)
    before = serializers.IntegerField(
        allow_null=True, help_text="Ask with this as `before` for the next page; null at the end."
    )


class BeforeSerializer(serializers.Serializer[Any]):
    before = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ProfileSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    answers = ProfileAnswersField()


class NewProfileSerializer(serializers.Serializer[Any]):
    answers = ProfileAnswersField()


class HistoryView(AnnotatorView):
    @extend_schema(
        operation_id="campaigns_history",
        parameters=[OpenApiParameter("before", int, description="Of the page before.")],
        responses={200: HistorySerializer, **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Your own judgments in a campaign, newest first, page by page, and how far you are."""
        seat = standing_seat(signed_in_user(request), slug)
        asked = BeforeSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = history_page(seat, before=asked.validated_data.get("before"))
        progress = progress_of(seat, seat.campaign)
        return Response(
            {
                "progress": {"done": progress.done, "total": progress.total},
                "results": [own_judgment_body(line) for line in page.lines],
                "before": page.before,
            }
        )


def own_judgment_body(line: HistoryLine) -> dict[str, Any]:
    judgment = line.judgment
    return {
        "judgment_id": judgment.pk,
        "item_id": judgment.item.external_id,
        "presented_order": judgment.presented_order,
        "answers": judgment.answers,
        "reason": judgment.reason,
        "confidence": judgment.confidence,
        "supersedes": judgment.supersedes_id,
        "is_replaced": line.is_replaced,
        "submitted_at": judgment.submitted_at,
    }


class ProfileView(AnnotatorView):
    @extend_schema(
        operation_id="campaigns_profile_read",
        responses={200: ProfileSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What you have said of yourself in this campaign."""
        profile = standing_seat(signed_in_user(request), slug).profile
        return Response({"version": profile.version, "answers": profile.answers})

    @extend_schema(
        operation_id="campaigns_profile_change",
        request=NewProfileSerializer,
        responses={200: ProfileSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Say something else of yourself: a new version, which judgments from now on carry."""
        seat = standing_seat(signed_in_user(request), slug)
        body = NewProfileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        profile = change_profile(seat, body.validated_data["answers"])
        return Response({"version": profile.version, "answers": profile.answers})
