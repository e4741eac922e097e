"""What exports refuse: the same as the apps below."""

from annotation.errors import Conflict, DomainError, NotFound

__all__ = ["Conflict", "DomainError", "NotFound"]
