"""The taxonomy of benefits and risks of personalisation, as data.

The headings are those of H. R. Kirk, B. Vidgen, P. Röttger and S. A. Hale, "Personalisation within
bounds" (arXiv 2303.05453); what is said under each is ours, about datasets of preferences.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    BENEFIT = "benefit", _("benefit")
    RISK = "risk", _("risk")


class Level(models.TextChoices):
    INDIVIDUAL = "individual", _("for the person")
    SOCIETAL = "societal", _("for society")


# Benefits and risks together, as headings.
GROUPS: dict[tuple[Side, Level], Promise] = {
    (Side.BENEFIT, Level.INDIVIDUAL): _("Benefits for the person"),
    (Side.RISK, Level.INDIVIDUAL): _("Risks for the person"),
    (Side.BENEFIT, Level.SOCIETAL): _("Benefits for society"),
    (Side.RISK, Level.SOCIETAL): _("Risks for society"),
}


@dataclass(frozen=True)
class Entry:
    """One heading of the taxonomy, with what it means for a dataset of preferences."""

    key: str
    side: Side
    level: Level
    label: str | Promise
    text: str | Promise


def entries(side: Side, level: Level, *rows: tuple[str, Promise, Promise]) -> tuple[Entry, ...]:
    return tuple(Entry(key, side, level, label, text) for key, label, text in rows)


ENTRIES: tuple[Entry, ...] = (
    *entries(
        Side.BENEFIT,
        Level.INDIVIDUAL,
        (
            "efficiency",
            _("Efficiency"),
            _("A model that knows what its person prefers needs fewer attempts and corrections."),
        ),
        (
            "autonomy",
            _("Autonomy"),
            _("People say themselves what a good answer is, instead of having it set for them."),
        ),
        (
            "empathy",
            _("Empathy and companionship"),
            _("Answers can meet a person’s situation and tone, and feel less foreign to them."),
        ),
    ),
    *entries(
        Side.RISK,
        Level.INDIVIDUAL,
        (
            "effort",
            _("Effort"),
            _("Saying what one prefers is work, and asked of some people more than of others."),
        ),
        (
            "reliance",
            _("Addiction and over-reliance"),
            _("What pleases is used more: a model tuned to please may be trusted where it errs."),
        ),
        (
            "bias",
            _("Homogenisation and bias reinforcement"),
            _("What somebody already thinks is given back to them, and other views drop out."),
        ),
        (
            "profiling",
            _("Essentialism and profiling"),
            _("A group’s average is taken for what each of its members wants."),
        ),
        (
            "anthropomorphism",
            _("Anthropomorphism"),
            _("A familiar voice is taken for a person, and told more than it should be."),
        ),
        (
            "privacy",
            _("Privacy"),
            _("Preferences tell who somebody is; joined with other data they may name them."),
        ),
    ),
    *entries(
        Side.BENEFIT,
        Level.SOCIETAL,
        (
            "inclusion",
            _("Inclusion and accessibility"),
            _("People whom a general model serves badly can be served in their own way."),
        ),
        (
            "diversity",
            _("Diversity and representation"),
            _("Disagreement stays in the data, with who judged; no majority speaks for all."),
        ),
        (
            "democratisation",
            _("Democratisation and participation"),
            _("More people have a say in how models behave, and can see what became of it."),
        ),
        (
            "productivity",
            _("Labour productivity"),
            _("Tools that fit the task and the person save time at work."),
        ),
    ),
    *entries(
        Side.RISK,
        Level.SOCIETAL,
        (
            "access",
            _("Access disparities"),
            _("Those who were never asked, or cannot pay, are left with what suits others."),
        ),
        (
            "polarisation",
            _("Polarisation"),
            _("Groups that each get their own answers have less and less in common."),
        ),
        (
            "malice",
            _("Malicious use"),
            _("Harmful preferences can be trained for as well; rules of tier 1 are against that."),
        ),
        (
            "displacement",
            _("Labour displacement"),
            _("Work is taken over by models that were taught by the people who did it."),
        ),
        (
            "environment",
            _("Environmental harm"),
            _("Many models for many people need more computing than one for all."),
        ),
    ),
)
BY_KEY = {entry.key: entry for entry in ENTRIES}
