"""Items over REST: a streamed body becomes an import."""

from collections.abc import Iterator
from io import BytesIO

from django.conf import settings
from django.core.files.base import File
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.limits import Limit, Starts
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.repeating import repeatable_upload
from accounts.api.schema import problems
from annotation.access import imports_into, managed_campaign, managed_import
from annotation.enums import ItemFormat, Right
from annotation.selectors.imports import with_problems
from annotation.serializers.jobs import ImportSerializer, JobQuerySerializer, import_body
from annotation.serializers.looking import LookQuerySerializer, LookSerializer, look_body
from annotation.services.imports import request_import
from annotation.services.item_columns import named_columns
from annotation.services.jobs import request_cancel
from annotation.services.looking import look_at
from annotation.tasks import start_import

CHUNK = 256 * 1024
COLUMNS = OpenApiParameter(
    "columns",
    str,
    description="For a table with other columns, which is which: "
    "`id=pair,prompt=topic,response_1=a1,response_2=a2,metadata=source`; by commas, or one a line.",
)


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too-large"
    default_detail = "The body is larger than this installation takes; nothing was kept."


class AnyBody(BaseParser):
    """Takes whatever media type; the view reads the stream itself."""

    media_type = "*/*"


class StreamedBody(File):  # type: ignore[type-arg]
    """A request's body as a file for storage, read in chunks and never held whole."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(None, "body")
        self.request = request
        self.most = most
        self.expected = int(request.META.get("CONTENT_LENGTH") or 0)
        # Django reads nothing of a chunked body, but a server that marks its end can be read.
        terminated = request.META.get("wsgi.input_terminated") and not self.expected
        self.source = request.META["wsgi.input"] if terminated else request

    def beginning(self, most: int) -> tuple[bytes, bool]:
        """The first bytes, and whether the body has more than these; the rest is not read."""
        parts: list[bytes] = []
        received = 0
        while received <= most and (chunk := self.source.read(min(CHUNK, most + 1 - received))):
            parts.append(chunk)
            received += len(chunk)
        return b"".join(parts)[:most], received > most

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        received = 0
        while chunk := self.source.read(chunk_size or CHUNK):
            received += len(chunk)
            if received > self.most:
                raise TooLarge
            yield chunk
        if received < self.expected:
            raise exceptions.ParseError(_("The upload broke off; nothing was kept. Send it again."))


def streamed_body(request: HttpRequest) -> StreamedBody:
    """The body as a file, unread; refused where it is a form or announces too many bytes."""
    body = unread_body(request)
    if body.expected > body.most:
        raise TooLarge
    return body


def unread_body(request: HttpRequest) -> StreamedBody:
    """The body as a file, unread; refused where it is a form."""
    if (request.content_type or "").startswith("multipart/"):
        raise exceptions.UnsupportedMediaType(
            "multipart/form-data", _("Send the file itself as the body, not a form.")
        )
    return StreamedBody(request, settings.IMPORT_MAX_FILE_BYTES)


class ItemsView(APIView):
    parser_classes = (AnyBody,)
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="items_import",
        parameters=[
            OpenApiParameter("format", str, enum=ItemFormat.values, default=ItemFormat.AUTO),
            OpenApiParameter("name", str, description="The file's name, for people."),
            COLUMNS,
        ],
        request={
            "application/x-ndjson": OpenApiTypes.BINARY,
            "text/csv": OpenApiTypes.BINARY,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        responses={202: ImportSerializer, **problems(400, 401, 404, 409, 413, 415, 422)},
    )
    @repeatable_upload
    def post(self, request: Request, slug: str) -> Response:
        """Send a file of items as the body; it is imported whole, or not at all, by a worker."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        job = request_import(
            campaign,
            content=streamed_body(request._request),
            file_name=request.query_params.get("name", ""),
            format=request.query_params.get("format", ItemFormat.AUTO),
            columns=request.query_params.get("columns", ""),
            requested_by=signed_in_user(request),
        )
        start_import(job)
        return Response(import_body(job), status=status.HTTP_202_ACCEPTED)


class ItemsPreviewView(APIView):
    parser_classes = (AnyBody,)
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="items_preview",
        parameters=[
            OpenApiParameter("format", str, enum=ItemFormat.values, default=ItemFormat.AUTO),
            COLUMNS,
        ],
        request={
            "application/x-ndjson": OpenApiTypes.BINARY,
            "text/csv": OpenApiTypes.BINARY,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        responses={200: LookSerializer, **problems(400, 401, 404, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """What a file of items holds: its format, columns, first items and errors. Stores nothing.

        The body is read up to its first 8 MB.
        """
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        asked = LookQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        content, is_cut = unread_body(request._request).beginning(settings.IMPORT_LOOK_BYTES)
        look = look_at(
            campaign,
            BytesIO(content),
            format=asked.validated_data["format"],
            columns=named_columns(asked.validated_data["columns"]),
            is_cut=is_cut,
        )
        return Response(look_body(look))


class ImportsView(APIView):
    @extend_schema(
        operation_id="imports_list",
        parameters=[JobQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(ImportSerializer), **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The campaign's imports of items, newest first."""
        imports = with_problems(imports_into(signed_in_user(request), slug, Right.VIEW))
        found = imports.filter(**asked_of(request, JobQuerySerializer))
        return paged(request, self, found, import_body)


class ImportView(APIView):
    @extend_schema(
        operation_id="imports_read", responses={200: ImportSerializer, **problems(401, 404)}
    )
    def get(self, request: Request, pk: int) -> Response:
        """State, counts and the first errors by line."""
        return Response(import_body(managed_import(signed_in_user(request), pk, Right.VIEW)))


class ImportCancelView(APIView):
    @extend_schema(
        operation_id="imports_cancel",
        request=None,
        responses={202: ImportSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Call an import off; nothing of it stays."""
        job = managed_import(signed_in_user(request), pk, Right.EDIT)
        request_cancel(job)
        job.refresh_from_db()
        return Response(import_body(job), status=status.HTTP_202_ACCEPTED)
