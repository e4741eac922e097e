"""What can be chosen for a derived format, and how a choice is checked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

JUDGMENTS, WEIGHTED, SOFT = "judgments", "weighted", "soft"
MODES = (JUDGMENTS, WEIGHTED, SOFT)
CONVERSATIONAL, PLAIN = "conversational", "plain"
LEAVE_OUT, HALF = "leave-out", "half"
UNIFORM, STRATUM, RAKING, KIND = "uniform", "stratum", "raking", "kind"
COMPARISONS, ACCEPTABLE = "comparisons", "acceptable"

BOUNDS = "bounds"

NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,19}")
HIGHEST_SEED = 2**31 - 1


class OptionProblem(ValueError):
    """A choice that cannot be followed; `field` is the option it is about, "" for the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


class NothingMatches(OptionProblem):
    """The slice of a request holds no judgments."""


@dataclass(frozen=True)
class Option:
    """One thing to choose. `read` gives the value as it is kept, or raises `OptionProblem`."""

    key: str
    label: str | Promise
    default: Any

    def read(self, value: Any) -> Any:
        raise NotImplementedError

    def problem(self, message: str) -> OptionProblem:
        return OptionProblem(message, self.key)


@dataclass(frozen=True)
class OneOf(Option):
    choices: tuple[str, ...] = ()

    def read(self, value: Any) -> str:
        if value not in self.choices:
            raise self.problem(_("Must be one of %(known)s.") % {"known": ", ".join(self.choices)})
        return str(value)


@dataclass(frozen=True)
class Truth(Option):
    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.problem(_("Must be true or false."))
        return value


@dataclass(frozen=True)
class Keys(Option):
    """A list of keys or ids; none means all."""

    def read(self, value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or not all(
            isinstance(one, str) and one for one in value
        ):
            raise self.problem(_("Must be a list of texts."))
        return list(dict.fromkeys(value))


@dataclass(frozen=True)
class Share(Option):
    """A share from 0 up to, not including, 1."""

    def read(self, value: Any) -> float:
        if not is_number(value) or not 0 <= value < 1:
            raise self.problem(_("Must be a number from 0 to below 1."))
        return float(value)


@dataclass(frozen=True)
class Seed(Option):
    def read(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HIGHEST_SEED:
            raise self.problem(
                _("Must be a whole number from 0 to %(most)s.") % {"most": HIGHEST_SEED}
            )
        return value


@dataclass(frozen=True)
class Text(Option):
    most: int = 20

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > self.most:
            raise self.problem(
                _("Must be a text of at most %(most)s characters.") % {"most": self.most}
            )
        return value


@dataclass(frozen=True)
class Name(Option):
    def read(self, value: Any) -> str:
        if not isinstance(value, str) or (value and not NAME.fullmatch(value)):
            raise self.problem(_("Must be at most 20 small letters, digits and underscores."))
        if value in (*MODES, BOUNDS):
            raise self.problem(_("Files of a mode are called so; take another name."))
        return value


@dataclass(frozen=True)
class Shares(Option):
    """Stratum → share of the whole weight; nothing means equal shares."""

    def read(self, value: Any) -> dict[str, float]:
        if not isinstance(value, Mapping) or not all(
            isinstance(key, str) and is_number(share) and share > 0 for key, share in value.items()
        ):
            raise self.problem(_("Must give each stratum a share above 0."))
        return {key: float(share) for key, share in sorted(value.items())}


@dataclass(frozen=True)
class Population(Option):
    """Question → option → share of the population, or the name of a campaign's population."""

    most: int = 120

    def read(self, value: Any) -> str | dict[str, dict[str, float]]:
        if isinstance(value, str) and len(value) <= self.most:
            return value
        if not isinstance(value, Mapping) or not all(
            isinstance(key, str) and is_margin(margin) for key, margin in value.items()
        ):
            raise self.problem(
                _("Must be the name of a population, or give options of questions shares.")
            )
        return {
            key: {option: float(share) for option, share in sorted(margin.items())}
            for key, margin in sorted(value.items())
        }


@dataclass(frozen=True)
class KindNumber(Option):
    """The number of a kind of people, from 1; None for all kinds together."""

    most: int = 5

    def read(self, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= self.most:
            raise self.problem(
                _("Must be a whole number from 1 to %(most)s.") % {"most": self.most}
            )
        return value


@dataclass(frozen=True)
class Margins(Option):
    """The margins of a slight and of a clear preference."""

    def read(self, value: Any) -> list[float]:
        if (
            not isinstance(value, list | tuple)
            or len(value) != 2
            or not all(is_number(one) and one >= 0 for one in value)
        ):
            raise self.problem(
                _("Must be two numbers, 0 or more: for slightly and clearly better.")
            )
        return [float(one) for one in value]


def is_margin(value: Any) -> bool:
    """Whether it gives each option a share, of which at least one is above 0."""
    return (
        isinstance(value, Mapping)
        and all(
            isinstance(key, str) and is_number(share) and share >= 0 for key, share in value.items()
        )
        and any(share > 0 for share in value.values())
    )


def is_number(value: Any) -> bool:
    """Whether it is a finite number."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value == value
        and abs(value) != float("inf")
    )


REPEATS: Option = Truth("repeats", gettext_lazy("Silent repeats too"), False)
WHICH: tuple[Option, ...] = (
    Name("name", gettext_lazy("Name in the files' names, to tell several of one format apart"), ""),
    Keys("criteria", gettext_lazy("Only these criteria"), []),
    Keys("strata", gettext_lazy("Only people of these strata"), []),
    Keys("annotators", gettext_lazy("Only these annotators, by their names in this release"), []),
    Keys("items", gettext_lazy("Only these items"), []),
)
SLICE: tuple[Option, ...] = (*WHICH, REPEATS)
SPLIT: tuple[Option, ...] = (
    Share("test_share", gettext_lazy("Share of the prompts that are kept for testing"), 0.0),
    Seed("seed", gettext_lazy("Seed of that split"), 0),
)
MODE: tuple[Option, ...] = (
    OneOf("mode", gettext_lazy("What a row is"), JUDGMENTS, MODES),
    OneOf(
        "weights",
        gettext_lazy("Where weights come from"),
        UNIFORM,
        (UNIFORM, STRATUM, RAKING, KIND),
    ),
    Shares("shares", gettext_lazy("Each stratum's share of the weight"), {}),
    Population("population", gettext_lazy("Population that people are weighted to"), ""),
    KindNumber("kind", gettext_lazy("Number of the kind of people, 1 being the largest"), None),
    OneOf(
        "content", gettext_lazy("Prompts and responses"), CONVERSATIONAL, (CONVERSATIONAL, PLAIN)
    ),
)
COMPRESS: Option = Truth("compress", gettext_lazy("Under gzip"), False)
TIES: Option = OneOf("ties", gettext_lazy("Ties"), "", ("", LEAVE_OUT, HALF))
PROMPT_END: Option = Text("prompt_end", gettext_lazy("What ends a plain prompt"), "\n\n")
MARGINS: Option = Margins(
    "margins", gettext_lazy("Margins of slightly and of clearly better"), [1.0, 2.0]
)
WITHIN_BOUNDS: Option = Truth(
    "within_bounds",
    gettext_lazy("Within all bounds, also where a campaign lets its own rules be chosen"),
    False,
)
LABELS: Option = OneOf(
    "labels", gettext_lazy("What tells a good response"), COMPARISONS, (COMPARISONS, ACCEPTABLE)
)


@dataclass(frozen=True)
class Options:
    """The choices of one request, checked; a format ignores what is not among its options."""

    name: str = ""
    criteria: Sequence[str] = ()
    strata: Sequence[str] = ()
    annotators: Sequence[str] = ()
    items: Sequence[str] = ()
    repeats: bool = False
    test_share: float = 0.0
    seed: int = 0
    mode: str = JUDGMENTS
    weights: str = UNIFORM
    shares: Mapping[str, float] | None = None
    population: str | Mapping[str, Mapping[str, float]] = ""
    kind: int | None = None
    content: str = CONVERSATIONAL
    compress: bool = False
    ties: str = ""
    prompt_end: str = ""
    margins: Sequence[float] = (1.0, 2.0)
    labels: str = COMPARISONS
    within_bounds: bool = False

    @property
    def ties_count_half(self) -> bool:
        """Soft labels count ties half unless told otherwise; other modes leave them out."""
        return self.ties == HALF or (self.ties == "" and self.mode == SOFT)


def read_options(known: Sequence[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """The choices with defaults in place of what was not chosen. Raises `OptionProblem`."""
    by_key = {option.key: option for option in known}
    unknown = sorted(set(given) - set(by_key))
    if unknown:
        raise OptionProblem(
            _("This format has no such option; it has %(known)s.")
            % {"known": ", ".join(sorted(by_key))},
            str(unknown[0]),
        )
    chosen = {
        key: option.read(given[key]) if key in given else option.default
        for key, option in by_key.items()
    }
    check_together(chosen)
    return chosen


def check_together(chosen: Mapping[str, Any]) -> None:
    """Refuse choices that contradict each other."""
    if chosen.get("weights", UNIFORM) != UNIFORM and chosen["mode"] == JUDGMENTS:
        raise OptionProblem(_("Weights need the mode weighted or soft."), "weights")
    if chosen.get("shares") and chosen["weights"] != STRATUM:
        raise OptionProblem(_("Shares are for weights by stratum."), "shares")
    if chosen.get("population") and chosen["weights"] != RAKING:
        raise OptionProblem(_("A population is for weights by raking."), "population")
    if (chosen.get("weights") == KIND) != bool(chosen.get("kind")):
        raise OptionProblem(_("Weights by kind and the number of a kind go together."), "kind")
    if chosen.get("kind") and chosen["mode"] != SOFT:
        raise OptionProblem(
            _("Nobody's kind is told, so kinds are for soft labels, which are of several people."),
            "mode",
        )
    if chosen.get("labels") == ACCEPTABLE and chosen.get("criteria"):
        raise OptionProblem(
            _("Whether a response is acceptable was asked without criteria."), "criteria"
        )
