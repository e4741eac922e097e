"""Which values a text carries, learned from what people said: arrays in, numbers out, no Django."""

from values.classifier.ceiling import ceiling_of
from values.classifier.labelled import Labelled
from values.classifier.measuring import Reliability, Scores, reliability_of, scores_of
from values.classifier.quantifying import Tally, adjusted
from values.classifier.resampling import interval, poisson_weights
from values.classifier.sufficiency import Minimum, Sufficiency, sufficiency_of
from values.classifier.training import ValueModel
from values.classifier.validating import predictions_for_unseen
from values.classifier.vectorising import TfidfTexts, Vectorizer

__all__ = [
    "Labelled",
    "Minimum",
    "Reliability",
    "Scores",
    "Sufficiency",
    "Tally",
    "TfidfTexts",
    "ValueModel",
    "Vectorizer",
    "adjusted",
    "ceiling_of",
    "interval",
    "poisson_weights",
    "predictions_for_unseen",
    "reliability_of",
    "scores_of",
    "sufficiency_of",
]
