"""Audits of values over REST."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.limits import Limit, Starts
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.repeating import repeatable
from accounts.api.schema import content, problems
from annotation.enums import Right
from annotation.serializers.jobs import JobQuerySerializer
from annotation.services.jobs import request_cancel
from values.access import (
    audited_campaign,
    audits_of,
    labelling_campaign,
    managed_audit,
    managed_audit_file,
)
from values.downloads import CONTENT_TYPES, download
from values.serializers.audits import (
    AuditRequestSerializer,
    AuditSerializer,
    audit_body,
)
from values.services.auditing import Parameters, request_audit
from values.tasks import start_audit


class AuditsView(APIView):
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="audits_list",
        parameters=[JobQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(AuditSerializer), **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The corpus' audits, newest first."""
        audits = audits_of(signed_in_user(request), slug).prefetch_related("files")
        found = audits.filter(**asked_of(request, JobQuerySerializer))
        return paged(request, self, found, lambda one: audit_body(one, request))

    @extend_schema(
        operation_id="audits_create",
        request=AuditRequestSerializer,
        responses={202: AuditSerializer, **problems(400, 401, 404, 422)},
    )
    @repeatable
    def post(self, request: Request, slug: str) -> Response:
        """Ask for an audit; a worker makes it. Poll the answer's `id` for state and results."""
        user = signed_in_user(request)
        corpus = audited_campaign(user, slug, Right.EDIT)
        body = AuditRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        labels = labelling_campaign(user, said.pop("labels"))
        audit = request_audit(
            corpus,
            labels,
            criterion=said.pop("criterion"),
            sides=said.pop("sides"),
            parameters=Parameters(**said),
            requested_by=user,
        )
        start_audit(audit)
        return Response(audit_body(audit, request), status=status.HTTP_202_ACCEPTED)


class AuditView(APIView):
    @extend_schema(
        operation_id="audits_read", responses={200: AuditSerializer, **problems(401, 404)}
    )
    def get(self, request: Request, pk: int) -> Response:
        """State, progress, and once it is done what was found and the files."""
        return Response(audit_body(managed_audit(signed_in_user(request), pk, Right.VIEW), request))


class AuditCancelView(APIView):
    @extend_schema(
        operation_id="audits_cancel",
        request=None,
        responses={202: AuditSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Call an audit off; nothing of it stays."""
        audit = managed_audit(signed_in_user(request), pk, Right.EDIT)
        request_cancel(audit)
        audit.refresh_from_db()
        return Response(audit_body(audit, request), status=status.HTTP_202_ACCEPTED)


class AuditFileView(APIView):
    @extend_schema(
        operation_id="audits_file",
        responses={
            **content(CONTENT_TYPES.values(), "The file."),
            304: OpenApiResponse(description="The file you have is this one."),
            **problems(401, 404),
        },
    )
    def get(self, request: Request, pk: int, name: str) -> HttpResponseBase:
        """One of the files, by its name."""
        return download(request._request, managed_audit_file(signed_in_user(request), pk, name))
