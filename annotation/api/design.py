"""Planning over REST, for those who manage the campaign: designs, forecasts, positions."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.problems import flat_fields
from accounts.api.schema import problems
from annotation.access import managed_campaign
from annotation.design.plan import plan_of
from annotation.design.precision import MEASURES
from annotation.enums import Right
from annotation.forms.design import DEFAULTS, DesignForm
from annotation.selectors.counting import counts_or_conflict
from annotation.selectors.design import planned_parts
from annotation.selectors.forecast import FORECAST_PARTS, campaign_forecast
from annotation.selectors.positions import position_groups
from annotation.selectors.small_groups import least_people
from annotation.serializers.design import (
    DesignSerializer,
    ForecastSerializer,
    PositionsSerializer,
    design_body,
    forecast_body,
    positions_body,
)

BY_STRATUM = {"type": "object", "additionalProperties": {"type": "integer"}}


def by_stratum(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        name, BY_STRATUM, description=description, style="deepObject", explode=True
    )


def assumption(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        name, OpenApiTypes.DOUBLE, description=description, default=DEFAULTS[name]
    )


class DesignView(APIView):
    @extend_schema(
        operation_id="design_read",
        parameters=[
            OpenApiParameter("items", int, description="The campaign's own unless given."),
            by_stratum(
                "item_strata", "Items of each item stratum; the campaign's part unless given."
            ),
            by_stratum(
                "targets",
                "Judgments per item, `targets[<stratum>]=3`; of an item stratum for which the "
                "campaign has another target, `targets[<stratum>:<item stratum>]=5`.",
            ),
            OpenApiParameter("overlap", int, description="Where one is shared out among strata."),
            by_stratum("shares", "By which it is shared out, on any scale."),
            by_stratum("people", "People planned, where more than needed."),
            OpenApiParameter("repeat_rate", float, description="The campaign's unless given."),
            OpenApiParameter("budget", int, description="Judgments to allot adaptively."),
            assumption("seconds", "Per judgment, all criteria of an item together."),
            assumption("pay", "Per hour."),
            OpenApiParameter("cap", int, description="Most judgments a person; empty: no limit."),
            OpenApiParameter("measure", str, enum=MEASURES, default=DEFAULTS["measure"]),
            assumption("base", "Share in the first stratum of a pair."),
            assumption("difference", "Between the two strata of a pair, in shares or grades."),
            assumption("item_sd", "Between items, in multiples of one answer's noise."),
            assumption("person_sd", "Between people of a stratum, likewise."),
            assumption("noise_sd", "Noise of one answer in grades."),
        ],
        responses={200: DesignSerializer, **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What a design costs, and how exactly it would tell strata apart."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        parts = planned_parts(campaign, now=timezone.now())
        form = DesignForm(request.query_params.dict(), parts)
        if not form.is_valid():
            fields = {name or "request": list(errors) for name, errors in form.errors.items()}
            raise serializers.ValidationError(flat_fields(fields))
        return Response(design_body(plan_of(form.design())))


class ForecastView(APIView):
    @extend_schema(
        operation_id="forecast_read",
        responses={200: ForecastSerializer, **problems(401, 404, 409)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """When each stratum will be covered at the rate at which judgments come in."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        counted = counts_or_conflict(campaign, *FORECAST_PARTS, now=timezone.now())
        return Response(forecast_body(campaign_forecast(campaign, counted)))


class PositionsView(APIView):
    @extend_schema(
        operation_id="positions_read",
        responses={200: PositionsSerializer, **problems(401, 404, 409)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Whether what is shown first is preferred, by criterion and stratum."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        counted = counts_or_conflict(campaign, "positions", now=timezone.now())
        least = least_people(campaign)
        groups = position_groups(counted.parts["positions"], least)
        return Response(positions_body(groups, counted, least))
