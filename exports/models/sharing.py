import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exports.models.snapshot import Snapshot, SnapshotFile


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


class ShareLink(models.Model):
    """A link by which people without an account fetch a snapshot until it expires.

    The link itself is signed and nowhere stored: `nonce` is what makes it this row's.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("for whom"), max_length=200, blank=True)
    nonce = models.CharField(max_length=40, default=new_nonce, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    visits = models.PositiveIntegerField(_("visits"), default=0, editable=False)

    class Meta:
        verbose_name = _("shared link")
        verbose_name_plural = _("shared links")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"link {self.pk} to snapshot {self.snapshot_id}"

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class Download(models.Model):
    """A fetching of a snapshot's bytes: who, by which link, what, how much of it.

    `asked` is how many bytes the answer holds, `sent` how many of them were taken before the
    connection ended, null while it lasts. Without a file it is the archive of all.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="downloads")
    file = models.ForeignKey(SnapshotFile, null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    link = models.ForeignKey(
        ShareLink, null=True, on_delete=models.SET_NULL, related_name="downloads"
    )
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    first_byte = models.BigIntegerField(default=0)
    asked = models.BigIntegerField()
    sent = models.BigIntegerField(null=True)
    is_whole = models.BooleanField()

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"download {self.pk} of snapshot {self.snapshot_id}"
