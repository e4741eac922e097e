"""Tokens and users over REST."""

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.api.permissions import IsAdmin
from accounts.api.repeating import repeatable
from accounts.api.schema import problems
from accounts.enums import Role
from accounts.services.users import add_account, token_of


class TokenThrottle(SimpleRateThrottle):
    """Tries for one e-mail from one address."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str:
        email = request.data.get("email", "") if isinstance(request.data, dict) else ""
        ident = f"{self.get_ident(request)}:{str(email).strip().lower()[:254]}"
        return self.cache_format % {"scope": self.scope, "ident": ident}


class CredentialsSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False, max_length=1000)


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()


class NewUserSerializer(CredentialsSerializer):
    role = serializers.ChoiceField(Role.choices, default=Role.ANNOTATOR)


class UserSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices)


class TokenView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (TokenThrottle,)

    @extend_schema(
        operation_id="auth_token_create",
        request=CredentialsSerializer,
        responses={200: TokenSerializer, **problems(400, 403, 429)},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Exchange e-mail and password for a token: `Authorization: Token …`."""
        body = CredentialsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = authenticate(
            request._request,
            username=body.validated_data["email"],
            password=body.validated_data["password"],
        )
        if user is None:
            raise exceptions.ValidationError({"password": _("E-mail and password do not match.")})
        return Response({"token": token_of(user)})


class UsersView(APIView):
    permission_classes = (IsAdmin,)

    @extend_schema(
        operation_id="users_create",
        request=NewUserSerializer,
        responses={201: UserSerializer, **problems(400, 401, 403, 409)},
    )
    @repeatable
    def post(self, request: Request) -> Response:
        """Create a person with a role. For admins."""
        body = NewUserSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = add_account(**body.validated_data)
        return Response(
            {"id": user.pk, "email": user.email, "role": user.role},
            status=status.HTTP_201_CREATED,
        )
