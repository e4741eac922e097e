from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope


class ApiToken(models.Model):
    """A token that somebody made for a program, named and revocable.

    Only the SHA-256 of its secret is kept: it has 256 random bits, so a slow hash would add
    nothing. `hint` is how it begins, for people. `limited_to` is the id of the one campaign it
    reaches; campaigns are known above this room, and an id is never given to another one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(_("name"), max_length=100)
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope), verbose_name=_("scopes"))
    limited_to = models.BigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0) & Q(scopes__contained_by=Scope.values),
                name="token_with_known_scopes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and not self.has_expired

    @property
    def scope_names(self) -> list[str]:
        """What it may do, in words."""
        return [str(Scope(one).label) for one in self.scopes]
