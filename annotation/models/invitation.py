import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import CampaignRole, OrganisationRole
from annotation.models.campaign import Campaign
from annotation.models.organisation import Organisation


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


class Offer(models.Model):
    """What an invitation is, whatever it is into: to one e-mail, or to the first by its link.

    The link is signed and nowhere stored: `nonce` is what makes it this row's. `most` limits the
    people who come in by it, `taken` counts them.
    """

    email = models.EmailField(_("e-mail"), blank=True)
    most = models.PositiveSmallIntegerField(_("most people"), default=1)
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    nonce = models.CharField(max_length=40, default=new_nonce, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def is_open(self) -> bool:
        return (
            self.revoked_at is None and self.taken < self.most and self.expires_at > timezone.now()
        )


class Invitation(Offer):
    """An offer of a role in a campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(_("role"), max_length=8, choices=CampaignRole)

    class Meta(Offer.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("most")), name="invitation_within_limit"
            )
        ]


class OrganisationInvitation(Offer):
    """An offer of a role in an organisation."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(_("role"), max_length=8, choices=OrganisationRole)

    class Meta(Offer.Meta):
        verbose_name = _("invitation into an organisation")
        verbose_name_plural = _("invitations into organisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("most")), name="organisation_invitation_within_limit"
            )
        ]
