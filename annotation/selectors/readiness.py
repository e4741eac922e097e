"""What is still missing before a campaign can be opened, and what is worth a thought."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotation.entry import entry_of
from annotation.enums import OpenTo
from annotation.models import Campaign, Stratum

# The step that gives a campaign its items is the import.
ITEMS_STEP = "items"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    `is_needed` where nobody could judge without it; else it is advice. `step` is the key of the
    step of the editor where it is put right, or ITEMS_STEP.
    """

    code: str
    is_met: bool
    is_needed: bool
    message: str
    step: str


@dataclass(frozen=True)
class Readiness:
    """All checks, needed ones first."""

    checks: list[Check]

    @property
    def is_ready(self) -> bool:
        return all(check.is_met for check in self.checks if check.is_needed)

    @property
    def missing(self) -> list[Check]:
        return [check for check in self.checks if check.is_needed and not check.is_met]

    @property
    def advice(self) -> list[Check]:
        return [check for check in self.checks if not check.is_needed and not check.is_met]


def readiness_of(campaign: Campaign) -> Readiness:
    """Looks at the campaign as it is now, in a fixed number of queries."""
    strata = list(campaign.strata.all())
    checks = [*needed_checks(campaign, strata), *advice_checks(campaign, strata)]
    return Readiness(sorted(checks, key=lambda check: not check.is_needed))


def needed_checks(campaign: Campaign, strata: Sequence[Stratum]) -> Iterator[Check]:
    yield Check(
        "items",
        campaign.items.filter(check_answers__isnull=True).exists(),
        True,
        _("Items to judge"),
        ITEMS_STEP,
    )
    only_links = entry_of(campaign).open_to == OpenTo.LINKS
    yield Check(
        "way-in",
        not only_links or campaign.entry_links.filter(revoked_at=None).exists(),
        True,
        _("A way in: open to everybody who signs in, or an entry link"),
        "people",
    )
    yield Check(
        "wanted",
        any(stratum.target for stratum in strata),
        True,
        _("At least one judgment wanted of each item"),
        "strata",
    )


def advice_checks(campaign: Campaign, strata: Sequence[Stratum]) -> Iterator[Check]:
    guideline = campaign.guideline
    yield Check(
        "guideline",
        bool(guideline and guideline.text.strip()),
        False,
        _("A guideline that says how to judge"),
        "guideline",
    )
    yield Check(
        "purposes",
        bool(campaign.consent_document.purposes) or not campaign.questionnaire.questions.exists(),
        False,
        _("Purposes that people can agree to or not, for their answers about themselves"),
        "consent",
    )
    yield Check(
        "catch-all",
        any(not stratum.where for stratum in strata),
        False,
        _("A last stratum for everybody else, among them who would rather not say"),
        "strata",
    )
    yield Check(
        "seats",
        not too_few_seats(campaign, strata),
        False,
        _("Quotas and limits with room for all judgments that are wanted"),
        "strata",
    )
    yield Check(
        "check-items",
        not entry_of(campaign).check_rate
        or campaign.items.filter(check_answers__isnull=False).exists(),
        False,
        _("Check items, where such are to be served"),
        "quality",
    )
    yield Check(
        "about",
        bool(campaign.about),
        False,
        _("Something for the datasets’ card to say of recruitment, pay and population"),
        "datasets",
    )


def too_few_seats(campaign: Campaign, strata: Sequence[Stratum]) -> bool:
    """Whether a stratum's quota, with the most a person may judge, cannot give what is wanted."""
    if campaign.max_per_annotator is None:
        return any(one.quota is not None and one.quota < one.target for one in strata)
    most = campaign.max_per_annotator
    return any(
        one.quota is not None
        and (one.quota < one.target or one.quota * most < one.expected * campaign.planned_items)
        for one in strata
    )
