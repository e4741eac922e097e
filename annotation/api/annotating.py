"""The annotator's side of REST: join, next, and an assignment's life."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import annotator_of, signed_in_user
from accounts.api.permissions import IsAnnotator
from accounts.api.repeating import idempotency_key
from accounts.api.schema import problems
from annotation.access import own_assignment, own_seat, shown_campaign
from annotation.content import storable_bytes
from annotation.enums import NothingToServe
from annotation.errors import Conflict, NotFound, Unfit
from annotation.kept import in_readers_language
from annotation.models import Seat
from annotation.serializers.annotating import (
    AssignmentSerializer,
    JoinSerializer,
    KeptAheadSerializer,
    LeaseSerializer,
    ReportReceiptSerializer,
    ReportSerializer,
    SeatSerializer,
    SkipSerializer,
    SubmissionSerializer,
)
from annotation.serializers.assignment import assignment_body
from annotation.serializers.judgment import ReceiptSerializer, receipt_body
from annotation.services.ahead import keep_ahead
from annotation.services.judging import submit_judgment
from annotation.services.leases import (
    LARGEST_DRAFT,
    extend_lease,
    release_assignment,
    save_draft,
    skip_assignment,
)
from annotation.services.reporting import report_content
from annotation.services.revising import revise_judgment
from annotation.services.seats import join_campaign
from annotation.services.serving import next_assignment
from annotation.services.submissions import Submission

RETRY_AFTER = {NothingToServe.WAITING: "60", NothingToServe.PLANNING: "2"}
SENT_ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key again gives the same answer and stores nothing.",
)


class AnnotatorView(APIView):
    permission_classes = (IsAnnotator,)
    # The items that there are for a person are their limit.
    throttle_classes = ()


class JoinView(AnnotatorView):
    @extend_schema(
        operation_id="campaigns_join",
        request=JoinSerializer,
        responses={201: SeatSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Consent, answer the questions, take a seat. Joining again gives the seat you have."""
        campaign = shown_campaign(signed_in_user(request), slug)
        annotator = annotator_of(signed_in_user(request))
        if annotator is None:
            raise NotFound(_("There is no annotator for this account."))
        body = JoinSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        consent = body.validated_data.get("consent") or {}
        seat = join_campaign(
            annotator,
            campaign,
            consent_version=consent.get("version"),
            purposes=consent.get("purposes", []),
            answers=body.validated_data.get("answers") or {},
        )
        return Response(
            {"stratum": seat.stratum_key, "seat": seat.pk}, status=status.HTTP_201_CREATED
        )


class NextView(AnnotatorView):
    @extend_schema(
        operation_id="campaigns_next",
        request=None,
        responses={
            200: AssignmentSerializer,
            204: OpenApiResponse(
                description="Nothing to serve; the header `Variorum-Reason` says why: "
                f"{', '.join(NothingToServe.values)}."
            ),
            **problems(401, 403, 404, 409),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        """The assignment you hold, or a new one."""
        served = next_assignment(seat_or_conflict(request, slug))
        if isinstance(served, NothingToServe):
            response = Response(status=status.HTTP_204_NO_CONTENT)
            response["Variorum-Reason"] = served.value
            if served in RETRY_AFTER:
                response["Retry-After"] = RETRY_AFTER[served]
            return response
        return Response(assignment_body(served))


def seat_or_conflict(request: Request, slug: str) -> Seat:
    try:
        return own_seat(signed_in_user(request), slug)
    except NotFound:
        shown_campaign(signed_in_user(request), slug)
        raise Conflict(_("Join this campaign first."), code="not-joined") from None


class AheadView(AnnotatorView):
    @extend_schema(
        operation_id="campaigns_ahead",
        request=None,
        responses={200: KeptAheadSerializer, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Lease the campaign's `flow.ahead` items beyond the one you hold, for judging offline."""
        kept = keep_ahead(seat_or_conflict(request, slug).pk)
        return Response({"assignments": [assignment_body(one) for one in kept.assignments]})


class JudgmentView(AnnotatorView):
    @extend_schema(
        operation_id="assignments_judgment",
        parameters=[SENT_ONCE],
        request=SubmissionSerializer,
        responses={201: ReceiptSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Submit the judgment. Once acknowledged it is stored for good."""
        assignment = own_assignment(signed_in_user(request), pk)
        judgment, _created = submit_judgment(assignment, submission_of(request))
        return Response(receipt_body(judgment), status=status.HTTP_201_CREATED)


class RevisionView(AnnotatorView):
    @extend_schema(
        operation_id="assignments_revise",
        parameters=[SENT_ONCE],
        request=SubmissionSerializer,
        responses={201: ReceiptSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Another answer in place of the one given: a revision that supersedes it."""
        assignment = own_assignment(signed_in_user(request), pk)
        judgment, _created = revise_judgment(assignment, submission_of(request))
        return Response(receipt_body(judgment), status=status.HTTP_201_CREATED)


def submission_of(request: Request) -> Submission:
    """The body as a submission; raises `Unfit` for fields that a judgment does not have."""
    body = request.data
    if not isinstance(body, dict):
        raise Unfit(_("A judgment is a JSON object."), fields={"request": _("Must be an object.")})
    unknown = set(body) - set(SubmissionSerializer().fields)
    if unknown:
        raise Unfit(
            _("The judgment has unknown fields; nothing was stored."),
            fields={str(name): _("There is no such field.") for name in sorted(unknown)},
        )
    return Submission(
        answers=body.get("answers"),
        reason="" if body.get("reason") is None else body["reason"],
        confidence=body.get("confidence"),
        active_ms=body.get("active_ms"),
        acceptable=body.get("acceptable"),
        spans=body.get("spans"),
        language=get_language() or "en",
        idempotency_key=idempotency_key(request),
    )


class SkipView(AnnotatorView):
    @extend_schema(
        operation_id="assignments_skip",
        request=SkipSerializer,
        responses={200: LeaseSerializer, **problems(400, 401, 403, 404, 409, 422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Decline the item; it will not come back to you."""
        body = SkipSerializer(data=request.data or {})
        body.is_valid(raise_exception=True)
        assignment = own_assignment(signed_in_user(request), pk)
        skipped = skip_assignment(assignment, **body.validated_data)
        return Response(LeaseSerializer(skipped).data)


class ReportView(AnnotatorView):
    @extend_schema(
        operation_id="assignments_report",
        request=ReportSerializer,
        responses={201: ReportReceiptSerializer, **problems(400, 401, 403, 404, 422)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Tell the researchers of harmful content; the assignment stays as it is."""
        assignment = own_assignment(signed_in_user(request), pk)
        body = ReportSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        report = report_content(assignment, **body.validated_data)
        return Response({"id": report.pk}, status=status.HTTP_201_CREATED)


class ReleaseView(AnnotatorView):
    @extend_schema(
        operation_id="assignments_release",
        request=None,
        responses={200: LeaseSerializer, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Give the item back; others may get it at once."""
        released = release_assignment(own_assignment(signed_in_user(request), pk))
        return Response(LeaseSerializer(released).data)


class HeartbeatView(AnnotatorView):
    @extend_schema(
        operation_id="assignments_heartbeat",
        request=None,
        responses={200: LeaseSerializer, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Still at it: the lease starts anew."""
        extended = extend_lease(own_assignment(signed_in_user(request), pk))
        return Response(LeaseSerializer(extended).data)


class DraftView(AnnotatorView):
    @extend_schema(
        operation_id="assignments_draft",
        request={"application/json": {"type": "object", "additionalProperties": True}},
        responses={200: LeaseSerializer, **problems(400, 401, 403, 404, 409)},
    )
    def put(self, request: Request, pk: int) -> Response:
        """Keep an unfinished answer with the assignment, and extend the lease."""
        assignment = own_assignment(signed_in_user(request), pk)
        saved = save_draft(assignment, clean_draft(request.data))
        return Response(LeaseSerializer(saved).data)


def clean_draft(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise serializers.ValidationError({"draft": _("Must be a JSON object.")})
    if len(storable_json(body)) > LARGEST_DRAFT:
        raise serializers.ValidationError(
            {"draft": _("At most %(kilobytes)s KB of JSON.") % {"kilobytes": LARGEST_DRAFT // 1024}}
        )
    return body


def storable_json(body: dict[str, Any]) -> bytes:
    try:
        return storable_bytes(body)
    except ValueError as error:
        raise serializers.ValidationError({"draft": in_readers_language(str(error))}) from error
