"""Pages of analysis."""

from django.urls import path

from analysis.views import populations, runs, shown

app_name = "analysis"

of_campaign = "campaigns/<slug:slug>/analysis/"
of_run = f"{of_campaign}runs/<int:pk>/"

urlpatterns = [
    path(of_campaign, runs.home, name="home"),
    path(f"{of_campaign}start/", runs.start, name="run-start"),
    path(f"{of_campaign}rule/", runs.rule, name="rule"),
    path(f"{of_campaign}populations/add/", populations.population_add, name="population-add"),
    path(
        f"{of_campaign}populations/<int:pk>/remove/",
        populations.population_remove,
        name="population-remove",
    ),
    path(of_run, runs.run_detail, name="run-detail"),
    path(f"{of_run}cancel/", runs.run_cancel, name="run-cancel"),
    path(f"{of_run}again/", runs.run_again, name="run-again"),
    path(f"{of_campaign}<slug:view>/", shown.view_page, name="view"),
    path(f"{of_campaign}<slug:view>/file.<str:extension>", shown.view_file, name="view-file"),
]
