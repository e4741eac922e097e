"""What analysis refuses: the same as the apps below."""

from annotation.errors import Conflict, DomainError, NotFound, Unfit

__all__ = ["Conflict", "DomainError", "NotFound", "Unfit"]
