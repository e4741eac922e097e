"""What a rule applies to, and which of its versions holds at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar


class Dated(Protocol):
    """A version: its number, and when it is in force."""

    @property
    def number(self) -> int: ...
    @property
    def effective_from(self) -> datetime: ...
    @property
    def effective_until(self) -> datetime | None: ...


VersionT = TypeVar("VersionT", bound=Dated)


def in_force(versions: Iterable[VersionT], at: datetime) -> VersionT | None:
    """The version of one rule that holds at a time.

    It is the newest of those that have begun; once that one has ended, none: what it replaced does
    not come back.
    """
    begun = [one for one in versions if one.effective_from <= at]
    newest = max(begun, key=lambda one: one.number, default=None)
    if newest is None or (newest.effective_until and newest.effective_until <= at):
        return None
    return newest


@dataclass(frozen=True)
class Scope:
    """Which responses a rule applies to; what is empty narrows nothing.

    Languages match their variants: `pt` holds for `pt-BR`. Every metadata key named must have one
    of its values, as text.
    """

    campaigns: Sequence[str] = ()
    languages: Sequence[str] = ()
    metadata: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, applies_to: Mapping[str, Any]) -> "Scope":
        return cls(
            tuple(applies_to.get("campaigns", ())),
            tuple(applies_to.get("languages", ())),
            dict(applies_to.get("metadata", {})),
        )

    def body(self) -> dict[str, Any]:
        """As `of` takes it, without what narrows nothing."""
        found: dict[str, Any] = {
            "campaigns": list(self.campaigns),
            "languages": list(self.languages),
            "metadata": {key: list(values) for key, values in self.metadata.items()},
        }
        return {key: value for key, value in found.items() if value}

    def holds_in(self, campaign: str) -> bool:
        return not self.campaigns or campaign in self.campaigns

    def holds_for(self, campaign: str, language: str, metadata: Mapping[str, Any]) -> bool:
        """Whether it applies to an item of these."""
        return (
            self.holds_in(campaign)
            and (not self.languages or any(speaks(language, one) for one in self.languages))
            and all(
                key in metadata and as_text(metadata[key]) in values
                for key, values in self.metadata.items()
            )
        )


def speaks(language: str, wanted: str) -> bool:
    """Whether a language tag is the wanted one or a variant of it, whatever its case."""
    tag, base = language.lower(), wanted.lower()
    return tag == base or tag.startswith(f"{base}-")


def as_text(value: Any) -> str | None:
    """A metadata value as PostgreSQL's `->>` gives it; None for what is no single value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return None
