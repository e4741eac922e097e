"""Whether a sample says enough about a value for any number to be told."""

from dataclasses import dataclass

import numpy as np

from values.classifier.labelled import Labelled

HALF = 0.5


@dataclass(frozen=True)
class Minimum:
    """What is asked of a sample: people a text, and texts with and without each value."""

    people: int = 3
    texts: int = 10


@dataclass(frozen=True)
class Sufficiency:
    """Texts in which at least half of their people saw the value, and the others."""

    with_value: int
    without: int
    is_enough: bool


def judged_by_enough(labelled: Labelled, minimum: Minimum) -> Labelled:
    """The texts that enough people judged."""
    return labelled.only(labelled.people >= minimum.people)


def sufficiency_of(labelled: Labelled, value: int, minimum: Minimum) -> Sufficiency:
    """Counts of texts that enough people judged; a prompt counts once on either side.

    Texts of one prompt are much alike, and cross-validation keeps them together: ten of one prompt
    are no ten.
    """
    groups = labelled.group_numbers
    found = labelled.shares[:, value] >= HALF
    enough = labelled.people >= minimum.people
    with_value = len(np.unique(groups[found & enough]))
    without = len(np.unique(groups[~found & enough]))
    return Sufficiency(with_value, without, min(with_value, without) >= minimum.texts)
