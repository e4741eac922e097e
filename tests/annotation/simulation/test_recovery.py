"""What an analysis of a simulated campaign finds is what the simulation put into it."""

import numpy as np
import pytest

from annotation.models import Judgment
from annotation.services.campaigns import open_campaign
from annotation.simulation.answering import simulate_campaign, synthetic_annotators
from annotation.simulation.behaviour import Behaviour
from tests.factories import AGE_QUESTION, import_lines, make_campaign

pytestmark = pytest.mark.django_db

TRAITS = ("direct", "warm", "brief")
TRUTH = {
    "young": {"direct": 1.5, "warm": -0.5, "brief": 0.0},
    "old": {"direct": -0.5, "warm": 1.0, "brief": 0.5},
}
STRATA = [{"key": key, "where": {"age": [key]}, "target": 6} for key in TRUTH]
ITEMS = 400


def item_with_traits(number: int, chance: np.random.Generator) -> dict:
    responses = [
        {
            "id": key,
            "text": f"Answer {key} to {number}",
            "metadata": {"traits": dict(zip(TRAITS, chance.uniform(-1, 1, 3), strict=True))},
        }
        for key in ("a", "b")
    ]
    return {"id": f"q{number}", "prompt": f"What about {number}?", "responses": responses}


def fit(differences: np.ndarray, outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bradley–Terry by Newton's method: weights and standard errors. A tie is half a win each."""
    weights = np.zeros(differences.shape[1])
    for _step in range(8):
        p = 1 / (1 + np.exp(-differences @ weights))
        information = (differences * (p * (1 - p))[:, None]).T @ differences
        weights = weights + np.linalg.solve(information, differences.T @ (outcomes - p))
    return weights, np.sqrt(np.diag(np.linalg.inv(information)))


def comparisons(campaign, group: str) -> tuple[np.ndarray, np.ndarray]:
    """Trait differences a − b, and whether a was preferred, of a group's judgments."""
    judgments = Judgment.objects.filter(campaign=campaign, stratum__key=group)
    rows, outcomes = [], []
    for judgment in judgments.select_related("item").prefetch_related("item__responses"):
        a, b = (one.metadata["traits"] for one in judgment.item.responses.all())
        rows.append([a[trait] - b[trait] for trait in TRAITS])
        preferred = judgment.answers["overall"].get("preferred")
        outcomes.append({"a": 1.0, "b": 0.0, None: 0.5}[preferred])
    return np.array(rows), np.array(outcomes)


def simulated(**behaviour):
    campaign = make_campaign(questions=[AGE_QUESTION], strata=STRATA)
    chance = np.random.default_rng(11)
    import_lines(campaign, [item_with_traits(number, chance) for number in range(ITEMS)])
    campaign = open_campaign(campaign)
    report = simulate_campaign(
        campaign,
        annotators=synthetic_annotators(campaign, 100, 2),
        seed=2,
        behaviour=Behaviour(utilities=TRUTH, **behaviour),
        fast=True,
    )
    return campaign, report


def test_a_fit_finds_the_weights_of_two_groups_and_their_difference():
    campaign, report = simulated()
    assert report.true_weights == TRUTH
    found, errors = {}, {}
    for group, truth in TRUTH.items():
        differences, outcomes = comparisons(campaign, group)
        assert len(outcomes) == 6 * ITEMS
        found[group], errors[group] = fit(differences, outcomes)
        assert found[group] == pytest.approx([truth[trait] for trait in TRAITS], abs=0.25)
    difference = found["young"] - found["old"]
    assert difference == pytest.approx([2.0, -1.5, -0.5], abs=0.35)
    spread = np.hypot(errors["young"], errors["old"])
    assert np.all(np.abs(difference[:2] / spread[:2]) > 10)
    assert np.sign(difference[2]) == -1


def test_careless_and_contrary_people_weaken_what_a_fit_finds():
    campaign, report = simulated(careless=0.3, contrarian=0.2)
    assert report.people_by_kind.keys() == {"sincere", "careless", "contrarian"}
    weights, _errors = fit(*comparisons(campaign, "young"))
    assert 0 < weights[0] < 0.6 * TRUTH["young"]["direct"]
