"""A person's own bounds: kept with their consent, changed and erased by themselves alone."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Annotator
from policies.enums import DecidedBy, RuleKind, Tier
from policies.errors import Conflict, Unfit
from policies.models import OwnBounds, Rule, StatedPreferences, Verdict
from policies.preferences import HIGHEST, LOWEST, STATEMENTS
from policies.services.rules import create_rule

LONGEST_TEXT = 5000
LONGEST_RULE = 500
MOST_RULES = 20


def agree(annotator: Annotator) -> OwnBounds:
    """Note that the person agreed to have their own bounds kept; again changes nothing."""
    return OwnBounds.objects.get_or_create(annotator=annotator)[0]


@transaction.atomic
def forget_own_bounds(annotator: Annotator) -> None:
    """Erase everything of the person's own bounds, and with it their consent to it."""
    Verdict.objects.filter(rule__annotator=annotator).delete()
    Rule.objects.filter(annotator=annotator).delete()
    StatedPreferences.objects.filter(annotator=annotator).delete()
    OwnBounds.objects.filter(annotator=annotator).delete()


@transaction.atomic
def state_preferences(
    annotator: Annotator, answers: Mapping[str, int], text: str
) -> StatedPreferences:
    """Keep what the person says they want, as a new version where it is another than before.

    Raises `Conflict` without their consent, `Unfit` naming the field.
    """
    check_agreed(annotator)
    fields = {
        f"answers.{key}": _("Must be a number from 0 to 100.")
        for key, value in answers.items()
        if key not in STATEMENTS or isinstance(value, bool) or not LOWEST <= value <= HIGHEST
    }
    if len(text) > LONGEST_TEXT or "\x00" in text:
        fields["text"] = _("Must be a text of at most %(most)s characters.") % {
            "most": LONGEST_TEXT
        }
    if fields:
        raise Unfit(_("Nothing was kept."), fields=fields)
    stated = StatedPreferences.objects.filter(annotator=annotator).order_by("-version")
    newest = stated.first()
    kept = {key: int(answers[key]) for key in STATEMENTS if key in answers}
    if newest and newest.answers == kept and newest.text == text.strip():
        return newest
    version = (newest.version if newest else 0) + 1
    return StatedPreferences.objects.create(
        annotator=annotator, version=version, answers=kept, text=text.strip()
    )


@transaction.atomic
def add_own_rule(annotator: Annotator, text: str) -> Rule:
    """Keep something the person wants no response preferred for that breaks it.

    Raises `Conflict` without their consent or with too many rules, `Unfit` without a text.
    """
    check_agreed(annotator)
    words = text.strip()
    if not words or len(words) > LONGEST_RULE or "\x00" in words:
        problem = _("Must be a text of at most %(most)s characters.") % {"most": LONGEST_RULE}
        raise Unfit(_("Nothing was kept."), fields={"text": problem})
    own = Rule.objects.filter(annotator=annotator)
    if own.count() >= MOST_RULES:
        raise Conflict(_("You have as many rules as can be kept."), code="too-many-rules")
    newest = own.aggregate(newest=Max("pk"))["newest"] or 0
    spec = {
        "key": f"rule-{newest + 1}",
        "title": words[:200],
        "text": words,
        "kind": RuleKind.RESTRICTION.value,
        "decided_by": DecidedBy.OWN.value,
    }
    return create_rule(spec, tier=Tier.PERSON.value, by=annotator.user, annotator=annotator)


@transaction.atomic
def drop_own_rule(rule: Rule) -> None:
    """Erase one of a person's own rules, with what they said under it."""
    Verdict.objects.filter(rule=rule).delete()
    rule.delete()


def check_agreed(annotator: Annotator) -> None:
    # Whoever withdraws holds the annotator, and is waited for.
    held = Annotator.objects.select_for_update(no_key=True).get(pk=annotator.pk)
    if held.withdrawn_at or not OwnBounds.objects.filter(annotator=annotator).exists():
        raise Conflict(_("Your own bounds are kept only once you agree to it."), code="not-agreed")
