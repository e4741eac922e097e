import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import QuestionKind


class Questionnaire(models.Model):
    """One version of a set of questions about the person. A change makes a new version."""

    series = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="one_questionnaire_version")
        ]

    def __str__(self) -> str:
        return f"{self.series} v{self.version}"


class Question(models.Model):
    """A question whose answer is always optional ("prefer not to say").

    `options` is a list of `{"key", "label"}`. `purpose` names the consent purpose that the
    answer is bound to; see `accounts.services.consents.purposes_needed` for the default.
    `show_if` maps keys of earlier questions to option keys: the question is asked only of those
    whose answers match all of them; an empty one is asked of everybody.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="questions"
    )
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    kind = models.CharField(max_length=8, choices=QuestionKind, default=QuestionKind.SINGLE)
    options = models.JSONField(default=list)
    purpose = models.CharField(max_length=40, blank=True)
    show_if = models.JSONField(
        default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "key"], name="one_question_per_key")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def option_keys(self) -> list[str]:
        return [option["key"] for option in self.options]


class Profile(models.Model):
    """One version of an annotator's self-described demographics for one questionnaire series.

    `answers` maps each question's key to the list of chosen option keys, or to null for
    "prefer not to say". A question that earlier answers left out is not in it. Answers that their
    person has withdrawn are gone; the row stays.
    """

    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="profiles"
    )
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="profiles"
    )
    series = models.UUIDField(editable=False)
    version = models.PositiveIntegerField(editable=False)
    answers = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.UniqueConstraint(
                fields=["annotator", "series", "version"], name="one_profile_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} v{self.version}"
