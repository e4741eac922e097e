from django.db import models
from django.utils.translation import gettext_lazy as _

from annotation.models import Job
from exports.models.snapshot import Snapshot


class Derivation(Job):
    """One request for a derived format of a snapshot: the part of the work that one worker does.

    `number` is the request's place in `Snapshot.derived`. `files` is what it has brought to storage
    (`exports.services.deriving`), published with everything else or not at all. `bounds` is what
    its moment says of the rules that it was made under.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="derivations")
    number = models.PositiveSmallIntegerField()
    files = models.JSONField(default=list)
    bounds = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("derivation")
        verbose_name_plural = _("derivations")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "number"], name="one_derivation_per_number")
        ]

    def __str__(self) -> str:
        return f"derivation {self.number} of snapshot {self.snapshot_id}"
