"""Organisations over REST: their people, and the campaigns that belong to them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.paging import PAGE_PARAMETERS, page_of, paged
from accounts.api.permissions import RunsCampaigns
from accounts.api.schema import problems
from accounts.models import User
from annotation.access import (
    found,
    managed_campaign,
    managed_organisation_invitation,
    managed_organisation_member,
    own_organisation,
    placeable_organisation,
)
from annotation.enums import OrganisationRole, Right
from annotation.selectors.organisations import (
    listed_organisations,
    open_invitations,
    people_of,
    placement_of,
)
from annotation.serializers.organisations import (
    JoinedSerializer,
    OrganisationInvitationRequestSerializer,
    OrganisationInvitationSerializer,
    OrganisationMemberSerializer,
    OrganisationNameSerializer,
    OrganisationRequestSerializer,
    OrganisationRoleSerializer,
    OrganisationSerializer,
    PlacementSerializer,
    address_into,
    organisation_body,
    organisation_invitation_body,
    organisation_member_body,
    placement_body,
)
from annotation.serializers.team import AcceptSerializer
from annotation.services.organisation_invitations import (
    invite_into_organisation,
    invited_into_organisation,
    join_organisation,
    revoke_organisation_invitation,
)
from annotation.services.organisations import (
    change_organisation_role,
    create_organisation,
    leave_organisation,
    place_campaign,
    remove_organisation_member,
    rename_organisation,
)
from annotation.tasks import send_organisation_invitation


def said(serializer: Any, request: Request) -> dict[str, Any]:
    body = serializer(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def listed(user: User, slug: str) -> dict[str, Any]:
    return organisation_body(found(listed_organisations(user).filter(slug=slug).first()))


class OrganisationsView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="organisations_list",
        parameters=PAGE_PARAMETERS,
        responses={200: page_of(OrganisationSerializer), **problems(401, 403, 404)},
    )
    def get(self, request: Request) -> Response:
        """Organisations that you are in, newest first; for admins all."""
        mine = listed_organisations(signed_in_user(request))
        return paged(request, self, mine, organisation_body)

    @extend_schema(
        operation_id="organisations_create",
        request=OrganisationRequestSerializer,
        responses={201: OrganisationSerializer, **problems(400, 401, 403, 409)},
    )
    def post(self, request: Request) -> Response:
        """Make an organisation, which you administer."""
        user = signed_in_user(request)
        made = create_organisation(**said(OrganisationRequestSerializer, request), by=user)
        body = {"slug": made.slug, "name": made.name, "people": 1, "campaigns": 0}
        return Response(body, status=status.HTTP_201_CREATED)


class OrganisationView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="organisations_read",
        responses={200: OrganisationSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, organisation: str) -> Response:
        """An organisation that you are in."""
        return Response(listed(signed_in_user(request), organisation))

    @extend_schema(
        operation_id="organisations_change",
        request=OrganisationNameSerializer,
        responses={200: OrganisationSerializer, **problems(400, 401, 403, 404)},
    )
    def patch(self, request: Request, organisation: str) -> Response:
        """Give it another name. For who administers it."""
        user = signed_in_user(request)
        held = own_organisation(user, organisation, to_administer=True)
        rename_organisation(held, **said(OrganisationNameSerializer, request))
        return Response(listed(user, organisation))


class OrganisationMembersView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="organisations_members_list",
        responses={200: OrganisationMemberSerializer(many=True), **problems(401, 403, 404)},
    )
    def get(self, request: Request, organisation: str) -> Response:
        """Everybody who is in the organisation."""
        held = own_organisation(signed_in_user(request), organisation)
        return Response([organisation_member_body(one) for one in people_of(held)])


class OrganisationMemberView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="organisations_members_change",
        request=OrganisationRoleSerializer,
        responses={200: OrganisationMemberSerializer, **problems(400, 401, 403, 404, 409)},
    )
    def patch(self, request: Request, organisation: str, pk: int) -> Response:
        """Give somebody another role. For who administers it."""
        member = managed_organisation_member(signed_in_user(request), organisation, pk)
        role = OrganisationRole(said(OrganisationRoleSerializer, request)["role"])
        return Response(organisation_member_body(change_organisation_role(member, role)))

    @extend_schema(
        operation_id="organisations_members_remove",
        responses={204: None, **problems(401, 403, 404, 409)},
    )
    def delete(self, request: Request, organisation: str, pk: int) -> Response:
        """Take somebody out. For who administers it."""
        user = signed_in_user(request)
        remove_organisation_member(managed_organisation_member(user, organisation, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrganisationLeaveView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="organisations_leave",
        request=None,
        responses={204: None, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, organisation: str) -> Response:
        """Take yourself out."""
        user = signed_in_user(request)
        leave_organisation(own_organisation(user, organisation), user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrganisationInvitationsView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="organisations_invitations_list",
        responses={200: OrganisationInvitationSerializer(many=True), **problems(401, 403, 404)},
    )
    def get(self, request: Request, organisation: str) -> Response:
        """Open invitations, newest first. For who administers it."""
        held = own_organisation(signed_in_user(request), organisation, to_administer=True)
        return Response(
            [organisation_invitation_body(one, request) for one in open_invitations(held)]
        )

    @extend_schema(
        operation_id="organisations_invitations_create",
        request=OrganisationInvitationRequestSerializer,
        responses={201: OrganisationInvitationSerializer, **problems(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, organisation: str) -> Response:
        """Invite by e-mail, or make a link for so many people. For who administers it."""
        user = signed_in_user(request)
        held = own_organisation(user, organisation, to_administer=True)
        wanted = said(OrganisationInvitationRequestSerializer, request)
        wanted["role"] = OrganisationRole(wanted["role"])
        made = invite_into_organisation(held, **wanted, by=user)
        if made.email:
            address = address_into(made, request)
            send_organisation_invitation.delay(made.pk, address, user.language)
        body = organisation_invitation_body(made, request)
        return Response(body, status=status.HTTP_201_CREATED)


class OrganisationInvitationView(APIView):
    permission_classes = (RunsCampaigns,)

    @extend_schema(
        operation_id="organisations_invitations_revoke",
        responses={204: None, **problems(401, 403, 404)},
    )
    def delete(self, request: Request, organisation: str, pk: int) -> Response:
        """Let nobody in by it any more. For who administers it."""
        user = signed_in_user(request)
        revoke_organisation_invitation(managed_organisation_invitation(user, organisation, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrganisationJoinView(APIView):
    @extend_schema(
        operation_id="organisations_join",
        request=AcceptSerializer,
        responses={200: JoinedSerializer, **problems(400, 401, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        """Come into the organisation that you were invited to."""
        invitation = invited_into_organisation(said(AcceptSerializer, request)["token"])
        membership = join_organisation(invitation, signed_in_user(request))
        return Response({"organisation": invitation.organisation.slug, "role": membership.role})


class PlacementView(APIView):
    refused_to_limited = ("PUT",)

    @extend_schema(
        operation_id="campaigns_organisation",
        responses={200: PlacementSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The organisation that the campaign belongs to."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        return Response(placement_body(placement_of(campaign)))

    @extend_schema(
        operation_id="campaigns_organisation_set",
        request=PlacementSerializer,
        responses={200: PlacementSerializer, **problems(400, 401, 403, 404)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """Let it belong to one of your organisations, or to none. For owners."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.OWN)
        wanted = said(PlacementSerializer, request)
        chosen = wanted["organisation"]
        organisation = placeable_organisation(user, campaign, chosen) if chosen else None
        placed = place_campaign(campaign, organisation, members_read=wanted["members_read"])
        return Response(placement_body(placed))
