"""What people are asked for besides their answers: a reason, confidence, passages and so on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from annotation.enums import Wanted
from annotation.task_types import Asked


@dataclass(frozen=True)
class Asking:
    """A campaign's settings of this kind; the defaults are those of campaigns that say nothing.

    What is off is not asked on pages; a program that sends it all the same has it checked and
    kept. `reason_least` is the least length of a reason that is given, in characters.
    """

    reason: str = Wanted.OPTIONAL.value
    reason_least: int = 0
    confidence: str = Wanted.OFF.value
    acceptable: str = Wanted.OFF.value
    spans: bool = False
    partial_rankings: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Asking":
        """From a campaign's column, which holds nothing where it was written before this was."""
        return cls(**stored)

    def body(self) -> dict[str, Any]:
        return asdict(self)

    def asked(self, criterion: Mapping[str, Any]) -> Asked:
        """How a criterion of the campaign is asked."""
        return Asked(scale=criterion.get("scale"), may_be_partial=self.partial_rankings)
