"""The versions of a campaign's guideline, and what changed from one to another."""

from dataclasses import dataclass

from django.db.models import Q

from annotation.differences import Line, differences
from annotation.models import Campaign, Guideline

# More versions than anybody looks through; the newest are shown.
MOST_VERSIONS = 200


@dataclass(frozen=True)
class GuidelineChange:
    """From one version to another: lines, and whether what goes with the text changed too."""

    older: Guideline
    newer: Guideline
    lines: list[Line]

    @property
    def text_changed(self) -> bool:
        return self.older.text != self.newer.text

    @property
    def preparation_changed(self) -> bool:
        """Whether the questions about the guideline, or practice, are others."""
        return bool(self.older.preparation != self.newer.preparation)

    @property
    def translations_changed(self) -> bool:
        return bool(self.older.translations != self.newer.translations)


def guideline_versions(campaign: Campaign) -> list[Guideline]:
    """Versions by number and date, the newest first, without their texts."""
    versions = campaign.guidelines.order_by("-version").only("campaign", "version", "created_at")
    return list(versions[:MOST_VERSIONS])


def guideline_version(campaign: Campaign, version: int) -> Guideline | None:
    return campaign.guidelines.filter(version=version).first()


def guideline_change(campaign: Campaign, older: int, newer: int) -> GuidelineChange | None:
    """What changed between two versions; None where the campaign does not have both."""
    both = campaign.guidelines.filter(Q(version=older) | Q(version=newer))
    found = {one.version: one for one in both}
    if older not in found or newer not in found:
        return None
    before, after = found[older], found[newer]
    return GuidelineChange(before, after, differences(before.text, after.text))
