"""Notices, their targets and every try to deliver them, as bodies of REST."""

from typing import Any

from rest_framework import serializers

from annotation.enums import JobState, NoticeChannel, NoticeEvent, NotTaken
from annotation.models import Notice, NoticeDelivery, NoticeTarget
from annotation.selectors.notices import USUAL_STUCK_HOURS
from annotation.webhooks import LONGEST_ADDRESS

CHOOSABLE = [choice for choice in NoticeEvent.choices if choice[0] != NoticeEvent.TEST]


def events_field() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(CHOOSABLE), allow_empty=False, max_length=len(CHOOSABLE)
    )


class WebhookSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(
        max_length=LONGEST_ADDRESS, help_text="https, and no address of a private network."
    )
    events = events_field()


class OwnMailSerializer(serializers.Serializer[Any]):
    events = serializers.ListField(
        child=serializers.ChoiceField(CHOOSABLE), help_text="Empty: no mail."
    )
    stuck_hours = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=336,
        help_text="A stratum that wants judgments and got none for so long is told of; "
        f"{USUAL_STUCK_HOURS} unless set.",
    )


class NoticeTargetSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    channel = serializers.ChoiceField(NoticeChannel.choices)
    email = serializers.CharField(allow_null=True, help_text="Of a person who runs the campaign.")
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    secret = serializers.CharField(
        required=False,
        help_text="Of a webhook, right after it was made or renewed, and never again.",
    )


class NoticeTargetsSerializer(serializers.Serializer[Any]):
    stuck_hours = serializers.IntegerField()
    targets = NoticeTargetSerializer(many=True)


class DeliveryTrySerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(allow_null=True, help_text="That was answered.")
    problem = serializers.ChoiceField(NotTaken.choices, allow_blank=True)
    milliseconds = serializers.IntegerField(allow_null=True)


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="`Variorum-Delivery` of the post.")
    target = serializers.IntegerField()
    state = serializers.ChoiceField(JobState.choices)
    next_at = serializers.DateTimeField(
        allow_null=True, help_text="Of the next try, while there is to be one."
    )
    error = serializers.CharField()
    tries = DeliveryTrySerializer(many=True)


class NoticeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    event = serializers.ChoiceField(NoticeEvent.choices)
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="As posted to webhooks."
    )
    created_at = serializers.DateTimeField()
    deliveries = DeliverySerializer(many=True)


class NoticesPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = NoticeSerializer(many=True)


def target_body(target: NoticeTarget, secret: str = "") -> dict[str, Any]:
    """A target; with its secret, where that is to be told this once."""
    body = {
        "id": target.pk,
        "channel": target.channel,
        "email": target.user.email if target.user else None,
        "url": target.url,
        "events": target.events,
        "created_at": target.created_at,
    }
    return {**body, "secret": secret} if secret else body


def notice_body(notice: Notice) -> dict[str, Any]:
    """A notice with its deliveries and every try."""
    return {
        "id": notice.pk,
        "event": notice.event,
        "data": notice.body,
        "created_at": notice.created_at,
        "deliveries": [delivery_body(one) for one in notice.deliveries.all()],
    }


def delivery_body(delivery: NoticeDelivery) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "target": delivery.target_id,
        "state": delivery.state,
        "next_at": None if delivery.has_ended else delivery.next_at,
        "error": delivery.error,
        "tries": DeliveryTrySerializer(delivery.tries.all(), many=True).data,
    }
