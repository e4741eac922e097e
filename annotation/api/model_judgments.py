"""Models' answers over REST: a streamed body becomes an import, and what was imported is read."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.paging import PAGE_PARAMETERS, OldestFirst, page_of, paged
from accounts.api.repeating import repeatable_upload
from accounts.api.schema import problems
from annotation.access import managed_campaign, managed_model_import
from annotation.api.items import AnyBody, streamed_body
from annotation.enums import Right
from annotation.selectors.model_judgments import answers_of_models
from annotation.serializers.jobs import ModelImportSerializer, model_import_body
from annotation.serializers.model_judgment import ModelJudgmentSerializer, model_judgment_body
from annotation.services.jobs import request_cancel
from annotation.services.model_judgments import request_model_import
from annotation.tasks import start_model_import


class ModelJudgmentsView(APIView):
    parser_classes = (AnyBody,)

    @extend_schema(
        operation_id="model_judgments_list",
        parameters=PAGE_PARAMETERS,
        responses={200: page_of(ModelJudgmentSerializer), **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What models answered, oldest first, page by page: outputs of machines, no judgments."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        found = answers_of_models(campaign)
        return paged(request, self, found, model_judgment_body, OldestFirst)

    @extend_schema(
        operation_id="model_judgments_import",
        parameters=[
            OpenApiParameter("model", str, description="The model of lines that name none."),
            OpenApiParameter(
                "prompt_version", str, description="That of lines that name none, in your words."
            ),
            OpenApiParameter("name", str, description="The file's name, for people."),
        ],
        request={
            "application/x-ndjson": OpenApiTypes.BINARY,
            "text/csv": OpenApiTypes.BINARY,
            "application/octet-stream": OpenApiTypes.BINARY,
        },
        responses={202: ModelImportSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 422)},
    )
    @repeatable_upload
    def post(self, request: Request, slug: str) -> Response:
        """Send a file of models' answers as the body; a worker imports all of them, or none."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.EDIT)
        asked = request.query_params
        job = request_model_import(
            campaign,
            content=streamed_body(request._request),
            file_name=asked.get("name", ""),
            model=asked.get("model", "").strip(),
            prompt_version=asked.get("prompt_version", "").strip(),
            requested_by=user,
        )
        start_model_import(job)
        return Response(model_import_body(job), status=status.HTTP_202_ACCEPTED)


class ModelImportView(APIView):
    @extend_schema(
        operation_id="model_imports_read",
        responses={200: ModelImportSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """State, counts and the first errors by line."""
        job = managed_model_import(signed_in_user(request), pk, Right.VIEW)
        return Response(model_import_body(job))


class ModelImportCancelView(APIView):
    @extend_schema(
        operation_id="model_imports_cancel",
        request=None,
        responses={202: ModelImportSerializer, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Call an import off; none of its answers stays."""
        job = managed_model_import(signed_in_user(request), pk, Right.EDIT)
        request_cancel(job)
        job.refresh_from_db()
        return Response(model_import_body(job), status=status.HTTP_202_ACCEPTED)
