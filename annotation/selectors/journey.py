"""Where an annotator stands in a campaign: consent, questions, guideline, judging."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import Annotator, Consent
from annotation.models import Campaign, Seat


class Step(StrEnum):
    """The next thing a person does in a campaign; the value is the name of its page."""

    CONSENT = "campaign-consent"
    QUESTIONS = "campaign-questions"
    GUIDELINE = "campaign-guideline"
    JUDGE = "campaign-judge"


@dataclass(frozen=True)
class Journey:
    """One person's standing in one campaign."""

    campaign: Campaign
    consent: Consent | None
    seat: Seat | None

    @property
    def step(self) -> Step:
        if self.seat is None:
            return Step.CONSENT if self.consent is None else Step.QUESTIONS
        guideline = self.campaign.guideline
        if guideline and guideline.text and self.seat.guideline_seen < guideline.version:
            return Step.GUIDELINE
        return Step.JUDGE


def journey_of(annotator: Annotator, campaign: Campaign) -> Journey:
    """Read where the person stands: two indexed look-ups."""
    seat = (
        Seat.objects.select_related("stratum")
        .filter(annotator=annotator, campaign=campaign)
        .first()
    )
    consent = None
    if seat is None:
        consent = (
            Consent.objects.filter(annotator=annotator, document=campaign.consent_document_id)
            .order_by("-pk")
            .first()
        )
    return Journey(campaign, consent, seat)


@dataclass(frozen=True)
class Progress:
    """How far a person is: judgments given, and how many they can give at most."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def progress_of(seat: Seat, campaign: Campaign) -> Progress:
    """Judgments given, against the campaign's limit per person or its number of items."""
    total = campaign.planned_items
    if campaign.max_per_annotator:
        total = min(total, campaign.max_per_annotator)
    return Progress(seat.submitted, max(total, seat.submitted))
