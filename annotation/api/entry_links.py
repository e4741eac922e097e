"""Entry links over REST, for those who run a campaign; arrivals for admins."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.paging import PAGE_PARAMETERS, OldestFirst, asked_of, page_of, paged
from accounts.api.permissions import IsAdmin
from accounts.api.schema import problems
from annotation.access import managed_campaign, managed_entry_link
from annotation.enums import PlatformKey, Right
from annotation.platforms.panel import link_key
from annotation.selectors.entry import arrivals_of, link_counts, links_of, turned_away
from annotation.serializers.entry_links import (
    ArrivalQuerySerializer,
    EntryArrivalSerializer,
    EntryLinkSerializer,
    EntryLinkShownSerializer,
    EntryLinksSerializer,
    LinkKeySerializer,
    address_of,
    arrival_body,
    link_body,
    turned_away_body,
)
from annotation.services.entry_links import create_entry_link, renew_key, revoke_entry_link


class EntryLinksView(APIView):
    @extend_schema(
        operation_id="entry_links_list",
        responses={200: EntryLinksSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """All links with what became of their people, and who was turned away for what."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.VIEW)
        counts = link_counts(campaign)
        links = [
            link_body(link, counts.get(link.pk), url=address_of(link, request))
            for link in links_of(campaign)
        ]
        return Response({"links": links, "turned_away": turned_away_body(turned_away(campaign))})

    @extend_schema(
        operation_id="entry_links_create",
        request=EntryLinkSerializer,
        responses={201: EntryLinkShownSerializer, **problems(400, 401, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a link. Of a panel's, `key` is in this answer and in no other."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        body = EntryLinkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        link = create_entry_link(campaign, body.validated_data, by=signed_in_user(request))
        shown = link_body(link, None, url=address_of(link, request))
        if link.platform == PlatformKey.PANEL:
            shown["key"] = link_key(link)
        return Response(shown, status=status.HTTP_201_CREATED)


class EntryLinkRevokeView(APIView):
    @extend_schema(
        operation_id="entry_links_revoke",
        request=None,
        responses={200: EntryLinkShownSerializer, **problems(401, 404)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Let nobody new in by this link. Who came by it can finish."""
        link = revoke_entry_link(managed_entry_link(signed_in_user(request), slug, pk, Right.EDIT))
        counts = link_counts(link.campaign)
        return Response(link_body(link, counts.get(link.pk), url=address_of(link, request)))


class EntryLinkKeyView(APIView):
    @extend_schema(
        operation_id="entry_links_renew_key",
        request=None,
        responses={200: LinkKeySerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Renew the key of a panel's link; the old one is refused from now on."""
        link = managed_entry_link(signed_in_user(request), slug, pk, Right.EDIT)
        return Response({"key": renew_key(link)})


class ArrivalsView(APIView):
    permission_classes = (IsAdmin,)

    @extend_schema(
        operation_id="arrivals_list",
        parameters=[ArrivalQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(EntryArrivalSerializer), **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Who came from where, by pseudonym. For admins: sessions can lead back to people."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        found = arrivals_of(campaign).filter(**asked_of(request, ArrivalQuerySerializer))
        return paged(request, self, found, arrival_body, OldestFirst)
