"""What is held about a person, and taking it back, over REST."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import annotator_of, signed_in_user
from accounts.api.permissions import IsAnnotator
from accounts.api.schema import problems
from accounts.models import Annotator
from accounts.services.withdrawing import confirm_withdrawal
from annotation.access import found, standing_seat
from annotation.models import Campaign
from annotation.services.erasing import withdraw
from annotation.tasks import start_erasure
from exports.selectors.own_data import own_data_stream


class ConfirmationSerializer(serializers.Serializer[Any]):
    confirm = serializers.CharField(
        trim_whitespace=False,
        max_length=1000,
        help_text="The password; for accounts without one, the pseudonym.",
    )


class ErasureSerializer(serializers.Serializer[Any]):
    state = serializers.CharField(help_text="How far the erasing is: that of a job.")
    asked_at = serializers.DateTimeField()


class OwnDataView(APIView):
    permission_classes = (IsAnnotator,)

    @extend_schema(
        operation_id="me_data",
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            **problems(401, 403),
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Everything held about you: account, consents, profiles, seats, assignments, judgments."""
        return StreamingHttpResponse(
            own_data_stream(annotator_behind(request)), content_type="application/json"
        )


class WithdrawView(APIView):
    permission_classes = (IsAnnotator,)

    @extend_schema(
        operation_id="campaigns_withdraw",
        request=ConfirmationSerializer,
        responses={202: ErasureSerializer, **problems(400, 401, 403, 404, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Withdraw from a campaign: what you gave to it is erased, for good.

        Where the consent that you gave says `keep_judgments`, your judgments stay as nobody's.
        """
        campaign = standing_seat(signed_in_user(request), slug).campaign
        return withdrawing(request, campaign)


class WithdrawAltogetherView(APIView):
    permission_classes = (IsAnnotator,)

    @extend_schema(
        operation_id="me_withdraw",
        request=ConfirmationSerializer,
        responses={202: ErasureSerializer, **problems(400, 401, 403, 422)},
    )
    def post(self, request: Request) -> Response:
        """Withdraw altogether: everything you gave and your account are erased, for good.

        Judgments stay as nobody's where the consent that you gave says `keep_judgments`.
        """
        return withdrawing(request, None)


def withdrawing(request: Request, campaign: Campaign | None) -> Response:
    annotator = annotator_behind(request)
    body = ConfirmationSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    confirm_withdrawal(request._request, annotator, body.validated_data["confirm"])
    erasure = withdraw(annotator, campaign)
    start_erasure(erasure)
    return Response(
        {"state": erasure.state, "asked_at": erasure.created_at}, status=status.HTTP_202_ACCEPTED
    )


def annotator_behind(request: Request) -> Annotator:
    return found(annotator_of(signed_in_user(request)))
