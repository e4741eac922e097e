"""What can go wrong, in the domain's words; pages and API turn these into answers."""

from collections.abc import Mapping


class DomainError(Exception):
    """A request that the domain refuses. `code` is stable; the message is for people."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code


class Conflict(DomainError):
    """The request is well formed, but not possible in the present state. Nothing was changed."""

    code = "conflict"


class Stale(Conflict):
    """The object has changed since whoever asks has read it. Nothing was changed."""

    code = "changed"


class Unfit(DomainError):
    """Content that does not fit what it answers; `fields` names each field and what is wrong."""

    code = "unfit"

    def __init__(self, message: str, *, fields: Mapping[str, str]) -> None:
        super().__init__(message)
        self.fields = dict(fields)
