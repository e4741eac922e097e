"""Notices over REST: who is told of what, and what became of everything that was told."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.schema import problems
from annotation.access import managed_campaign, managed_delivery, managed_notice_target
from annotation.enums import Right
from annotation.selectors.notices import notices_of, stuck_hours_of, targets_of
from annotation.serializers.notices import (
    DeliverySerializer,
    NoticesPageSerializer,
    NoticeTargetSerializer,
    NoticeTargetsSerializer,
    OwnMailSerializer,
    WebhookSerializer,
    delivery_body,
    notice_body,
    target_body,
)
from annotation.services.delivering import send_again
from annotation.services.notice_targets import (
    add_webhook,
    remove_target,
    renew_secret,
    send_test,
    set_own_mail,
    set_stuck_hours,
    webhook_secret,
)


class NoticePages(CursorPagination):
    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class NoticesView(APIView):
    @extend_schema(
        operation_id="notices_list",
        parameters=[
            OpenApiParameter("cursor", str, description="From `next` of the page before."),
            OpenApiParameter("page_size", int, description="At most 200."),
        ],
        responses={200: NoticesPageSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """What was told, newest first, with deliveries and tries."""
        campaign = managed_campaign(signed_in_user(request), slug, Right.EDIT)
        pages = NoticePages()
        page = pages.paginate_queryset(notices_of(campaign), request, view=self) or []
        return pages.get_paginated_response([notice_body(notice) for notice in page])


class NoticeTargetsView(APIView):
    @extend_schema(
        operation_id="notice_targets_list",
        responses={200: NoticeTargetsSerializer, **problems(401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """Where notices go now."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.EDIT)
        targets = targets_of(campaign, user)
        own = [targets.own] if targets.own else []
        bodies = [target_body(one) for one in (*own, *targets.others, *targets.webhooks)]
        return Response({"stuck_hours": stuck_hours_of(campaign), "targets": bodies})

    @extend_schema(
        operation_id="notice_targets_create",
        request=WebhookSerializer,
        responses={201: NoticeTargetSerializer, **problems(400, 401, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add a webhook. Its `secret` is in this answer and in no other."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.EDIT)
        body = WebhookSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        target = add_webhook(campaign, given["url"], given["events"], by=user)
        shown = target_body(target, webhook_secret(target))
        return Response(shown, status=status.HTTP_201_CREATED)


class OwnMailView(APIView):
    @extend_schema(
        operation_id="notice_mail_set",
        request=OwnMailSerializer,
        responses={200: OwnMailSerializer, **problems(400, 401, 404)},
    )
    def put(self, request: Request, slug: str) -> Response:
        """What you are told of by e-mail; none at all ends it."""
        user = signed_in_user(request)
        campaign = managed_campaign(user, slug, Right.EDIT)
        body = OwnMailSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        target = set_own_mail(campaign, user, given["events"])
        if "stuck_hours" in given:
            set_stuck_hours(campaign, given["stuck_hours"])
        events = target.events if target else []
        return Response({"events": events, "stuck_hours": stuck_hours_of(campaign)})


class NoticeTargetView(APIView):
    @extend_schema(
        operation_id="notice_targets_remove", responses={204: None, **problems(401, 404)}
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Send nothing there any more; what was sent stays in the log."""
        remove_target(managed_notice_target(signed_in_user(request), slug, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookSecretView(APIView):
    @extend_schema(
        operation_id="notice_targets_renew_secret",
        request=None,
        responses={200: NoticeTargetSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Renew a webhook's secret; posts are signed with the new one from now on."""
        target = managed_notice_target(signed_in_user(request), slug, pk)
        secret = renew_secret(target)
        return Response(target_body(target, secret))


class NoticeTestView(APIView):
    @extend_schema(
        operation_id="notice_targets_test",
        request=None,
        responses={202: DeliverySerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Send a test to this target alone."""
        delivery = send_test(managed_notice_target(signed_in_user(request), slug, pk))
        return Response(delivery_body(delivery), status=status.HTTP_202_ACCEPTED)


class DeliveryAgainView(APIView):
    @extend_schema(
        operation_id="notice_deliveries_again",
        request=None,
        responses={202: DeliverySerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Begin anew with a delivery that failed."""
        delivery = send_again(managed_delivery(signed_in_user(request), slug, pk))
        return Response(delivery_body(delivery), status=status.HTTP_202_ACCEPTED)
