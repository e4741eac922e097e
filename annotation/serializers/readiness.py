"""What is missing before opening, as REST gives it."""

from typing import Any

from rest_framework import serializers

from annotation.selectors.readiness import Readiness


class CheckSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable, for programs.")
    is_met = serializers.BooleanField()
    is_needed = serializers.BooleanField(
        help_text="Without it nobody could judge; else it is advice. Neither keeps from opening."
    )
    message = serializers.CharField(help_text="What was looked for, in words.")


class ReadinessSerializer(serializers.Serializer[Any]):
    is_ready = serializers.BooleanField(help_text="Everything that is needed is there.")
    checks = CheckSerializer(many=True)


def readiness_body(readiness: Readiness) -> dict[str, Any]:
    names = ("code", "is_met", "is_needed", "message")
    return {
        "is_ready": readiness.is_ready,
        "checks": [{name: getattr(one, name) for name in names} for one in readiness.checks],
    }
