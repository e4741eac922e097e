"""What the annotation domain refuses, beyond what every app can refuse."""

from accounts.errors import Conflict, DomainError, Unfit

__all__ = [
    "Conflict",
    "DomainError",
    "ItemFileError",
    "NotFound",
    "ScreenedOut",
    "StratumFull",
    "Unfit",
]


class NotFound(DomainError):
    """The object does not exist, or not for this person: from outside the two look the same."""

    code = "not-found"


class ScreenedOut(Conflict):
    """The campaign has no place for this person; `stratum` is theirs where it is known.

    `code` is one of `annotation.enums.ScreenOutReason`.
    """

    def __init__(self, message: str, *, code: str | None = None, stratum: object = None) -> None:
        super().__init__(message, code=code)
        self.stratum = stratum


class StratumFull(ScreenedOut):
    """No seat is left for people of this annotator's stratum."""

    code = "stratum-full"


class ItemFileError(Exception):
    """One place in an item file that cannot be read; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
