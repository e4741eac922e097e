"""Reference populations over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from analysis.access import analysed_campaign, managed_population
from analysis.serializers.run import (
    PopulationRequestSerializer,
    PopulationSerializer,
    population_body,
)
from analysis.services.populations import add_population, remove_population
from annotation.enums import Right


class PopulationsView(APIView):
    @extend_schema(
        operation_id="analysis_population_create",
        request=PopulationRequestSerializer,
        responses={201: PopulationSerializer, **problems(400, 401, 404, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add a population from a table; the same name again replaces it."""
        user = signed_in_user(request)
        campaign = analysed_campaign(user, slug, Right.EDIT)
        body = PopulationRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        population = add_population(
            campaign,
            name=given["name"],
            source=given["source"],
            content=given["table"].encode(),
            added_by=user,
        )
        return Response(population_body(population), status=status.HTTP_201_CREATED)


class PopulationView(APIView):
    @extend_schema(
        operation_id="analysis_population_delete",
        responses={204: None, **problems(401, 404)},
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take a population away; runs that were weighted to it stay."""
        remove_population(managed_population(signed_in_user(request), slug, pk, Right.EDIT))
        return Response(status=status.HTTP_204_NO_CONTENT)
