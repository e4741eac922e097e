"""Views by name: each takes a run's work and gives tables by criterion."""

from collections.abc import Callable

from analysis.enums import View
from analysis.services.methods.agreement import agreement
from analysis.services.methods.base import Found, Work
from analysis.services.methods.clusters import kinds_of_people
from analysis.services.methods.consistency import consistency
from analysis.services.methods.disagreement import disagreement
from analysis.services.methods.distribution import distributions
from analysis.services.methods.models import models_beside_people
from analysis.services.methods.preferences import system_scores
from analysis.services.methods.representation import representation
from analysis.services.methods.single_truth import single_truth
from analysis.services.methods.suggestions import suggestions
from analysis.services.methods.variation import variation

METHODS: dict[View, Callable[[Work], Found]] = {
    View.DISTRIBUTION: distributions,
    View.SYSTEMS: system_scores,
    View.DISAGREEMENT: disagreement,
    View.AGREEMENT: agreement,
    View.CONSISTENCY: consistency,
    View.MODELS: models_beside_people,
    View.REPRESENTATION: representation,
    View.CLUSTERS: kinds_of_people,
    View.VARIATION: variation,
    View.SINGLE_TRUTH: single_truth,
    View.SUGGESTIONS: suggestions,
}

__all__ = ["METHODS", "Found", "Work"]
