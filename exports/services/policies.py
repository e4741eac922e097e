"""What campaigns ask of their public releases, and whether choices live up to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.errors import Unfit
from annotation.models import Campaign
from annotation.models.group_rule import LARGEST_LEAST
from annotation.selectors.small_groups import strictest_least_people
from annotation.services.small_groups import out_of_bounds, set_least_people
from exports.enums import FreeText, Pseudonyms, ReleaseProfile
from exports.models import ReleasePolicy
from exports.profiles.choices import Choices, Recoding
from exports.selectors.release import asked_questions
from exports.tables.people import AskedQuestion


@dataclass(frozen=True)
class Rules:
    """What holds for a release: of several campaigns the strictest."""

    needs_approval: bool
    least_k: int


def rules_of(campaigns: Iterable[Campaign]) -> Rules:
    known = list(campaigns)
    policies = ReleasePolicy.objects.filter(campaign__in=known, needs_approval=True)
    return Rules(needs_approval=policies.exists(), least_k=strictest_least_people(known))


@transaction.atomic
def set_policy(
    campaign: Campaign, *, needs_approval: bool, least_k: int, changed_by: User
) -> Rules:
    """Set what the campaign asks of public releases: `least_k` is its smallest group everywhere.

    Whoever runs the campaign may ask for more; asking for less is for admins, lest a rule be put
    aside for the one release it is there for. Raises `PermissionDenied`, and `Unfit` where `k` is
    out of bounds.
    """
    # Locks the campaign, so that everybody who sets its rules takes turns.
    set_least_people(campaign, least_k, changed_by=changed_by, field="least_k")
    policy = ReleasePolicy.objects.filter(campaign=campaign).first()
    policy = policy or ReleasePolicy(campaign=campaign)
    if policy.needs_approval and not needs_approval and not changed_by.is_admin:
        raise PermissionDenied
    policy.needs_approval = needs_approval
    policy.changed_by, policy.changed_at = changed_by, timezone.now()
    policy.save()
    record(
        Deed.RELEASE_RULES,
        campaign=campaign,
        by=changed_by,
        needs_approval=needs_approval,
        least_k=least_k,
    )
    return Rules(needs_approval, least_k)


def check_choices(campaigns: Sequence[Campaign], choices: Choices, pseudonyms: str) -> None:
    """Raises `Unfit` naming each choice that the profile or the campaigns do not allow."""
    problems = text_problems(choices) | question_problems(
        choices, asked_questions("default", campaigns)
    )
    if choices.profile == ReleaseProfile.PUBLIC:
        least = rules_of(campaigns).least_k
        if choices.k < least:
            problems["k"] = _("Public releases of this campaign need at least %(least)s.") % {
                "least": least
            }
        if pseudonyms == Pseudonyms.STABLE:
            problems["pseudonyms"] = _("Public releases have names of their own.")
    if choices.profile == ReleaseProfile.FULL and choices.touches_people:
        problems["profile"] = _("The full profile changes nothing; choose another one.")
    if choices.k == 1 or not 0 <= choices.k <= LARGEST_LEAST:
        problems.setdefault("k", out_of_bounds())
    if problems:
        raise Unfit(_("These choices are not possible; nothing was started."), fields=problems)


def text_problems(choices: Choices) -> dict[str, str]:
    if choices.profile == ReleaseProfile.FULL and choices.text != FreeText.INCLUDED:
        return {"text": _("The full profile has every text as it was written.")}
    if choices.profile == ReleaseProfile.PUBLIC and choices.text == FreeText.INCLUDED:
        return {"text": _("Public releases have no text that nobody has reviewed.")}
    return {}


def question_problems(choices: Choices, asked: Sequence[AskedQuestion]) -> dict[str, str]:
    known = {question.key: question for question in asked}
    problems = {}
    for key in (*choices.withheld, *choices.recodings):
        if key not in known:
            problems[f"questions.{key}"] = _("These campaigns do not ask this question.")
        elif key in choices.withheld and key in choices.recodings:
            problems[f"questions.{key}"] = _("A question is either released or not.")
    for recoding in choices.identifying:
        if recoding.question in known and (
            problem := group_problem(recoding, known[recoding.question])
        ):
            problems[f"questions.{recoding.question}"] = problem
    return problems


def group_problem(recoding: Recoding, question: AskedQuestion) -> str:
    grouped = [option for group in recoding.groups for option in group.options]
    if len(set(grouped)) < len(grouped):
        return _("An option is in two groups.")
    if unknown := [option for option in grouped if option not in question.options]:
        return _("Not among the options: %(options)s.") % {"options": ", ".join(unknown)}
    keys = [group.key for group in recoding.groups]
    alone = set(question.options) - set(grouped)
    if len(set(keys)) < len(keys) or set(keys) & alone:
        return _("Two groups have the same name, or a group has the name of another option.")
    if any(not group.key.strip() or len(group.key) > LONGEST_NAME for group in recoding.groups):
        return _("A group needs a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
    return ""


LONGEST_NAME = 60
