"""What every operation of one kind answers and takes, so that no view repeats it."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.views import APIView

from accounts.api.limits import Limit
from accounts.api.repeating import LONGEST_KEY
from accounts.api.schema import problems
from config.openapi.tags import tag_of

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "Fresh for each thing to create. The same key with the same request gives the "
    "first answer again, with `Idempotency-Replayed: true`, and creates nothing; with another "
    "request it is `409`. Kept for a day.",
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "The `ETag` under which you read the document: if it has changed since, `412`, "
    "and nothing is changed.",
}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "An `ETag` that you have: `304` where the document is still that one.",
}
ETAG = {
    "schema": {"type": "string"},
    "description": "Of this document as it is now, for `If-None-Match` and `If-Match`.",
}
UNCHANGED = {"description": "The document is the one that `If-None-Match` names."}
LIMITS = {
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "description": "How many requests in how many seconds.",
    },
    "RateLimit": {
        "schema": {"type": "string"},
        "description": "How many are left, and in how many seconds the count begins anew.",
    },
}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}


class Schema(AutoSchema):
    """The operation as its view describes it, with what follows from how the view is made."""

    def get_tags(self) -> list[str]:
        return [tag_of(type(self.view))]

    def _get_parameters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super()._get_parameters()
        added = [
            (IDEMPOTENCY_KEY, self.is_marked("is_repeatable")),
            (IF_MATCH, self.is_marked("is_guarded")),
            (IF_NONE_MATCH, self.gives_document),
        ]
        named = {one["name"] for one in found}
        return found + [one for one, holds in added if holds and one["name"] not in named]

    def _postprocess_serializer_schema(
        self, schema: dict[str, Any], serializer: Any, direction: Any
    ) -> dict[str, Any]:
        """What only some readers are shown cannot be promised to all."""
        found: dict[str, Any] = super()._postprocess_serializer_schema(
            schema, serializer, direction
        )
        for name in getattr(serializer, "shown_to_some", ()):
            if name in found.get("required", ()):
                found["required"].remove(name)
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        given: dict[str, Any] = super()._get_response_bodies(direction)
        if self.gives_document:
            given["200"].setdefault("headers", {})["ETag"] = ETAG
            given.setdefault("304", UNCHANGED)
        for status in self.further_refusals():
            if str(status) not in given:
                given[str(status)] = self.refusal(status)
        if self.is_limited:
            for answer in given.values():
                answer.setdefault("headers", {}).update(LIMITS)
        if "429" in given:
            given["429"].setdefault("headers", {}).update(RETRY_AFTER)
        return {status: given[status] for status in sorted(given)}

    def further_refusals(self) -> list[int]:
        """Statuses that come of how the view is made rather than of what it does."""
        if not isinstance(self.view, APIView) or type(self.view).__module__.startswith("drf_"):
            return []
        found = [429] if self.is_limited else []
        if self.view.authentication_classes:
            # 403 is also for a session without Django's CSRF token, and for a role's limits.
            found += [401, 403]
        if self.get_request_serializer_or_none():
            found += [400, 415]
        if self.is_marked("is_repeatable"):
            found += [400, 409]
        if self.is_marked("is_guarded"):
            found += [412]
        return found

    def get_request_serializer_or_none(self) -> Any:
        if self.method not in ("POST", "PUT", "PATCH"):
            return None
        return self.get_request_serializer()

    def refusal(self, status: int) -> dict[str, Any]:
        ((key, response),) = problems(status).items()
        found: dict[str, Any] = self._get_response_for_code(response, str(status), key[1:])
        return found

    def is_marked(self, name: str) -> bool:
        return hasattr(getattr(self.view, self.method.lower(), None), name)

    @property
    def is_limited(self) -> bool:
        return any(issubclass(one, Limit) for one in getattr(self.view, "throttle_classes", ()))

    @property
    def gives_document(self) -> bool:
        """Whether it answers with JSON that is not streamed, so that it has an `ETag`."""
        if self.method != "GET" or type(self.view).__module__.startswith("drf_"):
            return False
        answers: Any = self.get_response_serializers()
        return isinstance(answers, dict) and 200 in answers
