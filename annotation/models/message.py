from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import CopyState
from annotation.models.campaign import Campaign
from annotation.models.job import Job


class Message(Job):
    """What those who run a campaign say to all its annotators, and the job that brings it to them.

    Nobody who sends it learns an address. `troubles` counts how often the mail server could not be
    reached; progress is counted in copies.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="messages")
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"))
    people = models.PositiveIntegerField(default=0, editable=False)
    troubles = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject


class MessageCopy(models.Model):
    """A message on its way to one annotator: by mail, or on their pages of the campaign.

    Written before anything is sent, and taken up once: a copy whose worker died while it was sent
    is not sent again.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    annotator = models.ForeignKey(
        "accounts.Annotator", on_delete=models.PROTECT, related_name="message_copies"
    )
    state = models.CharField(max_length=8, choices=CopyState)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("copy of a message")
        verbose_name_plural = _("copies of messages")
        constraints = [
            models.UniqueConstraint(fields=["message", "annotator"], name="one_copy_a_person")
        ]
        indexes = [
            models.Index(
                fields=["message", "id"],
                condition=models.Q(state=CopyState.WAITING),
                name="copies_to_mail",
            )
        ]

    def __str__(self) -> str:
        return f"copy {self.pk} of message {self.message_id}"
