"""The only roads from a person to snapshots: the campaign's owner and admins, nobody else."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from annotation.access import campaigns_run_by, found, managed_campaign
from annotation.enums import JobState
from annotation.models import Campaign
from exports.enums import Pseudonyms
from exports.models import ShareLink, Snapshot, SnapshotFile, Version


def exported_campaign(user: User, slug: str) -> Campaign:
    """The campaign, for a person who may have it exported. Raises `NotFound`."""
    return managed_campaign(user, slug)


def snapshots_of(user: User, slug: str) -> QuerySet[Snapshot]:
    """The snapshots of a campaign that this person manages, newest first. Raises `NotFound`."""
    campaign = exported_campaign(user, slug)
    snapshots = wholly_managed(user).filter(moment__campaigns=campaign)
    return snapshots.order_by("-pk")  # the model's own order is lost where files are summed up


def wholly_managed(user: User) -> QuerySet[Snapshot]:
    """Snapshots all of whose campaigns this person manages."""
    foreign = Version.objects.filter(moment=OuterRef("moment")).exclude(
        campaign__in=campaigns_run_by(user)
    )
    return Snapshot.objects.select_related("campaign", "moment").exclude(Exists(foreign))


def exported_campaigns(user: User, slugs: Iterable[str]) -> list[Campaign]:
    """Further campaigns for the same snapshot; every one must be managed. Raises `NotFound`."""
    return [managed_campaign(user, slug) for slug in dict.fromkeys(slugs)]


def managed_snapshot(user: User, pk: int) -> Snapshot:
    """A snapshot of campaigns that this person manages, all of them. Raises `NotFound`."""
    snapshot = wholly_managed(user).filter(pk=pk, campaign__in=campaigns_run_by(user)).first()
    return found(snapshot)


def managed_file(user: User, pk: int, name: str) -> SnapshotFile:
    """A published file of such a snapshot, by the name it was published under."""
    return published_file(managed_snapshot(user, pk), name)


def published_file(snapshot: Snapshot, name: str) -> SnapshotFile:
    """A file of a snapshot by its published name, which is no path. Raises `NotFound`."""
    files = snapshot.files.select_related("snapshot") if snapshot.state == JobState.DONE else ()
    return found(next((file for file in files if file.name == name), None))


def managed_link(user: User, pk: int) -> ShareLink:
    """A shared link to a snapshot that this person manages. Raises `NotFound`."""
    link = found(ShareLink.objects.filter(pk=pk).first())
    link.snapshot = managed_snapshot(user, link.snapshot_id)
    return link


def pseudonyms_offered(user: User) -> list[Pseudonyms]:
    """The kinds of pseudonyms this person may choose; one that links releases is an admin's."""
    return list(Pseudonyms) if user.is_admin else [Pseudonyms.PER_RELEASE]


def check_pseudonyms(user: User, pseudonyms: str) -> None:
    """Raises `PermissionDenied` where this person may not choose this kind."""
    if pseudonyms not in pseudonyms_offered(user):
        raise PermissionDenied
