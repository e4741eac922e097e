"""What becomes of people who offered to take part: counted for the campaign, noted with a link.

Of somebody who is turned away a number is kept, and for people of an entry link that it is over,
so that the platform hears the same whenever they come back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Annotator
from annotation.enums import Outcome, ScreenOutReason
from annotation.errors import ScreenedOut
from annotation.models import Arrival, Campaign, EntryLink, Stratum

COUNT = """
INSERT INTO annotation_screenout (campaign_id, stratum_id, link_id, reason, count)
VALUES (%(campaign)s, %(stratum)s, %(link)s, %(reason)s, 1)
ON CONFLICT (campaign_id, stratum_id, link_id, reason)
DO UPDATE SET count = annotation_screenout.count + 1
"""
# These leave the link's place to somebody else.
GIVE_PLACE_BACK = (Outcome.SCREENED_OUT, Outcome.TIMED_OUT)


@contextmanager
def screen_outs_counted(annotator: Annotator, campaign: Campaign) -> Iterator[None]:
    """Count a refusal that the block raises; outside of the transaction that it undoes."""
    try:
        yield
    except ScreenedOut as refusal:
        if refusal.code in ScreenOutReason.values:
            turn_away(annotator, campaign, refusal)
        raise


def turn_away(annotator: Annotator, campaign: Campaign, refusal: ScreenedOut) -> None:
    stratum = refusal.stratum if isinstance(refusal.stratum, Stratum) else None
    with transaction.atomic():
        arrival = Arrival.objects.filter(annotator=annotator, campaign=campaign).first()
        if arrival and not settle(arrival, Outcome.SCREENED_OUT):
            return
        count_screen_out(
            campaign, refusal.code, stratum=stratum, link_id=arrival.link_id if arrival else None
        )


def count_screen_out(
    campaign: Campaign, reason: str, *, stratum: Stratum | None = None, link_id: int | None = None
) -> None:
    """One more person turned away, by reason, stratum and link."""
    names = {
        "campaign": campaign.pk,
        "stratum": stratum.pk if stratum else None,
        "link": link_id,
        "reason": reason,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, names)


def settle(arrival: Arrival, outcome: Outcome) -> bool:
    """Note what became of an arrival, once; tells whether it was this call that did."""
    with transaction.atomic():
        settled = Arrival.objects.filter(pk=arrival.pk, outcome=Outcome.UNDER_WAY).update(
            outcome=outcome, settled_at=timezone.now()
        )
        if settled and outcome in GIVE_PLACE_BACK:
            EntryLink.objects.filter(pk=arrival.link_id, taken__gt=0).update(taken=F("taken") - 1)
    arrival.refresh_from_db(fields=["outcome", "settled_at"])
    return bool(settled)
