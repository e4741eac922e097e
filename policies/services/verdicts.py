"""Recording what somebody says of a response under a rule; every word is kept."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Annotator, User
from annotation.access import found
from annotation.models import Campaign, Response
from policies.enums import DecidedBy, VerdictKind
from policies.errors import Conflict, Unfit
from policies.models import RuleVersion, Verdict
from policies.selectors.rules import rules_in_force
from policies.selectors.standing import applies

LONGEST_REASON = 5000


def reviewed_version(campaign: Campaign, rule_pk: int) -> RuleVersion:
    """The version in force of a rule that holds in a campaign. Raises `NotFound`."""
    holding = rules_in_force([campaign], timezone.now())
    return found(next((one for one in holding if one.rule_id == rule_pk), None))


def record_verdict(
    campaign: Campaign, rule_pk: int, response: Response, *, verdict: str, reason: str, by: User
) -> Verdict:
    """Keep a reviewer's verdict on a response under the rule as it is worded now.

    Raises `NotFound` where the rule does not hold in the campaign, `Conflict` where values decide
    on it or it does not apply to the response, `Unfit` naming the field.
    """
    version = reviewed_version(campaign, rule_pk)
    if version.decided_by == DecidedBy.VALUES:
        raise Conflict(
            _("What people found decides on this rule, and nobody’s verdict."), code="by-values"
        )
    if not applies(version, campaign, response.item):
        raise Conflict(_("This rule does not apply to this response."), code="does-not-apply")
    check_words(verdict, reason)
    return put_verdict(version, response, verdict, reason, by)


def say_for_oneself(
    annotator: Annotator, version: RuleVersion, response: Response, *, verdict: str
) -> Verdict:
    """Keep a person's own word on a response they were shown, under a rule of their own."""
    check_words(verdict, "", needs_reason=False)
    return put_verdict(version, response, verdict, "", annotator.user)


def put_verdict(
    version: RuleVersion, response: Response, verdict: str, reason: str, by: User
) -> Verdict:
    return Verdict.objects.create(
        rule_id=version.rule_id,
        version=version,
        response=response,
        verdict=verdict,
        reason=reason.strip(),
        by_admin=by.is_admin,
        author=by,
    )


def check_words(verdict: str, reason: str, *, needs_reason: bool = True) -> None:
    """Raise `Unfit` for what is no verdict, and for one against a response without its reason."""
    fields = {}
    if verdict not in VerdictKind.values:
        fields["verdict"] = _("Must be one of %(known)s.") % {
            "known": ", ".join(VerdictKind.values)
        }
    elif needs_reason and verdict == VerdictKind.BREAKS and not reason.strip():
        fields["reason"] = _("Say in which way it breaks the rule.")
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        fields["reason"] = _("Must be a text of at most %(most)s characters.") % {
            "most": LONGEST_REASON
        }
    if fields:
        raise Unfit(_("The verdict was not kept."), fields=fields)
