"""What an audit found, as one body for its page, REST and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from values.classifier import (
    Scores,
    Sufficiency,
    Tally,
    ValueModel,
    adjusted,
    ceiling_of,
    interval,
    poisson_weights,
    reliability_of,
    scores_of,
)
from values.classifier.labelled import Floats, Labelled
from values.classifier.quantifying import LEAST_DIFFERENCE
from values.models import Audit
from values.selectors.corpus import CHOSEN, EVERYBODY, REJECTED
from values.selectors.labels import Labels

DIGITS = 6
# A stream of random numbers for each thing that is drawn.
LABEL_DRAWS, PEOPLE_DRAWS = 1_000_001, 1_000_002
Body = dict[str, Any]


@dataclass(frozen=True)
class Learned:
    """What was learned: `labelled` are the texts that enough people judged, `known` the numbers of
    the values of which enough is known, `unseen` predictions of these for texts left out."""

    labelled: Labelled
    sufficiency: Sequence[Sufficiency]
    known: Sequence[int]
    unseen: Floats
    model: ValueModel


@dataclass(frozen=True)
class Slices:
    """All people first, then the strata told of, with how many people; `hidden` are the others."""

    keys: Sequence[str]
    people: Mapping[str, int]
    hidden: Sequence[str]


def told_strata(people: Mapping[str, int], least: int) -> list[str]:
    """The strata that may be told of, by their keys.

    A small one is hidden, and so many more of the smallest that those hidden are `least` people
    together: else they could be worked out from all people and the others.
    """
    told = sorted((key for key, number in people.items() if number >= least and key), reverse=True)
    told.sort(key=lambda key: people[key], reverse=True)
    hidden = sum(number for key, number in people.items() if key not in told)
    while told and 0 < hidden < least:
        hidden += people[told.pop()]
    return sorted(told)


@dataclass(frozen=True)
class Judged:
    """A known value's scores on unseen texts, with its rates in every draw."""

    scores: Scores
    true_rates: Floats
    false_rates: Floats


def judge_values(learned: Learned, threshold: float, draws: int, seed: int) -> dict[int, Judged]:
    """Scores of each known value; draws are over prompts, never over texts."""
    labelled = learned.labelled
    groups = labelled.group_numbers
    weights = poisson_weights(draws, int(groups.max()) + 1, seed, LABEL_DRAWS)[:, groups]
    found = {}
    for column, value in enumerate(learned.known):
        scores = scores_of(learned.unseen[:, column], labelled.shares[:, value], threshold, weights)
        true_rate = np.nan if scores.recall is None else scores.recall
        false_rate = scores.false_positive_rate
        found[value] = Judged(
            scores,
            np.r_[true_rate, scores.recall_draws],
            np.r_[np.nan if false_rate is None else false_rate, scores.false_positive_draws],
        )
    return found


def classifier_body(labels: Labels, learned: Learned, judged: Mapping[int, Judged]) -> list[Body]:
    """Every value of the taxonomy: how well it is known, or that too little is known."""
    column_of = {value: column for column, value in enumerate(learned.known)}
    return [
        {
            "key": value["key"],
            "label": value["label"],
            "description": value["description"],
            "enough": learned.sufficiency[number].is_enough,
            "prompts_with": learned.sufficiency[number].with_value,
            "prompts_without": learned.sufficiency[number].without,
            **(
                quality_body(learned, number, column_of[number], judged[number].scores)
                if number in judged
                else {}
            ),
        }
        for number, value in enumerate(labels.taxonomy["values"])
    ]


def quality_body(learned: Learned, value: int, column: int, scores: Scores) -> Body:
    shares = learned.labelled.shares[:, value]
    reliability = reliability_of(learned.unseen[:, column], shares)
    ceiling = ceiling_of(learned.labelled, value)
    return {
        "precision": rounded(scores.precision),
        "recall": rounded(scores.recall),
        "f1": rounded(scores.f1),
        "f1_interval": rounded_pair(scores.f1_interval),
        "false_positive_rate": rounded(scores.false_positive_rate),
        "brier": rounded(scores.brier),
        "calibration_error": rounded(reliability.error),
        "reliability": [
            {
                "from": one.low,
                "to": one.high,
                "texts": one.texts,
                "predicted": rounded(one.predicted),
                "observed": rounded(one.observed),
            }
            for one in reliability.bins
        ],
        "ceiling": {
            "precision": rounded(ceiling.precision),
            "recall": rounded(ceiling.recall),
            "f1": rounded(ceiling.f1),
        },
    }


def shares_body(
    labels: Labels, learned: Learned, judged: Mapping[int, Judged], slices: Slices, tally: Tally
) -> list[Body]:
    """Shares and differences by slice and known value, as told and adjusted, with intervals."""
    shares = tally.shares()
    found = []
    for place, key in enumerate(slices.keys):
        for column, value in enumerate(learned.known):
            told = shares[:, place, :, column]
            rates = judged[value]
            put_right = adjusted(told, rates.true_rates[:, None], rates.false_rates[:, None])
            found.append(
                {
                    "stratum": key or None,
                    "people": slices.people.get(key),
                    "value": labels.taxonomy["values"][value]["key"],
                    "told": both_sides(told),
                    "adjusted": both_sides(put_right),
                }
            )
    return found


def both_sides(draws: Floats) -> Body:
    """Chosen, rejected and their difference; `draws` is (1 + draws) × sides, the data first."""
    return {
        CHOSEN: estimate(draws[:, 0]),
        REJECTED: estimate(draws[:, 1]),
        "difference": estimate(draws[:, 0] - draws[:, 1]),
    }


def estimate(draws: Floats) -> Body | None:
    """A number with its 95 % interval; None where the data has none."""
    if not np.isfinite(draws[0]):
        return None
    return {"share": rounded(draws[0]), "interval": rounded_pair(interval(draws[1:]))}


def people_body(labels: Labels, learned: Learned, least: int, draws: int, seed: int) -> Body:
    """How often people of each stratum saw each value in the labelled texts.

    The share of their judgments, with intervals over people. It is what people said: no classifier
    comes into it.
    """
    labelled = labels.labelled
    person_strata = np.array(labels.stratum_of, dtype=object)
    sizes = {key: int((person_strata == key).sum()) for key in dict.fromkeys(labels.stratum_of)}
    told = told_strata(sizes, least) if len(sizes) > 1 else []
    slices = [EVERYBODY, *told] if len(labels.stratum_of) >= least else []
    rows = []
    for place, key in enumerate(slices):
        inside = np.ones(len(person_strata), bool) if not key else person_strata == key
        share = shares_over_people(labelled, inside, draws, (seed, PEOPLE_DRAWS, place))
        rows += [
            {
                "stratum": key or None,
                "people": int(inside.sum()),
                "value": value["key"],
                "seen": estimate(share[:, number]),
            }
            for number, value in enumerate(labels.taxonomy["values"])
        ]
    hidden = sorted(key for key in sizes if key and key not in told) if len(sizes) > 1 else []
    return {"rows": rows, "hidden": hidden}


def shares_over_people(
    labelled: Labelled, inside: Any, draws: int, seed: tuple[int, ...]
) -> Floats:
    """(1 + draws) × values: the share of judgments that name the value."""
    named = np.zeros((len(inside), len(labelled.values)))
    np.add.at(named, labelled.person_of, labelled.tags.astype(float))
    given = np.bincount(labelled.person_of, minlength=len(inside)).astype(float)
    weights = np.vstack([np.ones(len(inside)), poisson_weights(draws, len(inside), *seed)])
    weights *= inside
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: Floats = (weights @ named) / (weights @ given)[:, None]
    return shares


def results_body(
    audit: Audit, labels: Labels, learned: Learned, slices: Slices, tally: Tally, counts: Body
) -> Body:
    """All that an audit found."""
    parameters = audit.parameters
    seed, draws = parameters["seed"], parameters["draws"]
    judged = judge_values(learned, parameters["threshold"], draws, seed)
    return {
        "corpus": {"campaign": audit.campaign.slug, "sides": audit.sides, **counts},
        "labels": {
            "campaign": audit.labels.slug,
            "criterion": audit.criterion,
            "texts": len(learned.labelled.texts),
            "texts_left_out": len(labels.labelled.texts) - len(learned.labelled.texts),
            "prompts": len(set(learned.labelled.groups)),
            "people": len(set(learned.labelled.person_of.tolist())),
            "judgments": len(learned.labelled.text_of),
        },
        "parameters": {**parameters, "least_difference_of_rates": LEAST_DIFFERENCE},
        "values": classifier_body(labels, learned, judged),
        "shares": shares_body(labels, learned, judged, slices, tally),
        "hidden": list(slices.hidden),
        "people": people_body(labels, learned, parameters["least_group"], draws, seed),
    }


def rounded(number: float | None) -> float | None:
    return None if number is None else round(float(number), DIGITS) + 0.0


def rounded_pair(pair: tuple[float, float] | None) -> list[float] | None:
    return None if pair is None else [round(one, DIGITS) + 0.0 for one in pair]
