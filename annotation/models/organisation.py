from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.enums import OrganisationRole
from annotation.models.campaign import Campaign


class Organisation(models.Model):
    """A lab, a company, an institute: people who have campaigns in common."""

    slug = models.SlugField(_("slug"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    # Whether the person who asked for it administers it, as `annotation.access` found.
    is_administered: bool = False


class OrganisationMembership(models.Model):
    """Somebody who belongs to an organisation; there is always one who administers it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="organisations"
    )
    role = models.CharField(_("role"), max_length=8, choices=OrganisationRole)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("member of an organisation")
        verbose_name_plural = _("members of organisations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="one_place_in_an_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}"


class OrganisationCampaign(models.Model):
    """That a campaign belongs to an organisation besides whom it belongs to.

    A row of its own rather than of the campaign's, which every judgment reads. With `members_read`
    every member may view the campaign.
    """

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, related_name="in_organisation"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="placements"
    )
    members_read = models.BooleanField(_("members read it"), default=False)

    class Meta:
        verbose_name = _("campaign of an organisation")
        verbose_name_plural = _("campaigns of organisations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.campaign_id} in {self.organisation_id}"
