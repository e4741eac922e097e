from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    ANNOTATOR = "annotator", _("annotator")
    RESEARCHER = "researcher", _("researcher")
    ADMIN = "admin", _("admin")


class Scope(models.TextChoices):
    """What a token may be used for."""

    READ = "read", pgettext_lazy("what a token may do", "read")
    WRITE = "write", pgettext_lazy("what a token may do", "change")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("one answer")
    MULTIPLE = "multiple", _("several answers")


class OnWithdrawal(models.TextChoices):
    """What a consent text promises to who takes back what they gave."""

    ERASE = "erase", _("erase all that they gave")
    KEEP_JUDGMENTS = "keep_judgments", _("keep their judgments, as nobody’s")


class Look(models.TextChoices):
    """Whether pages are light or dark; the values stand in a cookie."""

    AUTO = "auto", _("as the device is set")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")
