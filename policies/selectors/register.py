"""The risk–benefit register of a campaign: the taxonomy, with what its owner says of each."""

from dataclasses import dataclass
from typing import Any

from annotation.models import Campaign
from policies.models import RegisterEntry
from policies.register import ENTRIES, Entry, Level, Side


@dataclass(frozen=True)
class Registered:
    """A heading of the taxonomy and what is said of it here."""

    entry: Entry
    said: RegisterEntry

    def is_of(self, side: Side, level: Level) -> bool:
        return (self.entry.side, self.entry.level) == (side, level)

    def body(self) -> dict[str, Any]:
        """As REST and datasets tell it."""
        return {
            "key": self.entry.key,
            "side": self.entry.side.value,
            "level": self.entry.level.value,
            "label": str(self.entry.label),
            "text": str(self.entry.text),
            "likelihood": self.said.likelihood,
            "importance": self.said.importance,
            "note": self.said.note,
            "mitigation": self.said.mitigation,
        }


def register_of(campaign: Campaign, *, using: str = "default") -> list[Registered]:
    """All headings in the taxonomy's order; one query."""
    said = {one.key: one for one in RegisterEntry.objects.using(using).filter(campaign=campaign.pk)}
    return [
        Registered(one, said.get(one.key) or RegisterEntry(campaign=campaign, key=one.key))
        for one in ENTRIES
    ]
