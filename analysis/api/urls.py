"""REST routes of analysis."""

from django.urls import path

from analysis.api.populations import PopulationsView, PopulationView
from analysis.api.runs import (
    AnalysisView,
    AnalysisViewView,
    RuleView,
    RunAgainView,
    RunCancelView,
    RunsView,
    RunView,
)

analysis = "campaigns/<slug:slug>/analysis/"

urlpatterns = [
    path(analysis, AnalysisView.as_view(), name="api-analysis"),
    path(f"{analysis}rule/", RuleView.as_view(), name="api-analysis-rule"),
    path(f"{analysis}populations/", PopulationsView.as_view(), name="api-analysis-populations"),
    path(
        f"{analysis}populations/<int:pk>/",
        PopulationView.as_view(),
        name="api-analysis-population",
    ),
    path(f"{analysis}runs/", RunsView.as_view(), name="api-analysis-runs"),
    path(f"{analysis}runs/<int:pk>/", RunView.as_view(), name="api-analysis-run"),
    path(
        f"{analysis}runs/<int:pk>/cancel/", RunCancelView.as_view(), name="api-analysis-run-cancel"
    ),
    path(f"{analysis}runs/<int:pk>/again/", RunAgainView.as_view(), name="api-analysis-run-again"),
    path(f"{analysis}<slug:view>/", AnalysisViewView.as_view(), name="api-analysis-view"),
]
