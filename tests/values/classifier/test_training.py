"""What the classifier learns from texts of known structure, and what it refuses to tell."""

import numpy as np
import pytest

from tests.values.classifier.texts import KIND, sample
from values.classifier import (
    Minimum,
    Tally,
    adjusted,
    interval,
    predictions_for_unseen,
    scores_of,
    sufficiency_of,
)
from values.classifier.sufficiency import judged_by_enough
from values.classifier.validating import folds_of


def test_words_that_decide_are_found_in_unseen_texts():
    labelled = sample()
    predicted = predictions_for_unseen(labelled, folds=5, seed=1)
    for value in (0, 1):
        scores = scores_of(predicted[:, value], labelled.shares[:, value], 0.5, np.zeros((0, 120)))
        assert scores.f1 == 1.0
    assert predicted[:, 2].max() == 0.0


def test_what_is_learned_is_the_share_and_not_the_majority():
    """Two in five see kindness in every text that speaks of it: never a majority."""
    labelled = sample(texts=400, people=5)
    tags = labelled.tags.copy()
    tags[labelled.person_of > 1, 0] = False
    split = type(labelled)(
        labelled.values, labelled.texts, labelled.groups, tags, labelled.text_of, labelled.person_of
    )
    predicted = predictions_for_unseen(split, folds=5, seed=1)[:, 0]
    with_word = np.array([KIND in text for text in split.texts])
    assert predicted[with_word].mean() == pytest.approx(0.4, abs=0.05)
    assert predicted[~with_word].max() < 0.1


def test_training_twice_gives_the_same_numbers():
    labelled = sample(noise=0.2)
    first = predictions_for_unseen(labelled, folds=5, seed=3)
    assert np.array_equal(first, predictions_for_unseen(labelled, folds=5, seed=3))
    assert not np.array_equal(first, predictions_for_unseen(labelled, folds=5, seed=4))


def test_a_prompt_is_never_on_both_sides_of_a_fold():
    groups = sample().group_numbers
    fold = folds_of(groups, 5, seed=2)
    assert all(len(set(fold[groups == one])) == 1 for one in set(groups.tolist()))
    assert np.bincount(fold).tolist() == [24] * 5


def test_too_few_texts_or_people_are_not_enough():
    small = sample(texts=60)
    # A third of 30 prompts holds two texts with justice or one; all have one without.
    enough = sufficiency_of(small, 0, Minimum(people=5, texts=30))
    assert (enough.with_value, enough.without, enough.is_enough) == (30, 30, True)
    assert not sufficiency_of(small, 0, Minimum(people=5, texts=31)).is_enough
    assert not sufficiency_of(small, 0, Minimum(people=6, texts=1)).is_enough
    assert not sufficiency_of(small, 2, Minimum(people=1, texts=1)).is_enough
    assert judged_by_enough(small, Minimum(people=6)).texts == []
    assert judged_by_enough(small, Minimum(people=5)).shares.tolist() == small.shares.tolist()


def test_adjusting_undoes_what_the_classifier_gets_wrong():
    """90 % of those with the value are told, and 20 % of those without: 0.3 is told as 0.41."""
    told = 0.3 * 0.9 + 0.7 * 0.2
    assert adjusted(np.array(told), np.array(0.9), np.array(0.2)) == pytest.approx(0.3)
    assert adjusted(np.array(0.1), np.array(0.9), np.array(0.2)) == 0.0
    assert np.isnan(adjusted(np.array(0.5), np.array(0.5), np.array(0.45)))


def test_a_tally_counts_both_sides_by_weight_whatever_the_batches():
    item_of = np.array([0, 0, 1, 1])
    # All people: known sides. One stratum: 3 in 4 preferred the first, then 1 in 2.
    weights = np.array(
        [
            [[1, 0], [0.75, 0.25]],
            [[0, 1], [0.25, 0.75]],
            [[1, 0], [0.5, 0.5]],
            [[0, 1], [0.5, 0.5]],
        ]
    )
    told = np.array([[1.0], [0.0], [1.0], [1.0]])
    tally = Tally(slices=2, values=1, draws=300, seed=5)
    tally.add(0, item_of, weights, told)
    shares = tally.shares()
    assert shares[0, 0, :, 0].tolist() == [1.0, 0.5]
    assert shares[0, 1, :, 0].tolist() == [(0.75 + 1) / 2, (0.25 + 1) / 2]
    in_parts = Tally(slices=2, values=1, draws=300, seed=5)
    in_parts.add(0, item_of[:2], weights[:2], told[:2])
    in_parts.add(1, item_of[2:] - 1, weights[2:], told[2:])
    assert in_parts.shares()[0].tolist() == shares[0].tolist()


def test_intervals_of_a_difference_are_of_pairs():
    """Where both sides of every pair are told alike, the difference is 0 in every draw."""
    items = 50
    item_of = np.repeat(np.arange(items), 2)
    weights = np.tile(np.array([[[1.0, 0.0]], [[0.0, 1.0]]]), (items, 1, 1))
    told = np.repeat(np.random.default_rng(1).random(items) < 0.5, 2).astype(float)[:, None]
    tally = Tally(slices=1, values=1, draws=200, seed=1)
    tally.add(0, item_of, weights, told)
    shares = tally.shares()[:, 0, :, 0]
    assert interval(shares[1:, 0] - shares[1:, 1]) == (0.0, 0.0)
    low, high = interval(shares[1:, 0])
    assert 0.1 < high - low < 0.45
