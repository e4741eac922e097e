"""Two responses: a graded preference, a tie, both bad, or "it depends"."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
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
    TaskType,
    refuse_unknown,
)

OUTCOMES = ("tie", "both_bad", "depends")
STRENGTHS = (1, 2)
# Of synthetic people: latent differences below the first are ties, above the second clear.
TIE_WITHIN = 0.35
CLEAR_BEYOND = 1.5


class Pairwise(TaskType):
    key = "pairwise"
    label = gettext_lazy("pairwise comparison")
    least_responses = most_responses = 2
    annotator_template = "annotation/task_types/pairwise.html"
    answer_schema = {
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    "preferred": {"type": "string"},
                    "strength": {"type": "integer", "enum": list(STRENGTHS)},
                },
                "required": ["preferred", "strength"],
            },
            {
                "type": "object",
                "properties": {"outcome": {"type": "string", "enum": list(OUTCOMES)}},
                "required": ["outcome"],
            },
        ]
    }

    def clean_answer(
        self, answer: Answer, *, response_ids: Sequence[str], asked: Asked = PLAINLY
    ) -> Answer:
        if "outcome" in answer and "preferred" in answer:
            raise AnswerProblem(_("Give either `preferred` or `outcome`, not both."))
        if "outcome" in answer:
            return self._clean_outcome(answer)
        return self._clean_preference(answer, response_ids)

    def _clean_outcome(self, answer: Answer) -> Answer:
        if set(answer) != {"outcome"}:
            raise AnswerProblem(_("An outcome has no other fields."))
        if answer["outcome"] not in OUTCOMES:
            raise AnswerProblem(
                _("Must be one of %(known)s.") % {"known": ", ".join(OUTCOMES)},
                field="outcome",
            )
        return {"outcome": answer["outcome"]}

    def _clean_preference(self, answer: Answer, response_ids: Sequence[str]) -> Answer:
        refuse_unknown(answer, {"preferred", "strength"})
        if answer.get("preferred") not in response_ids:
            raise AnswerProblem(_("Must be the id of a response of this item."), field="preferred")
        strength = answer.get("strength")
        if isinstance(strength, bool) or strength not in STRENGTHS:
            raise AnswerProblem(_("Must be 1 (slightly) or 2 (clearly)."), field="strength")
        return {"preferred": answer["preferred"], "strength": int(strength)}

    def answer_from_form(
        self,
        data: Mapping[str, Any],
        criterion: str,
        *,
        response_ids: Sequence[str],
        asked: Asked = PLAINLY,
    ) -> Answer | None:
        """Read `answer-<criterion>`: an outcome, or `<strength>:<response id>`."""
        value = str(data.get(f"answer-{criterion}", ""))
        if not value:
            return None
        if value in OUTCOMES:
            return {"outcome": value}
        strength, _separator, response_id = value.partition(":")
        return {
            "preferred": response_id,
            "strength": int(strength) if strength in ("1", "2") else strength,
        }

    def choice_groups(
        self, criterion: Mapping[str, Any], *, order: Sequence[str], data: Mapping[str, Any]
    ) -> list[ChoiceGroup]:
        name = f"answer-{criterion['key']}"
        chosen = data.get(name)
        first, second = order
        buttons = [
            (f"2:{first}", _("A is clearly better"), _("A clearly"), "1"),
            (f"1:{first}", _("A is slightly better"), _("A slightly"), "2"),
            ("tie", _("They are equally good"), _("Tie"), "3"),
            (f"1:{second}", _("B is slightly better"), _("B slightly"), "4"),
            (f"2:{second}", _("B is clearly better"), _("B clearly"), "5"),
            ("both_bad", _("Both are bad"), _("Both bad"), "6"),
            ("depends", _("It depends"), _("It depends"), "7"),
        ]
        choices = [Choice(*button, is_checked=button[0] == chosen) for button in buttons]
        return [ChoiceGroup(name, criterion["label"], choices)]

    def form_data(
        self, answer: Answer, criterion: str, *, response_ids: Sequence[str]
    ) -> dict[str, str]:
        if "preferred" in answer:
            return {f"answer-{criterion}": f"{answer['strength']}:{answer['preferred']}"}
        return {f"answer-{criterion}": answer["outcome"]}

    def comparisons(self, answer: Answer, *, response_ids: Sequence[str]) -> Iterator[Comparison]:
        a, b = response_ids
        if "preferred" in answer:
            direction = 1 if answer["preferred"] == b else -1
            yield Comparison(a, b, direction * answer["strength"], "graded")
        elif answer["outcome"] == "tie":
            yield Comparison(a, b, 0, "tie")
        else:
            yield Comparison(a, b, None, answer["outcome"])

    def summarise(self, answer: Answer, *, names: Mapping[str, str], asked: Asked = PLAINLY) -> str:
        if "preferred" in answer:
            name = names[answer["preferred"]]
            if answer["strength"] == 2:
                return _("%(name)s clearly better") % {"name": name}
            return _("%(name)s slightly better") % {"name": name}
        return {"tie": _("tie"), "both_bad": _("both bad"), "depends": _("it depends")}[
            answer["outcome"]
        ]

    def simulate_answer(
        self, utilities: Mapping[str, float], chance: random.Random, *, asked: Asked = PLAINLY
    ) -> Answer:
        """Bradley–Terry on the utility difference, graded by a logistic threshold model.

        A latent difference d = u_a − u_b + logistic noise: small ones are ties, large ones clear.
        Marginally P(d > 0) is the Bradley–Terry probability of a over b.
        """
        (a, utility_a), (b, utility_b) = utilities.items()
        uniform = min(max(chance.random(), 1e-9), 1 - 1e-9)
        latent = utility_a - utility_b + math.log(uniform / (1 - uniform))
        if abs(latent) < TIE_WITHIN:
            return {"outcome": "tie"}
        strength = 2 if abs(latent) > CLEAR_BEYOND else 1
        return {"preferred": a if latent > 0 else b, "strength": strength}
