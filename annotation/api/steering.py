"""The end of a campaign and messages to its annotators over REST, for those who run it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import managed_campaign, managed_message
from annotation.enums import JobState, Right
from annotation.selectors.messages import MessageLine, message_lines, with_counts
from annotation.services.messaging import LONGEST_SUBJECT, LONGEST_TEXT, request_message
from annotation.services.steering import set_end
from annotation.tasks import start_message


class EndSerializer(serializers.Serializer[Any]):
    ends_at = serializers.DateTimeField(
        allow_null=True, help_text="When the campaign is paused by itself; null: never."
    )


class WrittenSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    text = serializers.CharField(max_length=LONGEST_TEXT, help_text="Plain text.")


class MessageSerializer(WrittenSerializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(JobState.choices)
    people = serializers.IntegerField(help_text="To whom it goes; 0 until a worker has begun.")
    mailed = serializers.IntegerField()
    on_page = serializers.IntegerField(help_text="Shown on people's pages of the campaign.")
    read = serializers.IntegerField(help_text="Of these, read there.")
    waiting = serializers.IntegerField()
    unsure = serializers.IntegerField(
        help_text="A worker stopped while it mailed them: not sent again."
    )
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def message_body(line: MessageLine) -> dict[str, Any]:
    message = line.message
    stored = ("subject", "text", "state", "people", "created_at", "finished_at")
    counted = ("mailed", "on_page", "read", "waiting", "unsure")
    return {
        "id": message.pk,
        **{name: getattr(message, name) for name in stored},
        **{name: getattr(line, name) for name in counted},
    }


class EndView(APIView):
    @extend_schema(
        operation_id="campaigns_end_read",
        responses={200: EndSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Until when the campaign is open."""
        return Response(
            {"ends_at": managed_campaign(signed_in_user(request), slug, Right.VIEW).ends_at}
        )

    @extend_schema(
        operation_id="campaigns_end_set",
        request=EndSerializer,
        responses={200: EndSerializer, **problems(400, 401, 404, 409, 422)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Extend the campaign, or have it paused earlier or not at all."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        body = EndSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response({"ends_at": set_end(campaign, body.validated_data["ends_at"]).ends_at})


class MessagesView(APIView):
    @extend_schema(
        operation_id="messages_list",
        responses={200: MessageSerializer(many=True), **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The newest messages and what became of their copies."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        return Response([message_body(line) for line in message_lines(campaign)])

    @extend_schema(
        operation_id="messages_create",
        request=WrittenSerializer,
        responses={202: MessageSerializer, **problems(400, 401, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Write to all annotators. The same again within ten minutes is the same message."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.EDIT)
        body = WrittenSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        job = request_message(campaign, given["subject"], given["text"], by=user)
        start_message(job)
        [line] = with_counts([job])
        return Response(message_body(line), status=status.HTTP_202_ACCEPTED)


class MessageView(APIView):
    @extend_schema(
        operation_id="messages_read",
        responses={200: MessageSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One message: how far it is."""
        [line] = with_counts([managed_message(signed_in_user(request), slug, pk)])
        return Response(message_body(line))
