"""The words in which bounds are spoken of."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Groups of fewer people are told of nowhere, unless a campaign asks for more.
LEAST_PEOPLE = 5


class Tier(models.IntegerChoices):
    """Who sets a rule; a smaller number goes before a larger one."""

    INSTALLATION = 1, _("law and norms, for the whole installation")
    ORGANISATION = 2, _("organisation or campaign")
    PERSON = 3, _("one’s own")


class RuleKind(models.TextChoices):
    RESTRICTION = "restriction", _("restriction: what breaks it may not be preferred")
    REQUIREMENT = "requirement", _("requirement: what is preferred must satisfy it")


class DecidedBy(models.TextChoices):
    """What tells whether a response breaks a rule."""

    REVIEW = "review", _("reviewers’ verdicts")
    REPORTS = "reports", _("reviewers’ verdicts on what annotators reported")
    VALUES = "values", _("values that people found in the response")
    OWN = "own", _("the person’s own word")


class VerdictKind(models.TextChoices):
    BREAKS = "breaks", _("breaks the rule")
    KEEPS = "keeps", _("keeps to the rule")
    UNSURE = "unsure", _("unsure")


class Standing(models.TextChoices):
    ALLOWED = "allowed", _("allowed")
    RULED_OUT = "ruled_out", _("ruled out")
    UNDECIDED = "undecided", _("undecided")


class Likelihood(models.TextChoices):
    OPEN = "", _("not assessed")
    UNLIKELY = "unlikely", _("unlikely")
    POSSIBLE = "possible", _("possible")
    LIKELY = "likely", _("likely")


class Importance(models.TextChoices):
    OPEN = "", _("not assessed")
    MINOR = "minor", _("minor")
    MODERATE = "moderate", _("moderate")
    MAJOR = "major", _("major")
