"""How well one person predicts the others: more cannot be asked of a classifier."""

from dataclasses import dataclass

import numpy as np

from values.classifier.labelled import Labelled


@dataclass(frozen=True)
class Ceiling:
    """One person as a predictor of the others, in the terms of `measuring.Scores`."""

    precision: float | None
    recall: float | None
    f1: float | None


def ceiling_of(labelled: Labelled, value: int) -> Ceiling:
    """Each person in turn is left out, and what they said predicts the share among the others.

    Each text weighs the same, however many people judged it; texts of one person tell nothing.
    """
    people = labelled.people[labelled.text_of]
    told = labelled.tags[:, value].astype(float)
    several = people > 1
    weight = several / np.maximum(people, 1)
    others = (labelled.chosen[labelled.text_of, value] - told) / np.maximum(people - 1, 1)
    both = float((weight * told * others).sum())
    said, meant = float((weight * told).sum()), float((weight * others).sum())
    return Ceiling(
        both / said if said else None,
        both / meant if meant else None,
        2 * both / (said + meant) if said + meant else None,
    )
