"""Routes under `/api/v1/`."""

from django.urls import path

from policies.api.own import OwnBoundsView, OwnRulesView, OwnRuleView, OwnVerdictsView
from policies.api.reviewing import RegisterView, ReviewView, StandingView, VerdictsView
from policies.api.rules import (
    CampaignBoundsView,
    CampaignRulesView,
    InstallationRulesView,
    RuleEndView,
    RuleVersionsView,
    RuleView,
)

rules = "policies/rules/"
of_campaign = "campaigns/<slug:slug>/bounds/"

urlpatterns = [
    path(rules, InstallationRulesView.as_view(), name="api-rules"),
    path(f"{rules}<int:pk>/", RuleView.as_view(), name="api-rule"),
    path(f"{rules}<int:pk>/versions/", RuleVersionsView.as_view(), name="api-rule-versions"),
    path(f"{rules}<int:pk>/end/", RuleEndView.as_view(), name="api-rule-end"),
    path(of_campaign, CampaignBoundsView.as_view(), name="api-bounds"),
    path(f"{of_campaign}rules/", CampaignRulesView.as_view(), name="api-bounds-rules"),
    path(f"{of_campaign}review/", ReviewView.as_view(), name="api-bounds-review"),
    path(f"{of_campaign}verdicts/", VerdictsView.as_view(), name="api-bounds-verdicts"),
    path(f"{of_campaign}standing/", StandingView.as_view(), name="api-bounds-standing"),
    path(f"{of_campaign}register/", RegisterView.as_view(), name="api-bounds-register"),
    path("me/bounds/", OwnBoundsView.as_view(), name="api-own-bounds"),
    path("me/bounds/rules/", OwnRulesView.as_view(), name="api-own-rules"),
    path("me/bounds/rules/<int:pk>/", OwnRuleView.as_view(), name="api-own-rule"),
    path("me/bounds/rules/<int:pk>/verdicts/", OwnVerdictsView.as_view(), name="api-own-verdicts"),
]
