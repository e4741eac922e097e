"""The only roads from a person to snapshots: their campaigns' people and admins, nobody else."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from accounts.models import User
from annotation.access import campaigns_run_by, check_right, found, managed_campaign
from annotation.enums import JobState, Right
from annotation.models import Campaign
from exports.enums import Pseudonyms, ReleaseProfile
from exports.models import ShareLink, Snapshot, SnapshotFile, Version


def exported_campaign(user: User, slug: str, right: Right) -> Campaign:
    """The campaign, for a person who has this right in it. Raises `NotFound`."""
    return managed_campaign(user, slug, right)


def snapshots_of(user: User, slug: str) -> QuerySet[Snapshot]:
    """The snapshots of a campaign that this person may view, newest first. Raises `NotFound`."""
    campaign = exported_campaign(user, slug, Right.VIEW)
    snapshots = wholly_managed(user).filter(moment__campaigns=campaign)
    return snapshots.order_by("-pk")  # the model's own order is lost where files are summed up


def wholly_managed(user: User) -> QuerySet[Snapshot]:
    """Snapshots all of whose campaigns this person may view."""
    snapshots = Snapshot.objects.select_related("campaign", "moment")
    return snapshots.exclude(has_foreign(user, Right.VIEW))


def has_foreign(user: User, right: Right) -> Exists:
    """Whether a snapshot is of a campaign, among others, in which the person lacks this right."""
    versions = Version.objects.filter(moment=OuterRef("moment"))
    return Exists(versions.exclude(campaign__in=campaigns_run_by(user, right)))


def exported_campaigns(user: User, slugs: Iterable[str], right: Right) -> list[Campaign]:
    """Further campaigns for the same snapshot, with this right in all. Raises `NotFound`."""
    return [managed_campaign(user, slug, right) for slug in dict.fromkeys(slugs)]


def managed_snapshot(user: User, pk: int, right: Right) -> Snapshot:
    """A snapshot of campaigns in which this person has this right, in all of them.

    Raises `NotFound` for who may not view all of them, `PermissionDenied` for who may. Its
    campaign's `right` is the least in any of them.
    """
    lacks = (When(has_foreign(user, one), then=Value(one - 1)) for one in (Right.EDIT, Right.OWN))
    least = Case(*lacks, default=Value(Right.OWN.value))
    mine = campaigns_run_by(user, Right.VIEW)
    snapshot = found(
        wholly_managed(user).filter(pk=pk, campaign__in=mine).annotate(right=least).first()
    )
    snapshot.campaign.right = snapshot.right
    check_right(snapshot.campaign, right)
    return snapshot


def check_release(profile: str, campaigns: Iterable[Campaign]) -> None:
    """Raise `PermissionDenied` where a release to everybody is asked for by others than owners."""
    if profile == ReleaseProfile.PUBLIC:
        for campaign in campaigns:
            check_right(campaign, Right.OWN)


def managed_file(user: User, pk: int, name: str) -> SnapshotFile:
    """A published file of such a snapshot, by the name it was published under."""
    return published_file(managed_snapshot(user, pk, Right.VIEW), name)


def published_file(snapshot: Snapshot, name: str) -> SnapshotFile:
    """A file of a snapshot by its published name, which is no path. Raises `NotFound`."""
    files = snapshot.files.select_related("snapshot") if snapshot.state == JobState.DONE else ()
    return found(next((file for file in files if file.name == name), None))


def managed_link(user: User, pk: int, right: Right) -> ShareLink:
    """A shared link to a snapshot of this person's campaigns. Raises `NotFound`."""
    link = found(ShareLink.objects.filter(pk=pk).first())
    link.snapshot = managed_snapshot(user, link.snapshot_id, right)
    return link


def pseudonyms_offered(user: User) -> list[Pseudonyms]:
    """The kinds of pseudonyms this person may choose; one that links releases is an admin's."""
    return list(Pseudonyms) if user.is_admin else [Pseudonyms.PER_RELEASE]


def check_pseudonyms(user: User, pseudonyms: str) -> None:
    """Raises `PermissionDenied` where this person may not choose this kind."""
    if pseudonyms not in pseudonyms_offered(user):
        raise PermissionDenied
