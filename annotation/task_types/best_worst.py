"""Three to ten responses, of which the best and the worst are named."""

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from annotation.task_types.base import (
    PLAINLY,
    Answer,
    AnswerProblem,
    Asked,
    Choice,
    ChoiceGroup,
    Comparison,
    TaskType,
    letter,
    refuse_unknown,
)
from annotation.task_types.noise import gumbel

ENDS = ("best", "worst")


class BestWorst(TaskType):
    key = "best-worst"
    label = gettext_lazy("best and worst")
    least_responses = 3
    annotator_template = "annotation/task_types/best_worst.html"
    answer_schema = {
        "type": "object",
        "properties": {"best": {"type": "string"}, "worst": {"type": "string"}},
        "required": ["best", "worst"],
    }

    def clean_answer(
        self, answer: Answer, *, response_ids: Sequence[str], asked: Asked = PLAINLY
    ) -> Answer:
        refuse_unknown(answer, set(ENDS))
        for end in ENDS:
            if answer.get(end) not in response_ids:
                raise AnswerProblem(_("Must be the id of a response of this item."), field=end)
        if answer["best"] == answer["worst"]:
            raise AnswerProblem(_("Must not be the best one too."), field="worst")
        return {end: answer[end] for end in ENDS}

    def answer_from_form(
        self,
        data: Mapping[str, Any],
        criterion: str,
        *,
        response_ids: Sequence[str],
        asked: Asked = PLAINLY,
    ) -> Answer | None:
        """Read `best-<criterion>` and `worst-<criterion>`: response ids."""
        found = {end: str(data.get(f"{end}-{criterion}", "")) for end in ENDS}
        return found if any(found.values()) else None

    def choice_groups(
        self, criterion: Mapping[str, Any], *, order: Sequence[str], data: Mapping[str, Any]
    ) -> list[ChoiceGroup]:
        labels = {"best": _("Best"), "worst": _("Worst")}
        groups = []
        for end in ENDS:
            name = f"{end}-{criterion['key']}"
            chosen = data.get(name)
            choices = [
                Choice(
                    value=response_id,
                    label=_("Response %(letter)s") % {"letter": letter(number)},
                    short=letter(number),
                    key=str((number + 1) % 10),
                    is_checked=response_id == chosen,
                )
                for number, response_id in enumerate(order)
            ]
            groups.append(ChoiceGroup(name, labels[end], choices))
        return groups

    def form_data(
        self, answer: Answer, criterion: str, *, response_ids: Sequence[str]
    ) -> dict[str, str]:
        return {f"{end}-{criterion}": answer[end] for end in ENDS}

    def comparisons(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[Comparison]:
        """The best before all others, all others before the worst; of the rest nothing is known.

        2k − 3 of the k(k − 1)/2 pairs of k responses; directions without strength, so ±1.
        """
        best, worst = answer["best"], answer["worst"]
        for a, b in combinations(response_ids, 2):
            if best in (a, b) or worst in (a, b):
                yield Comparison(a, b, 1 if b == best or a == worst else -1, "graded")

    def summarise(self, answer: Answer, *, names: Mapping[str, str], asked: Asked = PLAINLY) -> str:
        return _("best %(best)s, worst %(worst)s") % {end: names[answer[end]] for end in ENDS}

    def simulate_answer(
        self, utilities: Mapping[str, float], chance: random.Random, *, asked: Asked = PLAINLY
    ) -> Answer:
        """Ends of a Plackett–Luce ranking: highest and lowest of u + g, g standard Gumbel."""
        noisy = {one: utility + gumbel(chance) for one, utility in utilities.items()}
        in_order = sorted(noisy, key=noisy.__getitem__)
        return {"best": in_order[-1], "worst": in_order[0]}

    @property
    def default_criterion(self) -> dict[str, Any]:
        label = gettext_noop("Overall, which is best, and which is worst?")
        return {"key": "overall", "label": label, "scale": None}
