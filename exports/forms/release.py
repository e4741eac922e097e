"""Asking for a snapshot on a page, and deciding about what leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from annotation.models import Campaign
from annotation.models.group_rule import LARGEST_LEAST, SMALLEST_LEAST
from exports.access import pseudonyms_offered
from exports.derived import FORMATS
from exports.enums import FreeText, Pseudonyms, ReleaseProfile, SnapshotFormat
from exports.profiles.choices import Answered, Choices, Group, Recoding
from exports.services.policies import LONGEST_NAME
from exports.services.sharing import MOST_HOURS

AS_GIVEN, IN_GROUPS, LEFT_OUT = "as-given", "in-groups", "left-out"
USE_LABELS = {
    AS_GIVEN: _("as it was answered"),
    IN_GROUPS: _("in groups, so that nobody stands out"),
    LEFT_OUT: pgettext_lazy("question", "left out"),
}
USES = {
    ReleaseProfile.FULL: (AS_GIVEN,),
    ReleaseProfile.RESEARCH: (AS_GIVEN, IN_GROUPS, LEFT_OUT),
    ReleaseProfile.PUBLIC: (IN_GROUPS, LEFT_OUT),
}
TEXTS = {
    ReleaseProfile.FULL: (FreeText.INCLUDED,),
    ReleaseProfile.RESEARCH: (FreeText.INCLUDED, FreeText.REVIEWED, FreeText.EXCLUDED),
    ReleaseProfile.PUBLIC: (FreeText.EXCLUDED, FreeText.REVIEWED),
}


class SnapshotForm(forms.Form):
    """What is chosen once for the whole snapshot; what a profile does not allow is not offered."""

    format = forms.ChoiceField(
        label=_("Format"),
        choices=SnapshotFormat.choices,
        initial=SnapshotFormat.PARQUET,
        help_text=_("The content is the same in all three."),
    )
    campaigns = forms.MultipleChoiceField(
        label=_("Further campaigns in the same snapshot"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    profile = forms.ChoiceField(
        label=_("For whom"), choices=ReleaseProfile.choices, initial=ReleaseProfile.RESEARCH
    )
    text = forms.ChoiceField(label=_("What people wrote in their own words"))
    pseudonyms = forms.ChoiceField(label=_("Annotators' names"), required=False)
    k = forms.IntegerField(
        label=_("Smallest group"),
        required=False,
        min_value=SMALLEST_LEAST,
        max_value=LARGEST_LEAST,
        help_text=_("So many people share every combination of these answers, at least."),
    )
    derived = forms.MultipleChoiceField(
        label=_("Training and perspectivist formats besides the tables"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(key, format.label) for key, format in FORMATS.items()],
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        help_text=_("What this version is for. It is in the card and in the history."),
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        others: Sequence[Campaign],
        profile: ReleaseProfile,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("campaigns", [(one.slug, one.title) for one in others])
        self.offer("text", [(one.value, one.label) for one in TEXTS[profile]])
        offered = pseudonyms_offered(user)
        if profile == ReleaseProfile.PUBLIC:
            offered = [Pseudonyms.PER_RELEASE]
        self.offer("pseudonyms", [(one.value, one.label.capitalize()) for one in offered])

    def offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)  # noqa: S101 - for the type checker
        found.choices = choices


@dataclass
class OptionWish:
    """An option of a question, how many people chose it, and what it shall be released as."""

    key: str
    label: str
    people: int | None
    released_as: str


@dataclass
class QuestionWish:
    """What shall become of one question; `problem` is what is wrong with that."""

    question: Answered
    use: str
    is_ordered: bool
    options: list[OptionWish]
    uses: Sequence[tuple[str, Any]]
    problem: str = ""

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def is_grouped(self) -> bool:
        return self.use == IN_GROUPS

    def recoding(self) -> Recoding:
        """The groups, where two options or more share a name or one has another name."""
        together: dict[str, list[str]] = {}
        for option in self.options:
            together.setdefault(option.released_as, []).append(option.key)
        labels = self.question.options
        return Recoding(
            self.key,
            tuple(
                Group(name, "; ".join(labels[one] for one in options), tuple(options))
                for name, options in together.items()
                if options != [name]
            ),
        )


@dataclass
class Wish:
    """The questions of a wizard as far as they are chosen."""

    profile: ReleaseProfile
    text: str
    k: int
    questions: list[QuestionWish] = field(default_factory=list)

    def choices(self) -> Choices:
        grouped = [one for one in self.questions if one.use == IN_GROUPS]
        guards = self.profile != ReleaseProfile.FULL
        return Choices(
            profile=self.profile.value,
            text=self.text,
            k=self.k if guards and (grouped or self.profile == ReleaseProfile.PUBLIC) else 0,
            identifying=tuple(one.recoding() for one in grouped),
            withheld=tuple(one.key for one in self.questions if one.use == LEFT_OUT),
        )

    @property
    def is_grouped(self) -> bool:
        return any(one.is_grouped for one in self.questions)

    def take_people(self, counted: Mapping[str, Answered]) -> None:
        """Put the counts of people beside the options of grouped questions."""
        for one in self.questions:
            for option in one.options if one.is_grouped else ():
                option.people = counted[one.key].people.get(option.key, 0)

    def take_proposal(self, proposed: Choices) -> None:
        """Put proposed groups in the place of what was typed."""
        for one in self.questions:
            if one.key in proposed.withheld:
                one.use = LEFT_OUT
            elif one.key in proposed.recodings:
                group_of = proposed.recodings[one.key].group_of
                for option in one.options:
                    option.released_as = group_of.get(option.key, option.key)

    def take_problems(self, fields: Mapping[str, str]) -> list[str]:
        """Put problems to their questions; those that are no question's come back."""
        by_key = {f"questions.{one.key}": one for one in self.questions}
        for name, problem in fields.items():
            if name in by_key:
                by_key[name].problem = problem
        return [problem for name, problem in fields.items() if name not in by_key]


def read_profile(data: Mapping[str, Any]) -> ReleaseProfile:
    """The profile chosen so far; what is none is the usual one."""
    given = data.get("profile")
    return ReleaseProfile(given) if given in ReleaseProfile.values else ReleaseProfile.RESEARCH


def read_wish(
    data: Mapping[str, Any], profile: ReleaseProfile, asked: Mapping[str, Answered], least_k: int
) -> Wish:
    """What the page's controls say; controls that are not there say what is usual."""
    text = data.get("text", "")
    allowed = [one.value for one in TEXTS[profile]]
    return Wish(
        profile=profile,
        text=text if text in allowed else allowed[0],
        k=read_k(data.get("k"), least_k),
        questions=[read_question(data, one, profile) for one in asked.values()],
    )


def read_k(given: Any, least_k: int) -> int:
    try:
        return int(given)
    except (TypeError, ValueError):
        return least_k


def read_question(
    data: Mapping[str, Any], question: Answered, profile: ReleaseProfile
) -> QuestionWish:
    uses = USES[profile]
    use = data.get(f"use-{question.key}", "")
    was_shown = f"shown-{question.key}" in data
    ordered = f"ordered-{question.key}" in data if was_shown else question.is_ordered
    return QuestionWish(
        question=question,
        use=use if use in uses else uses[0],
        is_ordered=ordered,
        options=[
            OptionWish(
                key,
                label,
                None,
                (data.get(f"as-{question.key}-{key}") or key).strip()[:LONGEST_NAME] or key,
            )
            for key, label in question.options.items()
        ],
        uses=[(one, USE_LABELS[one]) for one in uses],
    )


class DecisionForm(forms.Form):
    """A second person's word on a release."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you looked at; where you refuse, why."),
    )


class LinkForm(forms.Form):
    """A link for people without an account."""

    label = forms.CharField(label=_("For whom"), required=False, max_length=200)
    hours = forms.TypedChoiceField(
        label=_("Open for"),
        coerce=int,
        choices=[
            (24, _("a day")),
            (3 * 24, _("three days")),
            (7 * 24, _("a week")),
            (30 * 24, _("30 days")),
            (MOST_HOURS, _("90 days")),
        ],
        initial=7 * 24,
    )


class PolicyForm(forms.Form):
    """What a campaign asks of its public releases."""

    needs_approval = forms.BooleanField(
        label=_("A second person approves public releases"), required=False
    )
    least_k = forms.IntegerField(
        label=_("Smallest group that is reported"),
        min_value=SMALLEST_LEAST,
        max_value=LARGEST_LEAST,
    )


class TextForm(forms.Form):
    """A reviewer's decision on one text; `cut` is given once for each part to hide: "3-17"."""

    kind = forms.CharField()
    row = forms.IntegerField(min_value=1)
    place = forms.IntegerField(min_value=0)
    sha256 = forms.RegexField(r"^[0-9a-f]{64}\Z")
    verdict = forms.ChoiceField(choices=[("keep", ""), ("redact", ""), ("drop", "")])


def read_cuts(values: Sequence[str]) -> list[tuple[int, int]]:
    """The parts to hide, [start, end); what is no part is left out."""
    found = []
    for value in values:
        start, _dash, end = value.partition("-")
        if start.isascii() and start.isdigit() and end.isascii() and end.isdigit():
            found.append((int(start), int(end)))
    return found
