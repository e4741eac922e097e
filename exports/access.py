"""The only roads from a person to snapshots: the campaign's owner and admins, nobody else."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import User
from annotation.access import campaigns_run_by, found, managed_campaign
from annotation.models import Campaign
from exports.enums import Pseudonyms
from exports.models import Snapshot, SnapshotFile


def exported_campaign(user: User, slug: str) -> Campaign:
    """The campaign, for a person who may have it exported. Raises `NotFound`."""
    return managed_campaign(user, slug)


def snapshots_of(user: User, slug: str) -> QuerySet[Snapshot]:
    """The snapshots of a campaign that this person manages, newest first. Raises `NotFound`."""
    campaign = exported_campaign(user, slug)
    snapshots = Snapshot.objects.filter(campaign=campaign).select_related("campaign")
    return snapshots.order_by("-pk")  # the model's own order is lost where files are summed up


def managed_snapshot(user: User, pk: int) -> Snapshot:
    """A snapshot of a campaign that this person manages. Raises `NotFound`."""
    snapshot = (
        Snapshot.objects.select_related("campaign")
        .filter(pk=pk, campaign__in=campaigns_run_by(user))
        .first()
    )
    return found(snapshot)


def managed_file(user: User, pk: int, name: str) -> SnapshotFile:
    """A published file of such a snapshot, by the name it was published under."""
    files = managed_snapshot(user, pk).files.all()
    return found(next((file for file in files if file.name == name), None))


def pseudonyms_offered(user: User) -> list[Pseudonyms]:
    """The kinds of pseudonyms this person may choose; one that links releases is an admin's."""
    return list(Pseudonyms) if user.is_admin else [Pseudonyms.PER_RELEASE]


def check_pseudonyms(user: User, pseudonyms: str) -> None:
    """Raises `PermissionDenied` where this person may not choose this kind."""
    if pseudonyms not in pseudonyms_offered(user):
        raise PermissionDenied
