"""Files on their way into a campaign: kept in storage once, looked at and imported from there.

A file that is imported at once is kept for its job alone. One that is looked at first has a row of
its own, which the import takes away: the stored file is handed on, and never copied.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.enums import CampaignStatus
from annotation.errors import Conflict
from annotation.models import Campaign, GivenFile

Content = File | GivenFile  # type: ignore[type-arg]

KEPT_FOR = timedelta(days=1)
SWEPT_AT_ONCE = 500


def refuse_closed(campaign: Campaign) -> None:
    """Raise `Conflict` for a campaign that takes no more items."""
    if campaign.status == CampaignStatus.CLOSED:
        raise Conflict(_("A closed campaign takes no more items."), code="campaign-closed")


def give_file(
    campaign: Campaign,
    *,
    content: File,  # type: ignore[type-arg]
    file_name: str,
    given_by: User,
) -> GivenFile:
    """Keep a file so that it can be looked at; it is streamed to storage.

    Raises `Conflict` for a closed campaign.
    """
    refuse_closed(campaign)
    with stored(campaign, content) as stored_name:
        return GivenFile.objects.create(
            campaign=campaign,
            stored_name=stored_name,
            file_name=file_name.replace("\0", "")[:200],
            size=default_storage.size(stored_name),
            created_by=given_by,
        )


@contextmanager
def stored(campaign: Campaign, content: Content) -> Iterator[str]:
    """Where the content lies in storage, for the row that the block makes.

    A file that lies there already is taken over: its row goes with the commit that makes the new
    one, and whoever comes second is refused with `Conflict`. An upload is streamed outside of any
    transaction; where it breaks off or the block fails, nothing of it stays in storage.
    """
    if isinstance(content, GivenFile):
        with transaction.atomic():
            yield taken_over(content)
        return
    name = f"imports/{campaign.pk}/{uuid.uuid4().hex}"
    try:
        yield default_storage.save(name, content)
    except BaseException:
        default_storage.delete(name)
        raise


def taken_over(given: GivenFile) -> str:
    locked = GivenFile.objects.select_for_update().filter(pk=given.pk).first()
    if locked is None:
        raise Conflict(_("This file was imported or discarded meanwhile."), code="file-gone")
    locked.delete()
    return locked.stored_name


def discard_given_file(given: GivenFile) -> None:
    """Throw a file away that is not to be imported. One that is gone already is no error."""
    with transaction.atomic():
        locked = GivenFile.objects.select_for_update().filter(pk=given.pk).first()
        if locked:
            throw_away(locked)


def discard_abandoned_files(most: int = SWEPT_AT_ONCE) -> int:
    """Throw away what nobody has imported within a day; returns how many files.

    What somebody is importing at this moment is locked, and passed over.
    """
    with transaction.atomic():
        abandoned = GivenFile.objects.select_for_update(skip_locked=True).filter(
            created_at__lt=timezone.now() - KEPT_FOR
        )
        found = list(abandoned.order_by("created_at")[:most])
        for given in found:
            throw_away(given)
    return len(found)


def throw_away(given: GivenFile) -> None:
    """Take the row away, and after the commit the file: never a row without a file."""
    name = given.stored_name
    given.delete()
    transaction.on_commit(lambda: default_storage.delete(name))
