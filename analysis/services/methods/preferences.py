"""Systems by stratum: each stratum by itself, then what sets it apart from what is common."""

from analysis.services.methods.base import Found, Work
from analysis.services.methods.deviations import deviation_tables
from analysis.services.methods.ordering import best_worst_tables, ranking_tables
from analysis.services.methods.systems import score_tables

PARTS = (score_tables, deviation_tables, ranking_tables, best_worst_tables)


def system_scores(work: Work) -> Found:
    """For each criterion: utilities of systems, and whether strata differ in them."""
    found: Found = {}
    for code, key in enumerate(work.judged.criteria):
        found[key] = []
        for part in PARTS:
            work.alive()
            found[key] += part(work, code)
    return found
