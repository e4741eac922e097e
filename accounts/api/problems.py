"""Errors as problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.api.reach import BeyondToken
from accounts.errors import Conflict, DomainError, Stale, Unfit

MEDIA_TYPE = "application/problem+json"
NOT_FOUND = gettext_lazy("There is nothing here, or it is not yours to see.")


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal in one shape; None leaves a bug to be a 500."""
    set_rollback()
    if isinstance(error, DomainError):
        return domain_problem(error)
    if isinstance(error, Http404):
        return problem(status.HTTP_404_NOT_FOUND, "not-found", str(NOT_FOUND))
    if isinstance(error, BeyondToken):
        return problem(status.HTTP_403_FORBIDDEN, "token", str(error.detail))
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return problem(status.HTTP_403_FORBIDDEN, "forbidden", _("Your role may not do this."))
    if isinstance(error, exceptions.ValidationError):
        return problem(
            error.status_code,
            "invalid",
            _("The request's content is not valid; nothing was changed."),
            fields=flat_fields(error.detail),
        )
    if isinstance(error, exceptions.APIException):
        return api_problem(error)
    return None


def domain_problem(error: DomainError) -> Response:
    if isinstance(error, Unfit):
        return problem(
            status.HTTP_422_UNPROCESSABLE_ENTITY, error.code, error.message, fields=error.fields
        )
    if isinstance(error, Stale):
        return problem(status.HTTP_412_PRECONDITION_FAILED, error.code, error.message)
    if isinstance(error, Conflict):
        return problem(status.HTTP_409_CONFLICT, error.code, error.message)
    if error.code == "not-found":
        return problem(status.HTTP_404_NOT_FOUND, error.code, error.message)
    return problem(status.HTTP_400_BAD_REQUEST, error.code, error.message)


def api_problem(error: exceptions.APIException) -> Response:
    code = getattr(error, "default_code", "error").replace("_", "-")
    response = problem(error.status_code, code, str(error.detail))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(int(wait) + 1)
    return response


def problem(
    status_code: int, code: str, detail: str, *, fields: dict[str, str] | None = None
) -> Response:
    """A refusal as a response in the one shape of all refusals."""
    body = problem_body(status_code, code, detail, fields=fields)
    return Response(body, status=status_code, content_type=MEDIA_TYPE)


def problem_body(
    status_code: int, code: str, detail: str, *, fields: dict[str, str] | None = None
) -> dict[str, Any]:
    """A problem document: `code` is stable, `detail` is for people, `errors` names fields."""
    body: dict[str, Any] = {
        "type": f"urn:variorum:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status_code,
        "code": code,
        "detail": detail,
    }
    if fields:
        body["errors"] = [{"field": field, "message": message} for field, message in fields.items()]
    return body


def flat_fields(detail: Any, path: str = "") -> dict[str, str]:
    """DRF's nested error details as one message for each dotted path."""
    if isinstance(detail, dict):
        flat: dict[str, str] = {}
        for key, value in detail.items():
            flat.update(flat_fields(value, f"{path}.{key}" if path else str(key)))
        return flat
    if isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        flat = {}
        for number, value in enumerate(detail):
            flat.update(flat_fields(value, f"{path}.{number}" if path else str(number)))
        return flat
    messages = detail if isinstance(detail, list) else [detail]
    return {path or "request": " ".join(str(message) for message in messages)}
