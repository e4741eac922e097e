"""Who may come into a campaign, what comes before judging, and what is noted of how it went."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from annotation.enums import AfterFailing, OpenTo
from annotation.models import Campaign, Guideline
from annotation.wording import shown_preparation

# Of these, a change would let other people in than before.
FROZEN_RULES = ("tries", "needed", "after_failing")


@dataclass(frozen=True)
class Comprehension:
    """Questions about the guideline that have right answers.

    `questions` are `{"key", "label", "options": [{"key", "label"}], "right": [option key],
    "why"}`; choosing exactly the options in `right` is right. `needed` of them are, or all.
    """

    questions: list[dict[str, Any]] = field(default_factory=list)
    tries: int = 2
    needed: int | None = None
    after_failing: str = AfterFailing.STOP.value

    @property
    def pass_mark(self) -> int:
        return len(self.questions) if self.needed is None else self.needed

    def wrong_in(self, chosen: Mapping[str, Any]) -> list[str]:
        """Keys of the questions that these choices answer otherwise than is right."""
        return [
            one["key"]
            for one in self.questions
            if set(chosen.get(one["key"], [])) != set(one["right"])
        ]


@dataclass(frozen=True)
class Entry:
    """A campaign's settings of this kind; the defaults are those of campaigns that say nothing.

    `practice` are items to try the form on, `{"prompt", "responses": [{"id", "text"}], "note"}`.
    `check_rate` is the share of check items among what is served. `fastest_reading` is in
    characters a minute: who was quicker than reading at this pace is flagged; null flags nobody.
    """

    open_to: str = OpenTo.EVERYONE.value
    comprehension: Comprehension = field(default_factory=Comprehension)
    practice: list[dict[str, Any]] = field(default_factory=list)
    check_rate: float = 0.0
    fastest_reading: int | None = None

    def body(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def preparation(self) -> dict[str, Any]:
        """What goes with a version of the guideline; empty where there is nothing."""
        whole: dict[str, Any] = {}
        if self.comprehension.questions:
            whole["comprehension"] = asdict(self.comprehension)
        if self.practice:
            whole["practice"] = self.practice
        return whole


def read_entry(stated: Mapping[str, Any]) -> Entry:
    """Settings from what is stored; what was never stated takes its default."""
    known = {one.name for one in fields(Entry)}
    parts = {key: value for key, value in stated.items() if key in known}
    if "comprehension" in parts:
        parts["comprehension"] = Comprehension(**parts["comprehension"])
    return Entry(**parts)


def entry_of(campaign: Campaign) -> Entry:
    return read_entry(campaign.entry)


def comprehension_of(guideline: Guideline | None) -> Comprehension | None:
    """The questions that go with this version of the guideline, if any, as the reader has them."""
    stated = shown_preparation(guideline).get("comprehension") if guideline else None
    return Comprehension(**stated) if stated else None


def practice_of(guideline: Guideline | None) -> list[dict[str, Any]]:
    """The practice items that go with this version of the guideline."""
    return list(shown_preparation(guideline).get("practice", [])) if guideline else []


def who_may_come_in(stated: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the settings that stays as it is once a campaign has been opened."""
    entry = read_entry(stated)
    rules = asdict(entry.comprehension)
    return {
        "open_to": entry.open_to,
        "asks": bool(entry.comprehension.questions),
        **({name: rules[name] for name in FROZEN_RULES} if entry.comprehension.questions else {}),
    }
