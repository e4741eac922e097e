"""A campaign's team over REST: members, invitations, and handing the campaign over."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import managed_campaign, managed_invitation, managed_member
from annotation.enums import CampaignRole, Right
from annotation.selectors.team import members_of, open_invitations
from annotation.serializers.team import (
    AcceptedSerializer,
    AcceptSerializer,
    InvitationRequestSerializer,
    InvitationSerializer,
    MemberSerializer,
    RoleSerializer,
    TransferSerializer,
    address_of,
    invitation_body,
    member_body,
)
from annotation.services.invitations import (
    accept_invitation,
    invite,
    invited_by,
    revoke_invitation,
)
from annotation.services.team import (
    change_role,
    leave_campaign,
    remove_member,
    transfer_campaign,
)
from annotation.tasks import send_invitation


class MembersView(APIView):
    @extend_schema(
        operation_id="members_list",
        responses={200: MemberSerializer(many=True), **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Everybody who works on the campaign."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response([member_body(one) for one in members_of(campaign)])


class MemberView(APIView):
    @extend_schema(
        operation_id="members_change",
        request=RoleSerializer,
        responses={200: MemberSerializer(many=True), **problems(400, 401, 403, 404)},
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Give somebody another role. For owners."""
        membership = managed_member(signed_in_user(request), slug, pk)
        body = RoleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        change_role(membership, CampaignRole(body.validated_data["role"]))
        return Response([member_body(one) for one in members_of(membership.campaign)])

    @extend_schema(operation_id="members_remove", responses={204: None, **problems(401, 403, 404)})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take somebody out of the team. For owners."""
        remove_member(managed_member(signed_in_user(request), slug, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LeaveView(APIView):
    @extend_schema(
        operation_id="members_leave",
        request=None,
        responses={204: None, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Take yourself out of the team."""
        user = signed_in_user(request)
        leave_campaign(managed_campaign(user, slug, Right.VIEW), user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TransferView(APIView):
    @extend_schema(
        operation_id="campaigns_transfer",
        request=TransferSerializer,
        responses={200: MemberSerializer(many=True), **problems(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Hand the campaign over to a member; you stay as one of its owners."""
        user = signed_in_user(request)
        managed_campaign(user, slug, Right.OWN)
        body = TransferSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        membership = managed_member(user, slug, body.validated_data["member"])
        campaign = transfer_campaign(membership.campaign, membership, by=user)
        return Response([member_body(one) for one in members_of(campaign)])


class InvitationsView(APIView):
    @extend_schema(
        operation_id="invitations_list",
        responses={200: InvitationSerializer(many=True), **problems(401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Open invitations, newest first. For owners."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.OWN)
        return Response([invitation_body(one, request) for one in open_invitations(campaign)])

    @extend_schema(
        operation_id="invitations_create",
        request=InvitationRequestSerializer,
        responses={201: InvitationSerializer, **problems(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Invite by e-mail, or make a link for so many people. For owners."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.OWN)
        body = InvitationRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = {**body.validated_data, "role": CampaignRole(body.validated_data["role"])}
        invitation = invite(campaign, **said, by=user)
        if invitation.email:
            send_invitation.delay(invitation.pk, address_of(invitation, request), user.language)
        return Response(invitation_body(invitation, request), status=status.HTTP_201_CREATED)


class InvitationView(APIView):
    @extend_schema(
        operation_id="invitations_revoke", responses={204: None, **problems(401, 403, 404)}
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Let nobody in by it any more. For owners."""
        revoke_invitation(managed_invitation(signed_in_user(request), slug, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AcceptView(APIView):
    @extend_schema(
        operation_id="invitations_accept",
        request=AcceptSerializer,
        responses={200: AcceptedSerializer, **problems(400, 401, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        """Come into the team that you were invited to."""
        user = signed_in_user(request)
        body = AcceptSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        invitation = invited_by(body.validated_data["token"])
        membership = accept_invitation(invitation, user)
        role = membership.role if membership else CampaignRole.OWNER.value
        return Response({"campaign": invitation.campaign.slug, "role": role})
