"""The questions about the guideline, and the practice after them: what they let a person do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Unfit
from annotation.entry import Comprehension, comprehension_of
from annotation.enums import AfterFailing, Outcome, ScreenOutReason
from annotation.errors import Conflict
from annotation.models import Arrival, ComprehensionTry, Guideline, Seat
from annotation.services.outcomes import count_screen_out, settle
from annotation.services.seats import give_back, has_withdrawn


@dataclass(frozen=True)
class Tried:
    """How a try at the questions went: keys answered otherwise, and what follows."""

    has_passed: bool
    wrong: list[str]
    tries_left: int
    is_stopped: bool

    @property
    def goes_on(self) -> bool:
        """Whether the person goes on to what comes next."""
        return self.has_passed or (self.tries_left == 0 and not self.is_stopped)


def try_comprehension(
    seat: Seat, answers: Mapping[str, Any], *, version: int | None = None
) -> Tried:
    """Check one try at the questions about the guideline, and note what follows of it.

    `version` is that of the guideline that was on the screen. Raises `Conflict` where another one
    holds now or there is nothing to answer, and `Unfit` naming each question without an answer;
    neither uses up a try. Who fails the last one gives the seat back, where the campaign says so:
    it counts for nobody.
    """
    with transaction.atomic():
        seat = (
            Seat.objects.select_for_update(of=("self",), no_key=True)
            .select_related("campaign__guideline")
            .get(pk=seat.pk)
        )
        if seat.withdrawn_at:
            raise has_withdrawn()
        guideline, asked = what_is_asked(seat, version)
        chosen = clean_choices(asked, answers)
        wrong = asked.wrong_in(chosen)
        right = len(asked.questions) - len(wrong)
        number = tries_used(seat, guideline) + 1
        has_passed = right >= asked.pass_mark
        ComprehensionTry.objects.create(
            seat=seat,
            guideline=guideline,
            number=number,
            answers=chosen,
            right=right,
            has_passed=has_passed,
        )
        tries_left = 0 if has_passed else max(0, asked.tries - number)
        stops = asked.after_failing == AfterFailing.STOP
        is_stopped = not has_passed and tries_left == 0 and stops
        tried = Tried(has_passed, wrong, tries_left, is_stopped)
        if tried.goes_on:
            Seat.objects.filter(pk=seat.pk).update(comprehension_done=guideline.version)
        elif is_stopped:
            stop(seat)
    return tried


def what_is_asked(seat: Seat, version: int | None) -> tuple[Guideline, Comprehension]:
    guideline = seat.campaign.guideline
    asked = comprehension_of(guideline)
    if guideline is None or asked is None or seat.comprehension_done >= guideline.version:
        raise Conflict(_("There is nothing to answer about the guideline."), code="nothing-asked")
    if seat.stopped_at:
        raise Conflict(_("There is no further try."), code="no-try-left")
    if version is not None and version != guideline.version:
        raise Conflict(
            _("The guideline has changed; please read it again."), code="guideline-changed"
        )
    return guideline, asked


def tries_used(seat: Seat, guideline: Guideline) -> int:
    return ComprehensionTry.objects.filter(seat=seat, guideline=guideline).count()


def clean_choices(asked: Comprehension, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each question's chosen options. Raises `Unfit` naming what is missing or unknown."""
    problems = {
        f"answers.{key}": _("There is no such question.")
        for key in answers
        if key not in [one["key"] for one in asked.questions]
    }
    chosen: dict[str, list[str]] = {}
    for question in asked.questions:
        given = answers.get(question["key"])
        keys: list[Any] = given if isinstance(given, list) else [given]
        known = [option["key"] for option in question["options"]]
        if not keys or any(key not in known for key in keys):
            problems[f"answers.{question['key']}"] = _("Choose an answer.")
        else:
            chosen[question["key"]] = sorted(set(keys), key=known.index)
    if problems:
        raise Unfit(_("Some questions still need an answer."), fields=problems)
    return chosen


def stop(seat: Seat) -> None:
    """End the campaign for the person. A seat that was never used goes to somebody else."""
    campaign = seat.campaign
    seat.stopped_at = timezone.now()
    fields = ["stopped_at"]
    if not seat.submitted and not seat.has_lapsed:
        give_back(seat)
        seat.has_lapsed = True
        fields.append("has_lapsed")
    seat.save(update_fields=fields)
    arrival = Arrival.objects.filter(annotator=seat.annotator_id, campaign=campaign).first()
    if arrival:
        settle(arrival, Outcome.SCREENED_OUT)
    count_screen_out(
        campaign,
        ScreenOutReason.COMPREHENSION,
        stratum=seat.stratum,
        link_id=arrival.link_id if arrival else None,
    )


def mark_practised(seat: Seat, version: int) -> None:
    """The person has tried the form under this version of the guideline. Nothing else is kept."""
    Seat.objects.filter(pk=seat.pk).update(practice_done=version)


def last_wrong(seat: Seat, guideline: Guideline, asked: Comprehension) -> Sequence[str]:
    """The questions that the person's last try answered otherwise; none before the first."""
    last = (
        ComprehensionTry.objects.filter(seat=seat, guideline=guideline).order_by("-number").first()
    )
    if last is None:
        return ()
    return asked.wrong_in(last.answers)
