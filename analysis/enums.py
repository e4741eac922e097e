from django.db import models
from django.utils.translation import gettext_lazy as _


class View(models.TextChoices):
    """What a run works out; every view is a page, a REST route and a file of its own."""

    DISTRIBUTION = "distribution", _("Answers by group")
    SYSTEMS = "systems", _("Systems by group")
    DISAGREEMENT = "disagreement", _("Where groups part ways")
    AGREEMENT = "agreement", _("Agreement")
    CONSISTENCY = "consistency", _("Consistency of people")
    MODELS = "models", _("Models beside people")
    REPRESENTATION = "representation", _("Who is represented")
    CLUSTERS = "clusters", _("Kinds of people by preference")
    VARIATION = "variation", _("Where answers vary")
    SINGLE_TRUTH = "single-truth", _("As if one answer were right")
    SUGGESTIONS = "suggestions", _("Suggested items")
