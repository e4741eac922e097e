"""Judgments as arrays of small numbers: what estimators work on."""

from analysis.arrays.judged import (
    Judged,
    JudgedComparisons,
    JudgedPlaces,
    JudgedRatings,
    JudgedValues,
)
from analysis.arrays.reading import Extent, extent_now, judged

__all__ = [
    "Extent",
    "Judged",
    "JudgedComparisons",
    "JudgedPlaces",
    "JudgedRatings",
    "JudgedValues",
    "extent_now",
    "judged",
]
