"""Requests that create something, sent again: under one `Idempotency-Key` they create it once."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import signed_in_user
from accounts.models import KeptAnswer
from accounts.services.answers import hold_key, keep_answer, kept_answer

LONGEST_KEY = 200
REPLAYED = "Idempotency-Replayed"
Handler = Callable[..., Response]


def idempotency_key(request: Request) -> str:
    """The request's key, or nothing. Raises `ValidationError` for one that is too long."""
    key = str(request.headers.get("Idempotency-Key", "")).strip()
    if len(key) > LONGEST_KEY:
        raise exceptions.ValidationError(
            {"Idempotency-Key": _("At most %(longest)s characters.") % {"longest": LONGEST_KEY}}
        )
    return key


def repeatable(create: Handler) -> Handler:
    """Makes a repetition under the same key give the first one's answer, and nothing else.

    What is created and the answer are one transaction: either both are there or neither.
    """

    @wraps(create)
    def repeatable_create(view: Any, request: Request, **names: Any) -> Response:
        key = idempotency_key(request)
        if not key:
            return create(view, request, **names)
        user, asked = signed_in_user(request), fingerprint(request, request.data)
        with transaction.atomic():
            hold_key(user, key)
            kept = kept_answer(user, key, asked)
            if kept:
                return replayed(kept)
            answer = create(view, request, **names)
            keep(request, key, asked, answer)
        return answer

    repeatable_create.is_repeatable = True  # type: ignore[attr-defined]
    return repeatable_create


def repeatable_upload(create: Handler) -> Handler:
    """The same for a body that is streamed, which is neither read twice nor in a transaction.

    Instead of its content, its length tells it from others.
    """

    @wraps(create)
    def repeatable_create(view: Any, request: Request, **names: Any) -> Response:
        key = idempotency_key(request)
        if not key:
            return create(view, request, **names)
        asked = fingerprint(request, request.META.get("CONTENT_LENGTH"))
        kept = kept_answer(signed_in_user(request), key, asked)
        if kept:
            return replayed(kept)
        answer = create(view, request, **names)
        keep(request, key, asked, answer)
        return answer

    repeatable_create.is_repeatable = True  # type: ignore[attr-defined]
    return repeatable_create


def fingerprint(request: Request, content: Any) -> str:
    """SHA-256 of what is asked: the address with its query, and the content.

    A token for one campaign does not get what was answered to one that reaches further.
    """
    asked = [request.method, request.get_full_path(), content]
    if (limit := signed_in_user(request).limited_to) is not None:
        asked.append(limit)
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()


def keep(request: Request, key: str, asked: str, answer: Response) -> None:
    body = JSONRenderer().render(answer.data).decode()
    keep_answer(signed_in_user(request), key, asked, status=answer.status_code, body=body)


def replayed(kept: KeptAnswer) -> Response:
    return Response(json.loads(kept.body), status=kept.status, headers={REPLAYED: "true"})
