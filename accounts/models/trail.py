from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TrailEntry(models.Model):
    """That somebody changed something: append-only, which triggers hold.

    `actor` is null for what the installation did by itself, or somebody without an account by a
    link. `token` is the id of the personal token it was done by. `campaign_id` and `thing_id` are
    plain ids: campaigns are known above this room, and an entry outlives what it is about, people
    among them.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("who"),
    )
    token_id = models.BigIntegerField(null=True, editable=False)
    # One of `accounts.deeds.Deed`, or of a version of the software that knows others.
    deed = models.CharField(_("what"), max_length=40, editable=False)
    campaign_id = models.BigIntegerField(null=True, editable=False)
    thing = models.CharField(max_length=40, blank=True, editable=False)
    thing_id = models.BigIntegerField(null=True, editable=False)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)

    class Meta:
        verbose_name = _("entry of the trail")
        verbose_name_plural = _("entries of the trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["campaign_id", "-id"], name="trail_of_campaign"),
            models.Index(fields=["actor", "-id"], name="trail_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.pk}"
