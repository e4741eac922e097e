"""Scores, calibration and the ceiling by hand and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, precision_recall_fscore_support

from tests.values.classifier.texts import sample
from values.classifier import Labelled, ceiling_of, interval, reliability_of, scores_of
from values.classifier.resampling import poisson_weights

NO_DRAWS = np.zeros((0, 4))
shares_and_predictions = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), st.floats(0, 1)),
    min_size=2,
    max_size=30,
)


def test_scores_of_four_texts_by_hand():
    predicted = np.array([0.9, 0.8, 0.2, 0.1])
    shares = np.array([1.0, 0.5, 0.5, 0.0])
    found = scores_of(predicted, shares, 0.5, NO_DRAWS)
    # Told of the first two, which hold 1.5 of all 2 positives and 0.5 of 2 negatives.
    assert found.precision == 0.75
    assert found.recall == 0.75
    assert found.f1 == 0.75
    assert found.false_positive_rate == 0.25
    by_hand = (0.1**2 + (0.5 * 0.2**2 + 0.5 * 0.8**2) + (0.5 * 0.8**2 + 0.5 * 0.2**2) + 0.1**2) / 4
    assert found.brier == pytest.approx(by_hand, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(shares_and_predictions)
def test_scores_are_those_of_scikit_learn_over_people(rows: list[tuple[float, float]]):
    """Four people a text: each of them is a case of its own."""
    shares, predicted = (np.array(column) for column in zip(*rows, strict=True))
    found = scores_of(predicted, shares, 0.5, np.zeros((0, len(rows))))
    cases = np.concatenate([[1] * round(4 * p) + [0] * (4 - round(4 * p)) for p in shares])
    said = np.repeat(predicted, 4)
    precision, recall, f1, _ = precision_recall_fscore_support(
        cases, said >= 0.5, average="binary", zero_division=np.nan
    )
    for ours, theirs in ((found.precision, precision), (found.recall, recall), (found.f1, f1)):
        if ours is None:
            assert np.isnan(theirs) or theirs == 0
        else:
            assert ours == pytest.approx(theirs, abs=1e-9)
    assert found.brier == pytest.approx(brier_score_loss(cases, said, pos_label=1), abs=1e-9)


def test_nothing_told_has_no_precision_and_no_positives_no_recall():
    found = scores_of(np.array([0.1, 0.2]), np.array([0.0, 0.0]), 0.5, np.zeros((0, 2)))
    assert (found.precision, found.recall, found.f1) == (None, None, None)
    assert found.false_positive_rate == 0.0


def test_reliability_by_hand():
    found = reliability_of(np.array([0.05, 0.15, 0.95, 1.0]), np.array([0.0, 0.5, 1.0, 0.5]))
    assert [(one.low, one.texts) for one in found.bins] == [(0.0, 1), (0.1, 1), (0.9, 2)]
    assert found.bins[2].predicted == pytest.approx(0.975)
    assert found.bins[2].observed == 0.75
    assert found.error == pytest.approx((0.05 + 0.35 + 2 * 0.225) / 4)


def test_the_ceiling_by_hand():
    """Three people on one text, two of whom see the value; two people who agree on another."""
    tags = np.array([[True], [True], [False], [True], [True]])
    labelled = Labelled(
        ["v"], ["a", "b"], ["a", "b"], tags, np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 1])
    )
    found = ceiling_of(labelled, 0)
    # Text a: both who see it are met by half of the others; who does not is met by all.
    both, said, meant = 2 / 3 * 0.5 + 1, 2 / 3 + 1, (0.5 + 0.5 + 1) / 3 + 1
    assert found.precision == pytest.approx(both / said)
    assert found.recall == pytest.approx(both / meant)
    assert found.f1 == pytest.approx(2 * both / (said + meant))


def test_people_who_agree_predict_each_other_and_noise_takes_from_that():
    assert ceiling_of(sample(), 0).f1 == 1.0
    noisy = ceiling_of(sample(texts=600, noise=0.2), 0).f1
    # Two who are each right four times in five: 0.68 of cases agree, and classes are even.
    assert noisy == pytest.approx(0.68, abs=0.02)
    alone = sample(people=1)
    assert ceiling_of(alone, 0).f1 is None


def test_draws_are_repeatable_and_batches_have_draws_of_their_own():
    first, again = poisson_weights(200, 50, 7, 0), poisson_weights(200, 50, 7, 0)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, poisson_weights(200, 50, 7, 1))
    assert first.mean() == pytest.approx(1.0, abs=0.05)


def test_an_interval_needs_most_draws_to_have_a_number():
    assert interval(np.array([np.nan, np.nan, 1.0])) is None
    low, high = interval(np.linspace(0, 1, 201))
    assert (low, high) == pytest.approx((0.025, 0.975))
