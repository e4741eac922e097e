"""Looking into an item and into an annotator's work over REST, for those who run the campaign."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.paging import address_with
from accounts.api.schema import problems
from annotation.access import found, managed_campaign, managed_seat
from annotation.api.coverage import whole_number
from annotation.enums import AnswersWith, PeopleOrder, PeopleWho, Right
from annotation.forms.answer_filter import AnswerFilterForm
from annotation.forms.people_search import PeopleSearchForm
from annotation.selectors.answers import answers_on, distributions_on, letters_of
from annotation.selectors.people import people_found, person_of
from annotation.selectors.research import item_coverage
from annotation.serializers.inspecting import (
    ItemAnswersSerializer,
    PersonSerializer,
    SeatedPageSerializer,
    item_answers_body,
    person_body,
    seated_body,
)

LARGEST_ID = 2**63 - 1


class ItemAnswersView(APIView):
    @extend_schema(
        operation_id="answers_list",
        parameters=[
            OpenApiParameter("item", str, required=True, description="The item's id."),
            OpenApiParameter("stratum", str, description="Answers of this stratum alone."),
            OpenApiParameter("only", str, enum=AnswersWith.values),
            OpenApiParameter("earlier", bool, description="Also answers that were revised since."),
            OpenApiParameter("before", int, description="From `next` of the page before."),
        ],
        responses={200: ItemAnswersSerializer, **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Everybody's answers to one item, side by side, and their distribution by stratum."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        wanted = request.query_params.get("item", "")
        if not wanted or "\0" in wanted:
            raise serializers.ValidationError({"item": _("Name an item.")})
        before = whole_number(request, "before", LARGEST_ID, most=LARGEST_ID)
        item = found(campaign.items.select_related("campaign").filter(external_id=wanted).first())
        responses = list(item.responses.all())
        strata = [key for key, _cell in item_coverage(item)]
        form = AnswerFilterForm(request.query_params, strata=strata)
        page = answers_on(item, responses, form.chosen(), before=before)
        body = item_answers_body(
            item.external_id,
            letters_of(responses),
            distributions_on(item, responses),
            page,
            address_with(request, "before", page.older),
        )
        return Response(ItemAnswersSerializer(body).data)


class AnnotatorsView(APIView):
    @extend_schema(
        operation_id="annotators_list",
        parameters=[
            OpenApiParameter("text", str, description="Stands in the pseudonym."),
            OpenApiParameter("stratum", str),
            OpenApiParameter("only", str, enum=PeopleWho.values),
            OpenApiParameter("order", str, enum=PeopleOrder.values, default=PeopleOrder.LAST.value),
            OpenApiParameter("page", int, default=1),
        ],
        responses={200: SeatedPageSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """People with a seat, by pseudonym; whoever has withdrawn is not there."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        strata = [one.key for one in campaign.strata.all()]
        page = people_found(
            campaign, PeopleSearchForm(request.query_params, strata=strata).search()
        )
        following = page.number + 1 if page.has_next() else None
        body = {
            "count": page.paginator.count,
            "next": address_with(request, "page", following),
            "results": [seated_body(line) for line in page.object_list],
        }
        return Response(SeatedPageSerializer(body).data)


class AnnotatorView(APIView):
    @extend_schema(
        operation_id="annotators_read",
        responses={200: PersonSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str, pseudonym: str) -> Response:
        """One person's work, flags and times in the campaign; nothing of anybody else's."""
        seat = managed_seat(signed_in_user(request), slug, pseudonym)
        return Response(PersonSerializer(person_body(person_of(seat))).data)
