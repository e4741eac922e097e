"""Controls for the options of derived formats, made from what each format declares.

What a choice must be is decided where REST has it decided (`exports.derived.read_request`); here it
is only brought into that shape, and what is wrong put beside its control.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exports.derived import FORMATS, DerivedFormat, OptionProblem, read_request
from exports.derived.options import (
    ACCEPTABLE,
    COMPARISONS,
    CONVERSATIONAL,
    HALF,
    JUDGMENTS,
    KIND,
    LEAVE_OUT,
    PLAIN,
    RAKING,
    SOFT,
    STRATUM,
    UNIFORM,
    WEIGHTED,
    Keys,
    KindNumber,
    Margins,
    OneOf,
    Option,
    Seed,
    Share,
    Shares,
    Truth,
)

CHOICE_LABELS = {
    JUDGMENTS: _("one judgment of one person; nothing is aggregated"),
    WEIGHTED: _("one judgment of one person, with its weight"),
    SOFT: _("the share of people for one direction (soft labels, aggregated)"),
    UNIFORM: _("every judgment weighs the same"),
    STRATUM: _("by annotator stratum"),
    RAKING: _("by raking people to a population"),
    KIND: _("by how likely people are of a kind"),
    CONVERSATIONAL: _("as messages (conversational)"),
    PLAIN: _("as plain text"),
    LEAVE_OUT: _("leave them out"),
    HALF: _("count half for each side"),
    COMPARISONS: _("being preferred"),
    ACCEPTABLE: _("being called acceptable"),
    "": _("as usual: soft labels count them half, the rest leaves them out"),
}
HELP = {
    "name": _("Small letters, digits and underscores."),
    "annotators": _("One a line. Names are known once a snapshot has been made."),
    "items": _("One id a line."),
    "test_share": _("From 0 to below 1. A prompt is on one side, whoever judged it."),
    "shares": _("Left empty: the population's shares where the campaign has them, else equal."),
    "population": _("Its name on the page Analysis; left empty: the only one there is."),
    "kind": _("For weights by kind; kinds are found within the snapshot."),
    "prompt_end": _("\\n stands for a new line. For plain text."),
    "margins": _("Two numbers, such as 1, 2."),
    "criteria": _("None means all."),
    "strata": _("None means all."),
}
ESCAPES = (("\\n", "\n"), ("\\t", "\t"))
COMMAS, LINES = re.compile(r"[,;\s]+"), re.compile(r"[\r\n]+")


@dataclass
class Control:
    """One option as a control: its kind, what it says, and what is wrong with that."""

    option: Option
    prefix: str
    value: Any
    choices: Sequence[tuple[str, Any, bool]] = ()
    parts: Sequence[tuple[str, str, str]] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        return f"{self.prefix}-{self.option.key}"

    @property
    def kind(self) -> str:
        """What the page draws."""
        if isinstance(self.option, Keys):
            return "several" if self.choices else "lines"
        kinds = {OneOf: "choice", Truth: "truth", Shares: "shares", Seed: "number", Share: "number"}
        kinds[KindNumber] = "number"
        return next((kind for one, kind in kinds.items() if isinstance(self.option, one)), "text")

    @property
    def step(self) -> str:
        return "1" if isinstance(self.option, Seed | KindNumber) else "any"

    @property
    def help(self) -> Any:
        return HELP.get(self.option.key, "")

    @property
    def is_left_out(self) -> bool:
        """Nothing to choose from: shares where nobody has drawn strata."""
        return self.kind == "shares" and not self.parts


@dataclass
class FormatWish:
    """One derived format on the page: whether it is wanted, and its options."""

    format: DerivedFormat
    is_chosen: bool
    body: dict[str, Any]
    controls: list[Control] = field(default_factory=list)
    problem: str = ""

    @property
    def key(self) -> str:
        return self.format.key

    @property
    def is_open(self) -> bool:
        return self.is_chosen and (bool(self.problem) or len(self.body) > 1)

    def check(self) -> bool:
        """Whether the choices fit; what does not is put beside its control."""
        try:
            read_request(self.body)
        except OptionProblem as problem:
            self.take_problem(problem.field, problem.message)
            return False
        return True

    def take_problem(self, option: str, message: str) -> None:
        self.problem = message
        for control in self.controls:
            if control.option.key == option:
                control.problem, self.problem = message, gettext("Look at its options.")


def read_formats(
    data: QueryDict, criteria: Mapping[str, str], strata: Sequence[str]
) -> list[FormatWish]:
    """Every derived format as the page's controls say; those that are not there say nothing."""
    chosen = set(data.getlist("derived"))
    return [
        wish_for(format, format.key in chosen, data, {"criteria": criteria, "strata": strata})
        for format in FORMATS.values()
    ]


def wish_for(
    format: DerivedFormat, is_chosen: bool, data: QueryDict, known: Mapping[str, Any]
) -> FormatWish:
    prefix = f"opt-{format.key}"
    body: dict[str, Any] = {"format": format.key}
    controls = []
    for option in format.options:
        given = value_of(option, f"{prefix}-{option.key}", data, known["strata"])
        if given is not None and given != option.default:
            body[option.key] = given
        controls.append(control_for(option, prefix, data, given, known))
    return FormatWish(format, is_chosen, body, [one for one in controls if not one.is_left_out])


def value_of(option: Option, name: str, data: QueryDict, strata: Sequence[str]) -> Any:
    """A control's value as REST has it, None where it says nothing.

    What is no number stays as it was typed, for the option to refuse.
    """
    if isinstance(option, Truth):
        return name in data
    if isinstance(option, Keys):
        return [line.strip() for text in data.getlist(name) for line in LINES.split(text) if line]
    if isinstance(option, Shares):
        typed = {key: data.get(f"{name}-{key}", "").strip() for key in strata}
        return {key: number_in(text) for key, text in typed.items() if text}
    given = data.get(name)
    if given is None or (not given.strip() and not isinstance(option, OneOf)):
        return None
    if isinstance(option, Share | Seed | KindNumber):
        return number_in(given.strip())
    if isinstance(option, Margins):
        return [number_in(part) for part in COMMAS.split(given.strip(" ,;"))]
    return with_breaks(given) if option.key == "prompt_end" else given.strip()


def number_in(text: str) -> int | float | str:
    """The number, or the text where there is none."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def with_breaks(text: str) -> str:
    for written, meant in ESCAPES:
        text = text.replace(written, meant)
    return text


def control_for(
    option: Option, prefix: str, data: QueryDict, given: Any, known: Mapping[str, Any]
) -> Control:
    value = option.default if given is None else given
    control = Control(option, prefix, shown(option, value))
    if isinstance(option, OneOf):
        control.choices = [(one, CHOICE_LABELS[one], one == value) for one in option.choices]
    elif isinstance(option, Keys) and option.key in known:
        labels = known[option.key]
        named = labels if isinstance(labels, Mapping) else dict(zip(labels, labels, strict=True))
        control.choices = [(key, label, key in value) for key, label in named.items()]
    elif isinstance(option, Shares):
        name = f"{prefix}-{option.key}"
        control.parts = [
            (f"{name}-{key}", key, data.get(f"{name}-{key}", "")) for key in known["strata"]
        ]
    return control


def shown(option: Option, value: Any) -> Any:
    """A value as it stands in its control."""
    if isinstance(option, Keys):
        return "\n".join(value)
    if value is None:
        return ""
    if isinstance(option, Margins):
        return ", ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in value)
    if option.key == "prompt_end":
        for written, meant in ESCAPES:
            value = value.replace(meant, written)
    return value
