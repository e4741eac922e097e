"""The questions about the guideline over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.schema import problems
from annotation.api.annotating import AnnotatorView, seat_or_conflict
from annotation.entry import comprehension_of
from annotation.models import Seat
from annotation.serializers.annotating import ProfileAnswersField
from annotation.services.comprehension import tries_used, try_comprehension


class AskedOptionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class AskedQuestionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    several = serializers.BooleanField(help_text="Whether several options are right together.")
    options = AskedOptionSerializer(many=True)


class ComprehensionAskedSerializer(serializers.Serializer[Any]):
    guideline_version = serializers.IntegerField(allow_null=True)
    is_needed = serializers.BooleanField(help_text="Whether `next` waits for it.")
    tries_left = serializers.IntegerField()
    questions = AskedQuestionSerializer(many=True)


class ComprehensionAnswersSerializer(serializers.Serializer[Any]):
    guideline_version = serializers.IntegerField(required=False, allow_null=True)
    answers = ProfileAnswersField()


class ComprehensionTriedSerializer(serializers.Serializer[Any]):
    passed = serializers.BooleanField()
    wrong = serializers.ListField(child=serializers.CharField())
    tries_left = serializers.IntegerField()
    stopped = serializers.BooleanField(help_text="The campaign has ended for this person.")


class ComprehensionView(AnnotatorView):
    @extend_schema(
        operation_id="campaigns_comprehension",
        responses={200: ComprehensionAskedSerializer, **problems(401, 403, 404, 409)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The questions about the guideline; a campaign without any has an empty list."""
        return Response(asked_body(seat_or_conflict(request, slug)))

    @extend_schema(
        operation_id="campaigns_comprehension_try",
        request=ComprehensionAnswersSerializer,
        responses={200: ComprehensionTriedSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """One try. Who fails the last one is stopped, or goes on, as the campaign says."""
        body = ComprehensionAnswersSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        tried = try_comprehension(
            seat_or_conflict(request, slug),
            body.validated_data["answers"],
            version=body.validated_data.get("guideline_version"),
        )
        return Response(
            {
                "passed": tried.has_passed,
                "wrong": tried.wrong,
                "tries_left": tried.tries_left,
                "stopped": tried.is_stopped,
            }
        )


def asked_body(seat: Seat) -> dict[str, Any]:
    """What is asked, without what is right."""
    guideline = seat.campaign.guideline
    asked = comprehension_of(guideline)
    if guideline is None or asked is None:
        nothing: dict[str, Any] = {"tries_left": 0, "questions": [], "is_needed": False}
        return {"guideline_version": guideline.version if guideline else None, **nothing}
    return {
        "guideline_version": guideline.version,
        "is_needed": seat.comprehension_done < guideline.version and not seat.stopped_at,
        "tries_left": max(0, asked.tries - tries_used(seat, guideline)),
        "questions": [
            {
                "key": question["key"],
                "label": question["label"],
                "several": len(question["right"]) > 1,
                "options": question["options"],
            }
            for question in asked.questions
        ],
    }
