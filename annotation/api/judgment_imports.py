"""Judgments given elsewhere over REST: a streamed body becomes an import."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.limits import Limit, Starts
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.repeating import repeatable_upload
from accounts.api.schema import problems
from annotation.access import judgment_imports_into, managed_campaign, managed_judgment_import
from annotation.api.items import AnyBody, streamed_body
from annotation.enums import JudgmentFormat, Right
from annotation.errors import Unfit
from annotation.selectors.imports import with_problems
from annotation.serializers.jobs import (
    JobQuerySerializer,
    JudgmentImportSerializer,
    judgment_import_body,
)
from annotation.services.jobs import request_cancel
from annotation.services.judgment_imports import request_judgment_import
from annotation.tasks import start_judgment_import

TRUTHS = {"": True, "true": True, "false": False}


class JudgmentImportsView(APIView):
    parser_classes = (AnyBody,)
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="judgment_imports_list",
        parameters=[JobQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(JudgmentImportSerializer), **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The campaign's imports of judgments, newest first."""
        imports = with_problems(judgment_imports_into(signed_in_user(request), slug, Right.VIEW))
        found = imports.filter(**asked_of(request, JobQuerySerializer))
        return paged(request, self, found, judgment_import_body)

    @extend_schema(
        operation_id="judgments_import",
        parameters=[
            OpenApiParameter(
                "purposes",
                str,
                description="What is stated that the people agreed to: keys of the campaign's "
                "purposes, by commas. Empty states none; needed where the campaign has purposes.",
            ),
            OpenApiParameter("basis", str, description="Why this may be stated."),
            OpenApiParameter(
                "asserted_by", str, description="Who states it; otherwise your e-mail address."
            ),
            OpenApiParameter("source", str, description="Where ids of people are from."),
            OpenApiParameter(
                "format", str, enum=JudgmentFormat.values, default=JudgmentFormat.AUTO
            ),
            OpenApiParameter("name", str, description="The file's name, for people."),
            OpenApiParameter(
                "items", bool, default=True, description="Whether its own items come in, too."
            ),
            OpenApiParameter(
                "strength", int, enum=[1, 2], description="That of preferences without one."
            ),
            OpenApiParameter(
                "columns",
                str,
                description="For a table of pairs: `item_id=pair,annotator_id=worker`.",
            ),
        ],
        request={
            "application/x-ndjson": OpenApiTypes.BINARY,
            "text/csv": OpenApiTypes.BINARY,
            "application/json": OpenApiTypes.BINARY,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        responses={202: JudgmentImportSerializer, **problems(400, 401, 404, 409, 413, 415, 422)},
    )
    @repeatable_upload
    def post(self, request: Request, slug: str) -> Response:
        """Send a file of judgments as the body; all of them are imported by a worker, or none."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.EDIT)
        asked = request.query_params
        job = request_judgment_import(
            campaign,
            content=streamed_body(request._request),
            file_name=asked.get("name", ""),
            purposes=purposes_in(asked),
            basis=asked.get("basis", ""),
            asserted_by=asked.get("asserted_by") or user.email,
            source=asked.get("source", ""),
            format=asked.get("format", JudgmentFormat.AUTO),
            strength=strength_in(asked),
            columns=asked.get("columns", ""),
            takes_items=takes_items_in(asked),
            requested_by=user,
        )
        start_judgment_import(job)
        return Response(judgment_import_body(job), status=status.HTTP_202_ACCEPTED)


def purposes_in(asked: QueryDict) -> list[str] | None:
    """Keys by commas, or in parameters of their own; None where nothing is stated."""
    if "purposes" not in asked:
        return None
    return [key for text in asked.getlist("purposes") for key in text.split(",") if key]


def strength_in(asked: QueryDict) -> int | None:
    text = asked.get("strength", "")
    # What is no number is refused as any other that is no strength.
    return (int(text) if text.isdecimal() and len(text) == 1 else 0) if text else None


def takes_items_in(asked: QueryDict) -> bool:
    try:
        return TRUTHS[asked.get("items", "").lower()]
    except KeyError as error:
        wrong = {"items": _("Must be true or false.")}
        raise Unfit(_("The import cannot be made as it is."), fields=wrong) from error


class JudgmentImportView(APIView):
    @extend_schema(
        operation_id="judgment_imports_read",
        responses={200: JudgmentImportSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """State, counts and the first errors by line."""
        return Response(
            judgment_import_body(managed_judgment_import(signed_in_user(request), pk, Right.VIEW))
        )


class JudgmentImportCancelView(APIView):
    @extend_schema(
        operation_id="judgment_imports_cancel",
        request=None,
        responses={202: JudgmentImportSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Call an import off; none of its judgments stays."""
        job = managed_judgment_import(signed_in_user(request), pk, Right.EDIT)
        request_cancel(job)
        job.refresh_from_db()
        return Response(judgment_import_body(job), status=status.HTTP_202_ACCEPTED)
