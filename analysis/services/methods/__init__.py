"""Views by name: each takes a run's work and gives tables by criterion."""

from collections.abc import Callable

from analysis.enums import View
from analysis.services.methods.base import Found, Work
from analysis.services.methods.consistency import consistency
from analysis.services.methods.distribution import distributions

METHODS: dict[View, Callable[[Work], Found]] = {
    View.DISTRIBUTION: distributions,
    View.CONSISTENCY: consistency,
}

__all__ = ["METHODS", "Found", "Work"]
