"""From predictions for texts to shares of a whole corpus, side by side."""

import numpy as np

from values.classifier.labelled import Floats, Ints
from values.classifier.resampling import poisson_weights

SIDES = 2  # chosen, rejected
# Nearer to each other, the rates tell so little that a corrected share would be noise.
LEAST_DIFFERENCE = 0.1


class Tally:
    """Sums over a corpus, batch by batch: of weights, and of what was told of texts.

    Every text weighs something on each side for each slice (all people, then strata): 1 or 0 where
    it is known which was chosen, else the share of people. Draws of the bootstrap are over items,
    so that both sides of a pair come up together.
    """

    def __init__(self, slices: int, values: int, draws: int, seed: int) -> None:
        self.draws, self.seed = draws, seed
        self.weight = np.zeros((draws + 1, slices, SIDES))
        self.told = np.zeros((draws + 1, slices, SIDES, values))

    def add(self, batch: int, item_of: Ints, weights: Floats, told: Floats) -> None:
        """One batch of texts: `item_of` numbers their items within the batch, `weights` is texts ×
        slices × sides, `told` texts × values, 1 where the value was told."""
        items = int(item_of.max()) + 1 if len(item_of) else 0
        drawn = poisson_weights(self.draws, items, self.seed, batch)
        rows = np.vstack([np.ones(items), drawn])[:, item_of]
        slices, values = self.weight.shape[1], told.shape[1]
        self.weight += (rows @ weights.reshape(len(weights), -1)).reshape(-1, slices, SIDES)
        joint = weights.reshape(len(weights), -1, 1) * told[:, None, :]
        sums = rows @ joint.reshape(len(weights), -1)
        self.told += sums.reshape(-1, slices, SIDES, values)

    def shares(self) -> Floats:
        """(1 + draws) × slices × sides × values: shares of texts, the first row the corpus itself.

        Not a number where nothing has weight.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            shares: Floats = self.told / self.weight[..., None]
        return shares


def adjusted(shares: Floats, true_rate: Floats, false_rate: Floats) -> Floats:
    """The share p that would have been told as `shares`, given the rates of the classifier.

    Adjusted count (Forman 2008): p = (told − fpr) / (tpr − fpr), cut at 0 and 1. It holds where
    the classifier errs on the corpus as it does in cross-validation. Not a number where the rates
    are nearer to each other than `LEAST_DIFFERENCE`.
    """
    difference = true_rate - false_rate
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.clip((shares - false_rate) / difference, 0.0, 1.0)
    return np.where(difference >= LEAST_DIFFERENCE, found, np.nan)
