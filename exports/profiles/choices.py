"""What was chosen for a release: the profile, what becomes of answers about people, free text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exports.enums import FreeText, ReleaseProfile


@dataclass(frozen=True)
class Group:
    """Options that are released as one: its key, words for it, and the options' keys."""

    key: str
    label: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Recoding:
    """What becomes of one question's options; an option in no group stays itself."""

    question: str
    groups: tuple[Group, ...] = ()

    @property
    def group_of(self) -> dict[str, str]:
        return {option: group.key for group in self.groups for option in group.options}

    def recode(self, options: Sequence[str]) -> tuple[str, ...]:
        """The answer in the groups' keys, each once, in a fixed order."""
        found = self.group_of
        return tuple(sorted({found.get(option, option) for option in options}))


@dataclass(frozen=True)
class Choices:
    """A snapshot's release choices; `Snapshot.choices` holds them as JSON.

    `identifying` are the questions by which people may be recognised: together they are released
    so that every combination is shared by at least `k` people (0: they are only recoded).
    `withheld` questions are not released. `reviewed_until` is the last decision on free text
    that counts.
    """

    profile: str = ReleaseProfile.FULL.value
    text: str = FreeText.INCLUDED.value
    k: int = 0
    identifying: tuple[Recoding, ...] = ()
    withheld: tuple[str, ...] = ()
    reviewed_until: int = 0

    @property
    def recodings(self) -> dict[str, Recoding]:
        return {one.question: one for one in self.identifying}

    @property
    def touches_people(self) -> bool:
        """Whether answers about people leave in any other way than they were given."""
        return bool(self.k or self.withheld or any(one.groups for one in self.identifying))


@dataclass
class Answered:
    """A question as its options count: which are chosen, and how they lie beside each other."""

    key: str
    label: str
    options: Mapping[str, str]
    is_multiple: bool = False
    is_ordered: bool = False
    people: Mapping[str, int] = field(default_factory=dict)


def choices_from(data: Mapping[str, Any]) -> Choices:
    """The choices that `choices_body` wrote down; a snapshot without any has the full profile."""
    if not data:
        return Choices()
    return Choices(
        profile=data["profile"],
        text=data["text"],
        k=data["k"],
        identifying=tuple(
            Recoding(
                one["question"],
                tuple(
                    Group(group["key"], group["label"], tuple(group["options"]))
                    for group in one["groups"]
                ),
            )
            for one in data["identifying"]
        ),
        withheld=tuple(data["withheld"]),
        reviewed_until=data.get("reviewed_until", 0),
    )


def choices_body(choices: Choices) -> dict[str, Any]:
    """The choices as JSON; what documentation reads as `Snapshot.choices`."""
    return {
        "profile": str(choices.profile),
        "text": str(choices.text),
        "k": choices.k,
        "identifying": [
            {
                "question": one.question,
                "groups": [
                    {"key": group.key, "label": group.label, "options": list(group.options)}
                    for group in one.groups
                ],
            }
            for one in choices.identifying
        ],
        "withheld": list(choices.withheld),
        "reviewed_until": choices.reviewed_until,
    }
