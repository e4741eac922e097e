"""Lists over REST: one shape for all, page by page from wherever the last one ended."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

MOST_AT_ONCE = 1000
PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="From `next` or `previous` of another page."),
    OpenApiParameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE, "default": 100},
        description="How many at once.",
    ),
]


class Pages(CursorPagination):
    """By id, newest first. What comes or goes in between moves nothing from one page to another."""

    ordering = "-id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = MOST_AT_ONCE


class OldestFirst(Pages):
    ordering = "id"


def page_of(child: type[serializers.Serializer[Any]], **more: Any) -> Any:
    """The serializer of a page of these, for the OpenAPI document."""
    return inline_serializer(
        f"{child.__name__.removesuffix('Serializer')}Page",
        fields={
            **more,
            "next": serializers.URLField(allow_null=True, help_text="Null on the last page."),
            "previous": serializers.URLField(allow_null=True, help_text="Null on the first one."),
            "results": child(many=True),
        },
    )


def paged(
    request: Request,
    view: APIView,
    found: QuerySet[Any],
    body: Callable[[Any], Any],
    pages: type[Pages] = Pages,
    **more: Any,
) -> Response:
    """One page of what was found, each in its body, with `more` beside; a wrong cursor is `404`."""
    pager = pages()
    chosen: list[Model] = pager.paginate_queryset(found, request, view=view) or []
    answer = pager.get_paginated_response([body(one) for one in chosen])
    answer.data = {**more, **answer.data}
    return answer


def asked_of(request: Request, query: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The filters of a list as the address names them; `400` names each that is wrong."""
    asked = query(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def address_with(request: Request, name: str, value: Any) -> str | None:
    """The request's whole address with one part of its query changed; None for no value."""
    if value is None:
        return None
    return str(replace_query_param(request.build_absolute_uri(), name, value))
