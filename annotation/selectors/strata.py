"""Which stratum a person belongs to."""

from collections.abc import Iterable, Mapping, Sequence

from accounts.models import Question
from accounts.services.questionnaires import matches as matches
from annotation.models import Quota, Stratum


def stratum_for(
    strata: Iterable[Stratum], answers: Mapping[str, Sequence[str] | None]
) -> Stratum | None:
    """The first stratum by position that the answers match, or None."""
    for stratum in strata:
        if matches(stratum.where, answers):
            return stratum
    return None


def telling_keys(
    strata: Sequence[Stratum], quotas: Sequence[Quota], questions: Sequence[Question]
) -> list[str]:
    """The questions whose answers decide whether there is room for a person, in order.

    Those that strata and quotas are defined over, and those that they are asked after. None
    where nobody is ever turned away.
    """
    if not quotas and not turn_people_away(strata):
        return []
    keys = {key for stratum in strata for key in stratum.where}
    keys |= {key for quota in quotas for key in quota.where}
    for question in reversed(questions):
        if question.key in keys:
            keys.update(question.show_if)
    return [question.key for question in questions if question.key in keys]


def turn_people_away(strata: Sequence[Stratum]) -> bool:
    """Whether some people fit no stratum, or a stratum has a limit of seats."""
    return any(one.quota is not None for one in strata) or all(one.where for one in strata)
