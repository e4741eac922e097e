"""Samples to label, and taxonomies to label them by, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.limits import Limit, Starts
from accounts.api.paging import PAGE_PARAMETERS, page_of, paged
from accounts.api.permissions import RunsCampaigns
from accounts.api.repeating import repeatable
from accounts.api.schema import problems
from annotation.enums import Right
from annotation.tasks import start_import
from values.access import audited_campaign, own_taxonomy, samples_of, taxonomies_of
from values.serializers.audits import (
    SampleRequestSerializer,
    SampleSerializer,
    TaxonomyRequestSerializer,
    TaxonomySerializer,
    sample_body,
    taxonomy_body,
)
from values.services.sampling import draw_sample, free_slug
from values.services.taxonomies import add_taxonomy


class SamplesView(APIView):
    # A sample is a campaign of its own.
    refused_to_limited = ("POST",)
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="value_samples_list",
        parameters=PAGE_PARAMETERS,
        responses={200: page_of(SampleSerializer), **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The samples drawn from a corpus, newest first."""
        return paged(request, self, samples_of(signed_in_user(request), slug), sample_body)

    @extend_schema(
        operation_id="value_samples_create",
        request=SampleRequestSerializer,
        responses={201: SampleSerializer, **problems(400, 401, 404, 409, 422)},
    )
    @repeatable
    def post(self, request: Request, slug: str) -> Response:
        """Draw texts into a new draft campaign of task type `values`; a worker imports them."""
        user = signed_in_user(request)
        corpus = audited_campaign(user, slug, Right.EDIT)
        body = SampleRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        taxonomy = said.pop("taxonomy")
        sample, item_import = draw_sample(
            corpus,
            slug=said.pop("slug", None) or free_slug(corpus),
            title=said.pop("title", None) or f"{corpus.title}: values"[:200],
            **said,
            taxonomy=own_taxonomy(user, taxonomy) if taxonomy is not None else None,
            drawn_by=user,
        )
        start_import(item_import)
        return Response(sample_body(sample), status=status.HTTP_201_CREATED)


class TaxonomiesView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="taxonomies_list",
        parameters=PAGE_PARAMETERS,
        responses={200: page_of(TaxonomySerializer), **problems(401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        """Your taxonomies in all their versions; the built-in one needs no id."""
        return paged(request, self, taxonomies_of(signed_in_user(request)), taxonomy_body)

    @extend_schema(
        operation_id="taxonomies_create",
        request=TaxonomyRequestSerializer,
        responses={
            200: TaxonomySerializer,
            201: TaxonomySerializer,
            **problems(400, 401, 403, 422),
        },
    )
    def post(self, request: Request) -> Response:
        """Bring a taxonomy, or another version of it; 200 where the newest says the same."""
        body = TaxonomyRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        taxonomy, is_new = add_taxonomy(signed_in_user(request), **body.validated_data)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(taxonomy_body(taxonomy), status=code)
