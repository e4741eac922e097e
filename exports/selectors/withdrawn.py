"""Who has withdrawn from which campaign: as soon as they have asked, whatever is erased by then."""

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet

from annotation.models import Campaign, Erasure
from exports.models import Withdrawal


def withdrawn_from(campaign: int, alias: str = DEFAULT_DB_ALIAS) -> list[int]:
    """The numbers of those who have withdrawn from a campaign, or altogether, in order."""
    concerned = Q(campaign=campaign) | Q(campaign=None)
    noted = Withdrawal.objects.using(alias).filter(concerned)
    asked = Erasure.objects.using(alias).filter(concerned)
    people = {*noted.values_list("annotator_id", flat=True)}
    return sorted(people | {*asked.values_list("annotator_id", flat=True)})


def withdrawn_by_campaign(campaigns: Iterable[int]) -> dict[int, list[int]]:
    """The same for several campaigns; those that nobody has withdrawn from are left out."""
    found = {campaign: withdrawn_from(campaign) for campaign in campaigns}
    return {campaign: people for campaign, people in found.items() if people}


def of_staying(rows: QuerySet[Any], campaign: Campaign) -> QuerySet[Any]:
    """Rows with an `annotator_id` in a campaign, without those of people who have withdrawn."""
    concerned = Q(campaign=campaign) | Q(campaign=None)
    noted = Withdrawal.objects.filter(concerned).values("annotator_id")
    asked = Erasure.objects.filter(concerned).values("annotator_id")
    return rows.exclude(annotator_id__in=noted).exclude(annotator_id__in=asked)
