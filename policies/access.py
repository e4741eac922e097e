"""The only roads from a person to rules and to what is said on responses."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from accounts.access import annotator_of
from accounts.models import Annotator, User
from annotation.access import (
    campaigns_run_by,
    check_right,
    found,
    managed_campaign,
    right_of,
)
from annotation.enums import Right
from annotation.models import Campaign, Item, Response
from policies.enums import Tier
from policies.models import Rule


def bounded_campaign(user: User, slug: str, right: Right) -> Campaign:
    """The campaign, for a person who has this right in it. Raises `NotFound`."""
    return managed_campaign(user, slug, right)


def readable_rules(user: User) -> QuerySet[Rule]:
    """Rules of the installation, and of the campaigns that this person may view."""
    rules = Rule.objects.select_related("campaign").exclude(tier=Tier.PERSON)
    if not user.runs_campaigns:
        return rules.none()
    return rules.filter(Q(campaign=None) | Q(campaign__in=campaigns_run_by(user, Right.VIEW)))


def readable_rule(user: User, pk: int) -> Rule:
    """A rule that this person may read. Raises `NotFound`."""
    rule = found(
        readable_rules(user).annotate(right=right_of(user, "campaign")).filter(pk=pk).first()
    )
    if rule.campaign is not None:
        rule.campaign.right = rule.right
    return rule


def writable_rule(user: User, pk: int) -> Rule:
    """A rule that this person may write versions of.

    Raises `NotFound` for what they may not read, `PermissionDenied` for rules of the installation,
    which are admins' alone, and of campaigns that they may only view.
    """
    rule = readable_rule(user, pk)
    if rule.campaign is None:
        check_writes_for_all(user)
    else:
        check_right(rule.campaign, Right.EDIT)
    return rule


def check_writes_for_all(user: User) -> None:
    """Raise `PermissionDenied` for who may not write rules of the whole installation."""
    if not user.is_admin or user.limited_to is not None:
        raise PermissionDenied


def reviewed_response(campaign: Campaign, item_id: str, response_id: str) -> Response:
    """A response of a campaign by its ids. Raises `NotFound`."""
    return found(
        Response.objects.select_related("item")
        .filter(item__campaign=campaign, item__external_id=item_id, external_id=response_id)
        .first()
    )


def reviewed_item(campaign: Campaign, item_id: str) -> Item:
    """An item of a campaign by its id. Raises `NotFound`."""
    return found(campaign.items.filter(external_id=item_id).first())


def own_annotator(user: User) -> Annotator:
    """The annotator that this person is. Raises `NotFound` for other roles."""
    return found(annotator_of(user))


def own_rule(annotator: Annotator, pk: int) -> Rule:
    """A rule that the person has set for themselves. Raises `NotFound`."""
    return found(Rule.objects.filter(pk=pk, annotator=annotator).first())


def own_response(annotator: Annotator, pk: int) -> Response:
    """A response that the person was shown. Raises `NotFound`."""
    seen = Response.objects.filter(pk=pk, item__assignments__annotator=annotator)
    return found(seen.exclude(item__assignments__status="withdrawn").distinct().first())
