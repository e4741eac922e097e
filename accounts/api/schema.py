"""Pieces of the OpenAPI schema that every route shares."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from accounts.api.problems import MEDIA_TYPE

MEANINGS = {
    400: "The request's content is not valid.",
    401: "No or no valid token.",
    403: "The person's role may not do this.",
    404: "There is nothing here, or it is not this person's to see.",
    409: "Not possible in the present state.",
    412: "The object has changed.",
    413: "The body is too large.",
    415: "The body's media type is not taken.",
    416: "The range asked for is outside the file.",
    422: "The content does not fit what it answers; `errors` names each field.",
    429: "Too many requests; `Retry-After` says how long to wait.",
}


class FieldProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="Dotted path of the field.")
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable, for programs.")
    detail = serializers.CharField(help_text="For people.")
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Responses of a route for these statuses, as problem details."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=MEANINGS[status])
        for status in statuses
    }


def content(types: Iterable[str], description: str, status: int = 200) -> dict[Any, Any]:
    """The answer with a file's bytes, in one of the media types (their parameters aside)."""
    answer = OpenApiResponse(OpenApiTypes.BINARY, description=description)
    return {(status, one.partition(";")[0]): answer for one in sorted(set(types))}
