from analysis.models.population import Population
from analysis.models.run import AnalysisRun

__all__ = ["AnalysisRun", "Population"]
