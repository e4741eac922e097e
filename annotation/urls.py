"""Pages of annotators under `campaigns/`, of researchers under `research/`."""

from django.urls import path

from annotation.views import joining, judging

app_name = "annotation"

annotator = [
    path("campaigns/", joining.campaign_list, name="campaign-list"),
    path("campaigns/<slug:slug>/", joining.campaign_start, name="campaign-start"),
    path("campaigns/<slug:slug>/consent/", joining.campaign_consent, name="campaign-consent"),
    path("campaigns/<slug:slug>/about-you/", joining.campaign_questions, name="campaign-questions"),
    path("campaigns/<slug:slug>/guideline/", joining.campaign_guideline, name="campaign-guideline"),
    path("campaigns/<slug:slug>/judge/", judging.campaign_judge, name="campaign-judge"),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/",
        judging.assignment_submit,
        name="assignment-submit",
    ),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/skip/",
        judging.assignment_skip,
        name="assignment-skip",
    ),
    path(
        "campaigns/<slug:slug>/judge/<int:pk>/heartbeat/",
        judging.assignment_heartbeat,
        name="assignment-heartbeat",
    ),
]

# Researchers' pages.
research: list = []

urlpatterns = [*annotator, *research]
