"""Where an annotator stands in a campaign: consent, questions, guideline, practice, judging."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import Annotator, Consent
from annotation.entry import comprehension_of, practice_of
from annotation.models import Campaign, Seat


class Step(StrEnum):
    """The next thing a person does in a campaign; the value is the name of its page."""

    CONSENT = "campaign-consent"
    QUESTIONS = "campaign-questions"
    GUIDELINE = "campaign-guideline"
    COMPREHENSION = "campaign-comprehension"
    PRACTICE = "campaign-practice"
    STOPPED = "campaign-stopped"
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
        return self.step_at(self.seat)

    def step_at(self, seat: Seat) -> Step:
        """What comes next for somebody with a seat: what goes with the guideline, in order."""
        if seat.withdrawn_at:
            return Step.JUDGE  # which says so
        if seat.stopped_at:
            return Step.STOPPED
        guideline = self.campaign.guideline
        if guideline is None:
            return Step.JUDGE
        if guideline.text and seat.guideline_seen < guideline.version:
            return Step.GUIDELINE
        if comprehension_of(guideline) and seat.comprehension_done < guideline.version:
            return Step.COMPREHENSION
        if practice_of(guideline) and seat.practice_done < guideline.version:
            return Step.PRACTICE
        return Step.JUDGE

    def steps(self, *, asks: bool) -> list[Step]:
        """The steps before judging that this campaign has; `asks` whether it has questions."""
        guideline = self.campaign.guideline
        has = {
            Step.CONSENT: True,
            Step.QUESTIONS: asks,
            Step.GUIDELINE: bool(guideline and guideline.text),
            Step.COMPREHENSION: comprehension_of(guideline) is not None,
            Step.PRACTICE: bool(practice_of(guideline)),
        }
        return [step for step, is_there in has.items() if is_there]


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
