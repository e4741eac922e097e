"""Snapshots over REST."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.limits import Limit, Starts
from accounts.api.paging import PAGE_PARAMETERS, asked_of, page_of, paged
from accounts.api.problems import problem
from accounts.api.repeating import repeatable
from accounts.api.schema import content, problems
from annotation.enums import Right
from exports.access import (
    check_pseudonyms,
    check_release,
    exported_campaign,
    exported_campaigns,
    managed_file,
    managed_snapshot,
    snapshots_of,
)
from exports.downloads import MEDIA_TYPES, Taker, download
from exports.models import Comparison
from exports.profiles.choices import choices_from
from exports.selectors.snapshots import with_files
from exports.serializers.release import CHOICES, choices_in
from exports.serializers.snapshot import (
    AgainSerializer,
    ComparisonSerializer,
    DifferenceRequestSerializer,
    DifferenceSerializer,
    SnapshotQuerySerializer,
    SnapshotRequestSerializer,
    SnapshotSerializer,
    comparison_body,
    difference_body,
    snapshot_body,
)
from exports.services.comparing import compare
from exports.services.snapshots import (
    cancel_snapshot,
    request_again,
    request_reissue,
    request_snapshot,
)
from exports.tasks import start_comparison, start_snapshot


class SnapshotsView(APIView):
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="exports_list",
        parameters=[SnapshotQuerySerializer, *PAGE_PARAMETERS],
        responses={200: page_of(SnapshotSerializer), **problems(400, 401, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The campaign's snapshots, newest first."""
        snapshots = with_files(snapshots_of(signed_in_user(request), slug))
        found = snapshots.filter(**asked_of(request, SnapshotQuerySerializer))
        return paged(request, self, found, lambda one: snapshot_body(one, request))

    @extend_schema(
        operation_id="exports_create",
        request=SnapshotRequestSerializer,
        responses={202: SnapshotSerializer, **problems(400, 401, 403, 404, 422)},
    )
    @repeatable
    def post(self, request: Request, slug: str) -> Response:
        """Ask for a snapshot; a worker makes it. Poll the answer's `id` for state and files."""
        campaign = exported_campaign(signed_in_user(request), slug, Right.EDIT)
        body = SnapshotRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        check_pseudonyms(signed_in_user(request), body.validated_data["pseudonyms"])
        wanted = dict(body.validated_data)
        others = exported_campaigns(signed_in_user(request), wanted.pop("campaigns"), Right.EDIT)
        said = {name: wanted.pop(name) for name in CHOICES if name in wanted}
        derived = wanted.pop("formats")
        choices = choices_in(said, [campaign, *others])
        check_release(choices.profile, [campaign, *others])
        snapshot = request_snapshot(
            campaign,
            campaigns=others,
            derived=derived,
            choices=choices,
            **wanted,
            requested_by=signed_in_user(request),
        )
        start_snapshot(snapshot)
        return Response(snapshot_body(snapshot, request), status=status.HTTP_202_ACCEPTED)


class SnapshotView(APIView):
    @extend_schema(
        operation_id="exports_read", responses={200: SnapshotSerializer, **problems(401, 404)}
    )
    def get(self, request: Request, pk: int) -> Response:
        """State, progress, and once it is done the files."""
        return Response(
            snapshot_body(managed_snapshot(signed_in_user(request), pk, Right.VIEW), request)
        )


class SnapshotCancelView(APIView):
    @extend_schema(
        operation_id="exports_cancel",
        request=None,
        responses={202: SnapshotSerializer, **problems(401, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Call a snapshot off; nothing of it stays."""
        snapshot = managed_snapshot(signed_in_user(request), pk, Right.EDIT)
        cancel_snapshot(snapshot)
        snapshot.refresh_from_db()
        return Response(snapshot_body(snapshot, request), status=status.HTTP_202_ACCEPTED)


class SnapshotAgainView(APIView):
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="exports_again",
        request=AgainSerializer,
        responses={202: SnapshotSerializer, **problems(400, 401, 404, 409, 422)},
    )
    @repeatable
    def post(self, request: Request, pk: int) -> Response:
        """The same moment once more, in any format: same rows, same names, same bytes."""
        user = signed_in_user(request)
        snapshot = managed_snapshot(user, pk, Right.EDIT)
        check_release(choices_from(snapshot.choices).profile, [snapshot.campaign])
        body = AgainSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        again = request_again(
            snapshot,
            format=body.validated_data["format"],
            derived=body.validated_data["formats"],
            requested_by=user,
        )
        start_snapshot(again)
        return Response(snapshot_body(again, request), status=status.HTTP_202_ACCEPTED)


class SnapshotReissueView(APIView):
    throttle_classes = (Limit, Starts)

    @extend_schema(
        operation_id="exports_reissue",
        request=None,
        responses={202: SnapshotSerializer, **problems(401, 404, 409)},
    )
    @repeatable
    def post(self, request: Request, pk: int) -> Response:
        """The same moment without the people who have withdrawn since, as a new version."""
        user = signed_in_user(request)
        snapshot = managed_snapshot(user, pk, Right.EDIT)
        check_release(choices_from(snapshot.choices).profile, [snapshot.campaign])
        reissue = request_reissue(snapshot, requested_by=user)
        start_snapshot(reissue)
        return Response(snapshot_body(reissue, request), status=status.HTTP_202_ACCEPTED)


class SnapshotDifferenceView(APIView):
    @extend_schema(
        operation_id="exports_difference",
        parameters=[DifferenceRequestSerializer],
        responses={
            200: DifferenceSerializer,
            202: ComparisonSerializer,
            **problems(400, 401, 404, 409),
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """Judgments added, superseded and withdrawn since an older snapshot.

        Large snapshots are compared by a worker: `202` until it is done; ask again.
        """
        user = signed_in_user(request)
        newer = managed_snapshot(user, pk, Right.VIEW)
        asked = DifferenceRequestSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        older = managed_snapshot(user, asked.validated_data["since"], Right.VIEW)
        found = compare(older, newer, send=start_comparison, requested_by=user)
        if isinstance(found, Comparison):
            return Response(comparison_body(older, found), status=status.HTTP_202_ACCEPTED)
        return Response(difference_body(older, found, asked.validated_data["listed"]))


class SnapshotFileView(APIView):
    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file is what it is, whatever `Accept` says; problems are JSON all the same."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="exports_file",
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="One byte range."),
            OpenApiParameter("If-Range", str, OpenApiParameter.HEADER),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
        responses={
            **content(MEDIA_TYPES, "The whole file."),
            **content(MEDIA_TYPES, "The range.", status=206),
            304: OpenApiResponse(description="You have this file already."),
            **problems(401, 404, 416),
        },
    )
    def get(self, request: Request, pk: int, name: str) -> HttpResponseBase:
        """A file, whole or a range of it; `ETag` is its SHA-256."""
        user = signed_in_user(request)
        response = download(request._request, managed_file(user, pk, name), Taker(user))
        if response.status_code == status.HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE:
            return range_problem(response)
        return response


def range_problem(response: HttpResponseBase) -> Response:
    """A 416 in the shape of every other refusal, with the headers that answer a range."""
    answer = problem(response.status_code, "range", "The range asked for is outside the file.")
    for name in ("Content-Range", "ETag", "Accept-Ranges"):
        answer[name] = response[name]
    return answer
