"""Two to ten responses put in order, best first; ties allowed."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.task_types.base import (
    PLAINLY,
    Answer,
    AnswerProblem,
    Asked,
    Choice,
    ChoiceGroup,
    Comparison,
    RankedResponse,
    TaskType,
    letter,
    refuse_unknown,
)

# A partial ranking of one response would say nothing about any other.
LEAST_RANKED = 2
# Of a place in a posted form, in digits: nobody means more.
LONGEST_PLACE = 4


class Ranking(TaskType):
    key = "ranking"
    label = gettext_lazy("ranking")
    annotator_template = "annotation/task_types/ranking.html"
    answer_schema = {
        "type": "object",
        "properties": {
            "ranking": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                "minItems": 1,
            }
        },
        "required": ["ranking"],
    }

    def clean_answer(
        self, answer: Answer, *, response_ids: Sequence[str], asked: Asked = PLAINLY
    ) -> Answer:
        refuse_unknown(answer, {"ranking"})
        groups = answer.get("ranking")
        if not isinstance(groups, list) or not all(
            isinstance(group, list) and group and all(isinstance(one, str) for one in group)
            for group in groups
        ):
            raise AnswerProblem(_("Must be a list of lists of response ids."), field="ranking")
        ranked = [response_id for group in groups for response_id in group]
        if len(set(ranked)) != len(ranked):
            raise AnswerProblem(_("Names a response twice."), field="ranking")
        if not set(ranked) <= set(response_ids):
            raise AnswerProblem(_("Must name responses of this item."), field="ranking")
        if not asked.may_be_partial and len(ranked) < len(response_ids):
            raise AnswerProblem(_("Must name every response of this item once."), field="ranking")
        if len(ranked) < LEAST_RANKED:
            raise AnswerProblem(_("Must name at least two responses."), field="ranking")
        # Ids that share a place have no order: store them in one canonical form.
        return {"ranking": [sorted(group, key=list(response_ids).index) for group in groups]}

    def answer_from_form(
        self,
        data: Mapping[str, Any],
        criterion: str,
        *,
        response_ids: Sequence[str],
        asked: Asked = PLAINLY,
    ) -> Answer | None:
        """Read `rank-<criterion>-<n>`, the place given to the n-th response of `response_ids`."""
        places: dict[int, list[str]] = {}
        for number, response_id in enumerate(response_ids):
            place = str(data.get(f"rank-{criterion}-{number}", ""))
            if place.isdecimal() and len(place) < LONGEST_PLACE:
                places.setdefault(int(place), []).append(response_id)
            elif not asked.may_be_partial:
                return None
        return {"ranking": [places[place] for place in sorted(places)]} if places else None

    def form_data(
        self, answer: Answer, criterion: str, *, response_ids: Sequence[str]
    ) -> dict[str, str]:
        places = {one.response_id: one.rank for one in self._places(answer)}
        return {
            f"rank-{criterion}-{number}": str(places[response_id])
            for number, response_id in enumerate(response_ids)
            if response_id in places
        }

    def choice_groups(
        self, criterion: Mapping[str, Any], *, order: Sequence[str], data: Mapping[str, Any]
    ) -> list[ChoiceGroup]:
        """A row of places for each response; equal places are ties."""
        groups = []
        for number in range(len(order)):
            name = f"rank-{criterion['key']}-{number}"
            chosen = data.get(name)
            choices = [
                Choice(
                    value=str(place),
                    label=_("Place %(place)s") % {"place": place},
                    short=str(place),
                    key=str(place % 10),
                    is_checked=str(place) == chosen,
                )
                for place in range(1, len(order) + 1)
            ]
            label = _("Response %(letter)s") % {"letter": letter(number)}
            groups.append(ChoiceGroup(name, label, choices))
        return groups

    def comparisons(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[Comparison]:
        """Every pair once; a ranking tells the direction, not the strength, so grades are ±1."""
        places = {ranked.response_id: ranked.rank for ranked in self._places(answer)}
        ordered = [response_id for response_id in response_ids if response_id in places]
        for a, b in combinations(ordered, 2):
            if places[a] == places[b]:
                yield Comparison(a, b, 0, "tie")
            else:
                yield Comparison(a, b, 1 if places[b] < places[a] else -1, "graded")

    def rankings(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[RankedResponse]:
        return self._places(answer)

    def _places(self, answer: Answer) -> Iterator[RankedResponse]:
        """Competition ranking: after two at place 1 comes place 3."""
        place = 1
        for group in answer["ranking"]:
            for response_id in group:
                yield RankedResponse(response_id, place)
            place += len(group)

    def summarise(self, answer: Answer, *, names: Mapping[str, str], asked: Asked = PLAINLY) -> str:
        return " > ".join(
            " = ".join(names[response_id] for response_id in group) for group in answer["ranking"]
        )

    def simulate_answer(
        self, utilities: Mapping[str, float], chance: random.Random, *, asked: Asked = PLAINLY
    ) -> Answer:
        """Plackett–Luce by Gumbel noise: sort by u + g, g standard Gumbel; near values tie."""
        noisy = {
            response_id: utility - math.log(-math.log(min(max(chance.random(), 1e-9), 1 - 1e-9)))
            for response_id, utility in utilities.items()
        }
        groups: list[list[str]] = []
        previous = math.inf
        for response_id in sorted(noisy, key=noisy.__getitem__, reverse=True):
            if groups and previous - noisy[response_id] < 0.1:
                groups[-1].append(response_id)
            else:
                groups.append([response_id])
            previous = noisy[response_id]
        return {"ranking": groups}
