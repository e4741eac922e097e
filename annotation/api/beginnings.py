"""Beginning campaigns, seeing what they still lack, and putting them aside, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.permissions import RunsCampaigns
from accounts.api.schema import problems
from annotation.access import found, managed_campaign
from annotation.api.campaigns import moved
from annotation.enums import Right
from annotation.library import CAMPAIGN_TEMPLATES, QUESTION_SETS
from annotation.selectors.readiness import readiness_of
from annotation.serializers.beginnings import (
    CampaignTemplateSerializer,
    CampaignTemplateSummarySerializer,
    CopySerializer,
    QuestionSetSerializer,
    copied_campaign,
    question_set_body,
    template_body,
    template_summary,
)
from annotation.serializers.campaign import CampaignSerializer, campaign_body
from annotation.serializers.readiness import ReadinessSerializer, readiness_body
from annotation.services.archiving import archive_campaign, restore_campaign
from annotation.services.campaigns import create_campaign


class CampaignTemplatesView(APIView):
    open_to_limited = ("GET",)
    permission_classes = [RunsCampaigns]

    @extend_schema(
        operation_id="campaign_templates_list",
        responses={200: CampaignTemplateSummarySerializer(many=True), **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Campaigns to begin from."""
        return Response([template_summary(one) for one in CAMPAIGN_TEMPLATES.values()])


class CampaignTemplateView(APIView):
    permission_classes = [RunsCampaigns]

    @extend_schema(
        operation_id="campaign_templates_read",
        responses={200: CampaignTemplateSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, key: str) -> Response:
        """A template; with a `slug` added, its `campaign` can be sent to `POST campaigns/`."""
        template = found(CAMPAIGN_TEMPLATES.get(key))
        return Response({**template_summary(template), "campaign": template_body(template)})


class QuestionSetsView(APIView):
    open_to_limited = ("GET",)
    permission_classes = [RunsCampaigns]

    @extend_schema(
        operation_id="question_sets_list",
        responses={200: QuestionSetSerializer(many=True), **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Standard questions about people, each with its source and translations."""
        return Response([question_set_body(one) for one in QUESTION_SETS.values()])


class CopyView(APIView):
    refused_to_limited = ("POST",)

    @extend_schema(
        operation_id="campaigns_copy",
        request=CopySerializer,
        responses={201: CampaignSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """A draft of yours that asks the same in the same way, without items, people or links."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.VIEW)
        wanted = CopySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        body = copied_campaign(campaign, wanted.validated_data)
        body.is_valid(raise_exception=True)
        copy = create_campaign(user, body.validated_data, copied_from=campaign)
        return Response(campaign_body(copy), status=status.HTTP_201_CREATED)


class ReadinessView(APIView):
    @extend_schema(
        operation_id="campaigns_readiness",
        responses={200: ReadinessSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What is still missing before the campaign can be opened, and what is worth a thought."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response(readiness_body(readiness_of(campaign)))


class ArchiveView(APIView):
    @extend_schema(
        operation_id="campaigns_archive",
        request=None,
        responses={200: CampaignSerializer, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take a campaign that is not open out of lists. Nothing of it is deleted."""
        return moved(request, slug, Right.OWN, archive_campaign)[1]


class RestoreView(APIView):
    @extend_schema(
        operation_id="campaigns_restore",
        request=None,
        responses={200: CampaignSerializer, **problems(401, 403, 404)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Bring an archived campaign back into lists."""
        return moved(request, slug, Right.OWN, restore_campaign)[1]
