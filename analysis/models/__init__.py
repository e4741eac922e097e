from analysis.models.population import Population
from analysis.models.rule import AnalysisRule
from analysis.models.run import AnalysisRun

__all__ = ["AnalysisRule", "AnalysisRun", "Population"]
