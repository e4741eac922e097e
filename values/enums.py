"""Words that the database and REST know."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sides(models.TextChoices):
    """How it is known which texts of a corpus were chosen."""

    METADATA = "metadata", _("as the file says: `side` in the metadata of responses")
    JUDGMENTS = "judgments", _("as people judged here: each text by the share who preferred it")
