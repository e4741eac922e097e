"""Cross-validation that never tests on a prompt it has trained on."""

from collections.abc import Callable

import numpy as np

from values.classifier.labelled import Floats, Ints, Labelled
from values.classifier.training import ValueModel

NewModel = Callable[[], ValueModel]
AfterFold = Callable[[], None]


def folds_of(groups: Ints, folds: int, seed: int) -> Ints:
    """The fold of each text: groups are shuffled by the seed and dealt out one by one."""
    number_of_groups = int(groups.max()) + 1 if len(groups) else 0
    dealt = np.empty(number_of_groups, dtype=np.int64)
    dealt[np.random.default_rng(seed).permutation(number_of_groups)] = (
        np.arange(number_of_groups) % folds
    )
    fold: Ints = dealt[groups]
    return fold


def predictions_for_unseen(
    labelled: Labelled,
    *,
    folds: int,
    seed: int,
    new_model: NewModel = ValueModel,
    after_fold: AfterFold = lambda: None,
) -> Floats:
    """Texts × values: what a model says of each text that was trained without its whole group."""
    fold_of = folds_of(labelled.group_numbers, folds, seed)
    found = np.zeros_like(labelled.shares)
    for fold in range(folds):
        test = np.flatnonzero(fold_of == fold)
        train = np.flatnonzero(fold_of != fold)
        if len(test) and len(train):
            model = new_model().fit(
                [labelled.texts[place] for place in train.tolist()], labelled.shares[train]
            )
            found[test] = model.predict([labelled.texts[place] for place in test.tolist()])
        after_fold()
    return found
