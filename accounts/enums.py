from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ANNOTATOR = "annotator", _("annotator")
    RESEARCHER = "researcher", _("researcher")
    ADMIN = "admin", _("admin")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("one answer")
    MULTIPLE = "multiple", _("several answers")


class Look(models.TextChoices):
    """Whether pages are light or dark; the values stand in a cookie."""

    AUTO = "auto", _("as the device is set")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")
