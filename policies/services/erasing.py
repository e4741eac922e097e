"""Obeying withdrawals: a person's own bounds go, and their name from what they wrote for others.

Nobody calls from below when somebody withdraws; beat looks every few seconds. Doing it again
changes nothing.
"""

from django.db.models import QuerySet

from accounts.models import Annotator, User
from annotation.models import Erasure, GroupRule
from policies.models import BoundsSetting, OwnBounds, RegisterEntry, RuleVersion, Verdict
from policies.services.own import forget_own_bounds


def obey_withdrawals() -> None:
    """Erase the own bounds of who has withdrawn altogether, and take their name off the rest.

    Of who withdrew from one campaign, their own words on its responses.
    """
    gone = Erasure.objects.filter(campaign=None).values("annotator")
    holders = OwnBounds.objects.filter(annotator__in=gone).values("annotator")
    for annotator in Annotator.objects.filter(pk__in=holders):
        forget_own_bounds(annotator)
    take_names_off(User.objects.filter(annotator__in=gone))
    for annotator_pk, campaign_pk in Erasure.objects.filter(
        campaign__isnull=False, annotator__own_bounds__isnull=False
    ).values_list("annotator", "campaign"):
        Verdict.objects.filter(
            rule__annotator=annotator_pk, response__item__campaign=campaign_pk
        ).delete()


def take_names_off(people: QuerySet[User]) -> None:
    """Nobody is named any more as who wrote it; what was written stays."""
    Verdict.objects.filter(author__in=people).update(author=None)
    RuleVersion.objects.filter(created_by__in=people).update(created_by=None)
    BoundsSetting.objects.filter(changed_by__in=people).update(changed_by=None)
    GroupRule.objects.filter(changed_by__in=people).update(changed_by=None)
    RegisterEntry.objects.filter(changed_by__in=people).update(changed_by=None)
