"""Links by which people without an account fetch a snapshot: signed, expiring, revocable."""

import hmac
from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from annotation.enums import JobState
from annotation.errors import Unfit
from exports.enums import ReleaseProfile
from exports.errors import Conflict, NotFound
from exports.models import ShareLink, Snapshot
from exports.profiles.choices import choices_from
from exports.services.telling import record_for_all

SALT = "exports.shared-link"
MOST_HOURS = 90 * 24


def signer() -> Signer:
    return Signer(salt=SALT, sep=".")


def token_of(link: ShareLink) -> str:
    """The secret part of the link's address; whoever has it has the files until it expires."""
    return signer().sign(f"{link.pk}-{link.nonce}")


def create_link(snapshot: Snapshot, *, hours: int, label: str = "", created_by: User) -> ShareLink:
    """A new link to a published snapshot. Raises `Conflict` where it may not be shared."""
    if problem := why_not_shared(snapshot):
        raise Conflict(problem, code="not-shared")
    if not 1 <= hours <= MOST_HOURS:
        raise Unfit(
            _("This is not possible."),
            fields={"hours": _("Give 1 to %(most)s hours.") % {"most": MOST_HOURS}},
        )
    with transaction.atomic():
        link = ShareLink.objects.create(
            snapshot=snapshot,
            label=label.strip(),
            expires_at=timezone.now() + timedelta(hours=hours),
            created_by=created_by,
        )
        record_link(Deed.SHARED, link, created_by, expires_at=link.expires_at)
    return link


def record_link(deed: Deed, link: ShareLink, by: User | None, **details: Any) -> None:
    """Put into the trail what became of a link."""
    record_for_all(deed, link.snapshot, thing=link, by=by, label=link.label, **details)


def why_not_shared(snapshot: Snapshot) -> str:
    """What keeps a snapshot from leaving by a link; empty where nothing does."""
    if snapshot.state != JobState.DONE:
        return _("There are no files to share yet.")
    if choices_from(snapshot.choices).profile == ReleaseProfile.FULL:
        return _("A full snapshot is for those who run the campaign; it is not shared by link.")
    if snapshot.withdrawn_rows.exists():
        return _("People in this snapshot have withdrawn since. Share a reissue without them.")
    return ""


def revoke_link(link: ShareLink) -> None:
    """Close a link for good; files that are being fetched are fetched to their end."""
    with transaction.atomic():
        still_open = ShareLink.objects.filter(pk=link.pk, revoked_at__isnull=True)
        if still_open.update(revoked_at=timezone.now()):
            record_link(Deed.SHARE_REVOKED, link, None)


def shared_by(token: str) -> ShareLink:
    """The open link of a token. Raises `NotFound` for every other, which all look alike."""
    refusal = NotFound(_("This link is not valid, or no longer."))
    try:
        number, _dash, nonce = signer().unsign(token).partition("-")
    except BadSignature:
        raise refusal from None
    link = ShareLink.objects.select_related("snapshot__campaign").filter(pk=int(number)).first()
    if link is None or not hmac.compare_digest(link.nonce, nonce) or not link.is_open:
        raise refusal
    if why_not_shared(link.snapshot):
        raise refusal
    return link


def count_visit(link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk).update(visits=F("visits") + 1)


def links_of(snapshot: Snapshot) -> QuerySet[ShareLink]:
    return snapshot.links.select_related("created_by").order_by("-pk")
