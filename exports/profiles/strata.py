"""Which stratum follows from what a release tells of a person."""

import itertools
from collections.abc import Mapping, Sequence

from annotation.selectors.strata import matches
from exports.frozen.frame import FrozenCampaign
from exports.profiles.choices import Choices
from exports.tables.people import AskedQuestion

# More ways than these to have answered are not looked through; then no stratum follows.
MOST_WAYS = 20_000


class StratumReader:
    """Reads a campaign's strata as somebody would who knows only the released answers."""

    def __init__(
        self, campaign: FrozenCampaign, questions: Sequence[AskedQuestion], choices: Choices
    ) -> None:
        self._strata = campaign.strata
        self._questions = {question.key: question for question in questions}
        self._choices = choices
        self._telling = list(dict.fromkeys(key for one in campaign.strata for key in one.where))

    def told_by(self, answers: Mapping[str, tuple[str, ...] | None]) -> str | None:
        """The stratum that everybody with these released answers must be in, or None.

        Of several strata that match the first one holds, so every way in which a person may have
        answered is looked through; a question that is not released may have been answered in any
        way, and so may one that could be declined.
        """
        ways = [self._ways(key, answers.get(key)) for key in self._telling]
        if any(not one for one in ways):
            return None
        number = 1
        for one in ways:
            number *= len(one)
        if number > MOST_WAYS:
            return None
        found = {
            self._stratum(dict(zip(self._telling, way, strict=True)))
            for way in itertools.product(*ways)
        }
        return found.pop() if len(found) == 1 else None

    def _stratum(self, answers: Mapping[str, tuple[str, ...] | None]) -> str | None:
        for stratum in self._strata:
            if matches(stratum.where, answers):
                return stratum.key
        return None

    def _ways(self, key: str, answer: tuple[str, ...] | None) -> list[tuple[str, ...] | None]:
        """How the person may have answered; none where that cannot be said."""
        question = self._questions.get(key)
        if question is None:
            # Not released at all: which options there are is looked up in the strata themselves,
            # and any other answer is like none.
            named = {option for one in self._strata for option in one.where.get(key, ())}
            return [None, *((option,) for option in sorted(named))]
        recoding = self._choices.recodings[key]
        inside: dict[str, list[str]] = {}
        for option in question.options:
            inside.setdefault(recoding.group_of.get(option, option), []).append(option)
        if answer is None:
            return [None, *((option,) for option in question.options)]
        if len(answer) == 1 and not question.is_multiple:
            return [(option,) for option in inside.get(answer[0], answer)]
        if all(inside.get(group, [group]) == [group] for group in answer):
            return [answer]
        return []
