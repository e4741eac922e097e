"""Pages of bounds: of the installation, of campaigns, and of the person themselves."""

from django.urls import path

from policies.views import own, reviewing, rules

app_name = "policies"

of_campaign = "research/<slug:slug>/bounds/"

urlpatterns = [
    path("policies/", rules.installation, name="installation"),
    path("policies/new/", rules.installation_new, name="installation-new"),
    path("policies/rules/<int:pk>/", rules.rule, name="rule"),
    path("policies/rules/<int:pk>/edit/", rules.rule_edit, name="rule-edit"),
    path("policies/rules/<int:pk>/end/", rules.rule_end, name="rule-end"),
    path(of_campaign, rules.campaign_bounds, name="campaign"),
    path(f"{of_campaign}settings/", rules.campaign_setting, name="campaign-setting"),
    path(f"{of_campaign}new/", rules.campaign_rule_new, name="campaign-rule-new"),
    path(f"{of_campaign}review/", reviewing.review, name="review"),
    path(f"{of_campaign}verdicts/", reviewing.verdict, name="verdict"),
    path(f"{of_campaign}register/", reviewing.register, name="register"),
    path(f"{of_campaign}items/<path:external_id>/", reviewing.standing, name="standing"),
    path("my-data/bounds/", own.own_bounds, name="own"),
    path("my-data/bounds/rules/", own.own_rule_add, name="own-rule-add"),
    path("my-data/bounds/rules/<int:pk>/drop/", own.own_rule_drop, name="own-rule-drop"),
    path("my-data/bounds/rules/<int:pk>/verdict/", own.own_verdict, name="own-verdict"),
]
