"""Personal tokens over REST: made, listed and revoked by their person, not by tokens."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in_user, tokens_of
from accounts.api.permissions import RunsCampaigns
from accounts.api.schema import problems
from accounts.services.tokens import make_token, revoke_token
from annotation.access import found, managed_campaign
from annotation.enums import Right
from annotation.selectors.tokens import listed_tokens
from annotation.serializers.tokens import (
    ApiTokenRequestSerializer,
    ApiTokenSerializer,
    NewApiTokenSerializer,
    token_body,
)


class TokensView(APIView):
    permission_classes = (RunsCampaigns,)
    refused_to_tokens = ("POST",)

    @extend_schema(
        operation_id="tokens_list",
        responses={200: ApiTokenSerializer(many=True), **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Your tokens that were not revoked, newest first; their secrets are nowhere."""
        listed = listed_tokens(signed_in_user(request))
        return Response([token_body(one, campaign) for one, campaign in listed])

    # Not repeatable under a key: the answer has the secret, and answers under keys are stored.
    @extend_schema(
        operation_id="tokens_create",
        request=ApiTokenRequestSerializer,
        responses={201: NewApiTokenSerializer, **problems(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request) -> Response:
        """Make a token for a program. Its secret is in this answer and never told again."""
        user = signed_in_user(request)
        body = ApiTokenRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        slug = said.pop("campaign")
        limit = managed_campaign(user, slug, Right.VIEW).pk if slug is not None else None
        token, secret = make_token(user, **said, limited_to=limit)
        answer = {**token_body(token, slug), "token": secret}
        return Response(answer, status=status.HTTP_201_CREATED)


class TokenView(APIView):
    permission_classes = (RunsCampaigns,)
    refused_to_tokens = ("DELETE",)

    @extend_schema(operation_id="tokens_revoke", responses={204: None, **problems(401, 403, 404)})
    def delete(self, request: Request, pk: int) -> Response:
        """Let nobody in by it any more, from the next request on."""
        revoke_token(found(tokens_of(signed_in_user(request)).filter(pk=pk).first()))
        return Response(status=status.HTTP_204_NO_CONTENT)
