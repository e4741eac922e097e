"""Previews, rules, approvals, links and the audit trail of releases over REST."""

from dataclasses import replace

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.conditional import guarded
from accounts.api.limits import Limit, Starts
from accounts.api.schema import problems
from annotation.enums import Right
from exports.access import (
    exported_campaign,
    exported_campaigns,
    managed_link,
    managed_snapshot,
)
from exports.models import ShareLink
from exports.selectors.previews import preview_of, proposal_for
from exports.selectors.snapshots import downloads_of
from exports.serializers.release import (
    DecisionSerializer,
    DownloadSerializer,
    LinkRequestSerializer,
    LinkSerializer,
    PolicySerializer,
    PreviewRequestSerializer,
    PreviewSerializer,
    choices_in,
    download_body,
    link_body,
    policy_body,
    preview_body,
)
from exports.serializers.snapshot import SnapshotSerializer, snapshot_body
from exports.services.approvals import decide
from exports.services.policies import check_choices, rules_of, set_policy
from exports.services.sharing import create_link, links_of, revoke_link, token_of
from exports.tasks import start_snapshot


class ReleasePreviewView(APIView):
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="exports_preview",
        request=PreviewRequestSerializer,
        responses={200: PreviewSerializer, **problems(400, 401, 404, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """What choices would come to with the people of now, small cells first; writes nothing."""
        user = signed_in_user(request)
        campaign = exported_campaign(user, slug, Right.EDIT)
        body = PreviewRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        campaigns = [campaign, *exported_campaigns(user, said["campaigns"], Right.EDIT)]
        choices = choices_in(said, campaigns)
        check_choices(campaigns, choices, "per-release")
        if said["propose"]:
            proposed = proposal_for(campaigns, choices, {}).choices
            choices = replace(choices, identifying=proposed.identifying, withheld=proposed.withheld)
        return Response(preview_body(preview_of(campaigns, choices), choices))


class ReleasePolicyView(APIView):
    @extend_schema(
        operation_id="exports_rules_read",
        responses={200: PolicySerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What the campaign asks of public releases."""
        campaign = exported_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response(policy_body(rules_of([campaign])))

    @extend_schema(
        operation_id="exports_rules_set",
        request=PolicySerializer,
        responses={200: PolicySerializer, **problems(400, 401, 403, 404)},
    )
    @guarded
    def put(self, request: Request, slug: str) -> Response:
        """Ask more of public releases; asking less is for admins."""
        user = signed_in_user(request)
        campaign = exported_campaign(user, slug, Right.OWN)
        body = PolicySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(policy_body(set_policy(campaign, **body.validated_data, changed_by=user)))


class SnapshotDecisionView(APIView):
    @extend_schema(
        operation_id="exports_decide",
        request=DecisionSerializer,
        responses={200: SnapshotSerializer, **problems(400, 401, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """A second person's word on a snapshot in state `awaiting`."""
        user = signed_in_user(request)
        snapshot = managed_snapshot(user, pk, Right.OWN)
        body = DecisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        decide(snapshot, **body.validated_data, decided_by=user)
        snapshot = managed_snapshot(user, pk, Right.OWN)
        if body.validated_data["approved"]:
            start_snapshot(snapshot)
        return Response(snapshot_body(snapshot, request))


class SnapshotLinksView(APIView):
    @extend_schema(
        operation_id="exports_links",
        responses={200: LinkSerializer(many=True), **problems(401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Links by which the snapshot is shared, newest first."""
        links = links_of(managed_snapshot(signed_in_user(request), pk, Right.OWN))
        return Response([link_body(link, url_of(link, request)) for link in links])

    @extend_schema(
        operation_id="exports_link_create",
        request=LinkRequestSerializer,
        responses={201: LinkSerializer, **problems(400, 401, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Share a published research or public snapshot with whoever has the link."""
        user = signed_in_user(request)
        snapshot = managed_snapshot(user, pk, Right.OWN)
        body = LinkRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        link = create_link(snapshot, **body.validated_data, created_by=user)
        return Response(link_body(link, url_of(link, request)), status=status.HTTP_201_CREATED)


class LinkView(APIView):
    @extend_schema(operation_id="exports_link_revoke", responses={204: None, **problems(401, 404)})
    def delete(self, request: Request, pk: int) -> Response:
        """Close a link for good."""
        revoke_link(managed_link(signed_in_user(request), pk, Right.OWN))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SnapshotDownloadsView(APIView):
    @extend_schema(
        operation_id="exports_downloads",
        responses={200: DownloadSerializer(many=True), **problems(401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The newest entries of the audit trail: who fetched what, by which link."""
        snapshot = managed_snapshot(signed_in_user(request), pk, Right.VIEW)
        return Response([download_body(entry) for entry in downloads_of(snapshot)])


def url_of(link: ShareLink, request: Request) -> str | None:
    if not link.is_open:
        return None
    return request.build_absolute_uri(reverse("exports:shared", args=[token_of(link)]))
