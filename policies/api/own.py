"""A person's own bounds over REST: for the person, nobody else."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user
from accounts.api.permissions import IsAnnotator
from accounts.api.schema import problems
from accounts.models import Annotator
from policies.access import own_annotator, own_response, own_rule
from policies.selectors.own import consent_of, own_rules, stated_by
from policies.serializers.settings import (
    OwnBoundsSerializer,
    OwnRuleSerializer,
    OwnVerdictSerializer,
    StateSerializer,
)
from policies.services.own import (
    add_own_rule,
    agree,
    drop_own_rule,
    forget_own_bounds,
    state_preferences,
)
from policies.services.verdicts import say_for_oneself


class OwnBoundsView(APIView):
    permission_classes = (IsAnnotator,)

    @extend_schema(
        operation_id="me_bounds", responses={200: OwnBoundsSerializer, **problems(401, 403)}
    )
    def get(self, request: Request) -> Response:
        """Your own bounds: what you say you want of a model. Nobody else sees them."""
        return Response(own_body(own_annotator(signed_in_user(request))))

    @extend_schema(
        operation_id="me_bounds_state",
        request=StateSerializer,
        responses={200: OwnBoundsSerializer, **problems(400, 401, 403, 409, 422)},
    )
    def put(self, request: Request) -> Response:
        """Say what you want of a model; without your agreement everything of it is erased."""
        annotator = own_annotator(signed_in_user(request))
        body = StateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        if said["agreed"]:
            agree(annotator)
            state_preferences(annotator, said["answers"], said["text"])
        else:
            forget_own_bounds(annotator)
        return Response(own_body(annotator))


class OwnRulesView(APIView):
    permission_classes = (IsAnnotator,)

    @extend_schema(
        operation_id="me_bounds_rule_add",
        request=OwnRuleSerializer,
        responses={201: OwnBoundsSerializer, **problems(400, 401, 403, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Add something that no response you prefer shall break, in files of yours alone."""
        annotator = own_annotator(signed_in_user(request))
        body = OwnRuleSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        add_own_rule(annotator, body.validated_data["text"])
        return Response(own_body(annotator), status=status.HTTP_201_CREATED)


class OwnRuleView(APIView):
    permission_classes = (IsAnnotator,)

    @extend_schema(
        operation_id="me_bounds_rule_drop",
        responses={204: None, **problems(401, 403, 404)},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Erase one of your rules, with what you said under it."""
        annotator = own_annotator(signed_in_user(request))
        drop_own_rule(own_rule(annotator, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OwnVerdictsView(APIView):
    permission_classes = (IsAnnotator,)

    @extend_schema(
        operation_id="me_bounds_verdict",
        request=OwnVerdictSerializer,
        responses={204: None, **problems(400, 401, 403, 404)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say whether a response you were shown keeps to one of your rules."""
        annotator = own_annotator(signed_in_user(request))
        rule = own_rule(annotator, pk)
        body = OwnVerdictSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        response = own_response(annotator, body.validated_data["response"])
        version = rule.versions.latest("number")
        say_for_oneself(annotator, version, response, verdict=body.validated_data["verdict"])
        return Response(status=status.HTTP_204_NO_CONTENT)


def own_body(annotator: Annotator) -> dict[str, Any]:
    consent, stated = consent_of(annotator), stated_by(annotator)
    return {
        "agreed_at": consent.consented_at if consent else None,
        "version": stated.version if stated else None,
        "answers": stated.answers if stated else {},
        "text": stated.text if stated else "",
        "rules": [{"id": one.rule_id, "text": one.text} for one in own_rules(annotator)],
    }
