"""Analyses over REST: for those who run the campaign."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.limits import Limit, Starts
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.repeating import repeatable
from accounts.api.schema import problems
from analysis.access import analysed_campaign, managed_population, managed_run, runs_of
from analysis.enums import View
from analysis.selectors.runs import marked_by_leaving, newest_shown, with_leaving
from analysis.serializers.run import (
    AnalysisRuleSerializer,
    AnalysisSerializer,
    RunRequestSerializer,
    RunSerializer,
    ViewSerializer,
    population_body,
    run_body,
)
from analysis.serializers.shown import shown, view_body, view_named
from analysis.services.runs import cancel_run, request_again, request_run
from analysis.tasks import start_run
from annotation.access import found
from annotation.enums import Right
from annotation.selectors.small_groups import least_people
from annotation.serializers.jobs import JobQuerySerializer
from annotation.services.small_groups import set_least_people

MOST_LISTED = 100


class AnalysisView(APIView):
    @extend_schema(
        operation_id="analysis_list", responses={200: AnalysisSerializer, **problems(401, 404)}
    )
    def get(self, request: Request, slug: str) -> Response:
        """What can be worked out, reference populations, and runs, newest first."""
        campaign = analysed_campaign(signed_in_user(request), slug, Right.VIEW)
        runs = with_leaving(runs_of(campaign), MOST_LISTED)
        body = {
            "views": View.values,
            "least_annotators": least_people(campaign),
            "populations": [population_body(one) for one in campaign.populations.all()],
            "runs": [run_body(run, slug, has_left=left) for run, left in runs],
        }
        return Response(AnalysisSerializer(body).data)


class RuleView(APIView):
    @extend_schema(
        operation_id="analysis_rule",
        request=AnalysisRuleSerializer,
        responses={200: AnalysisRuleSerializer, **problems(400, 401, 403, 404, 422)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Set from how many annotators on groups are shown; asking for less is for admins."""
        user = signed_in_user(request)
        campaign = analysed_campaign(user, slug, Right.OWN)
        body = AnalysisRuleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        least = body.validated_data["least_annotators"]
        rule = set_least_people(campaign, least, changed_by=user, field="least_annotators")
        return Response({"least_annotators": rule.least_people})


class RunsView(APIView):
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="analysis_runs_list",
        parameters=[JobQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(RunSerializer), **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The campaign's runs, newest first."""
        runs = runs_of(analysed_campaign(signed_in_user(request), slug, Right.VIEW))
        wanted = marked_by_leaving(runs).filter(**asked_of(request, JobQuerySerializer))
        return paged(request, self, wanted, lambda run: run_body(run, slug, has_left=run.has_left))

    @extend_schema(
        operation_id="analysis_run_create",
        request=RunRequestSerializer,
        responses={202: RunSerializer, **problems(400, 401, 404, 409, 422)},
    )
    @repeatable
    def post(self, request: Request, slug: str) -> Response:
        """Ask for an analysis as of now; a worker makes it. Poll the answer's `id`."""
        user = signed_in_user(request)
        campaign = analysed_campaign(user, slug, Right.EDIT)
        body = RunRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted: dict[str, Any] = dict(body.validated_data)
        number = wanted.pop("population")
        population = (
            managed_population(user, slug, number, Right.EDIT) if number is not None else None
        )
        run = request_run(campaign, **wanted, population=population, requested_by=user)
        start_run(run)
        return Response(run_body(run, slug), status=status.HTTP_202_ACCEPTED)


class RunView(APIView):
    @extend_schema(
        operation_id="analysis_run_read", responses={200: RunSerializer, **problems(401, 404)}
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """State, parameters and what was read; the views have routes of their own."""
        return Response(run_body(managed_run(signed_in_user(request), slug, pk, Right.VIEW), slug))


class RunCancelView(APIView):
    @extend_schema(
        operation_id="analysis_run_cancel",
        request=None,
        responses={202: RunSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Call a run off; nothing of it stays."""
        run = managed_run(signed_in_user(request), slug, pk, Right.EDIT)
        cancel_run(run)
        run.refresh_from_db()
        return Response(run_body(run, slug), status=status.HTTP_202_ACCEPTED)


class RunAgainView(APIView):
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="analysis_run_again",
        request=None,
        responses={202: RunSerializer, **problems(401, 404, 409)},
    )
    @repeatable
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """The same views of the same judgments once more, without who has withdrawn since."""
        user = signed_in_user(request)
        run = request_again(managed_run(user, slug, pk, Right.EDIT), requested_by=user)
        start_run(run)
        return Response(run_body(run, slug), status=status.HTTP_202_ACCEPTED)


class AnalysisViewView(APIView):
    @extend_schema(
        operation_id="analysis_view_read",
        parameters=[
            OpenApiParameter(
                "view", str, OpenApiParameter.PATH, enum=View.values, description="What to show."
            ),
            OpenApiParameter("criterion", str, description="A criterion's key; the first one."),
        ],
        responses={200: ViewSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str, view: str) -> Response:
        """A view as the newest finished run has it, with method, parameters, n and intervals."""
        campaign = analysed_campaign(signed_in_user(request), slug, Right.VIEW)
        wanted = view_named(view)
        run = found(newest_shown(campaign, wanted.value, least_people(campaign)))
        criterion = request.query_params.get("criterion", "")
        return Response(view_body(shown(campaign, run, wanted, criterion)))
