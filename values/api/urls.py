"""REST routes of values, under `/api/v1/`."""

from django.urls import path

from values.api.audits import AuditCancelView, AuditFileView, AuditsView, AuditView
from values.api.samples import SamplesView, TaxonomiesView

urlpatterns = [
    path("campaigns/<slug:slug>/audits/", AuditsView.as_view(), name="api-audits"),
    path("campaigns/<slug:slug>/value-samples/", SamplesView.as_view(), name="api-value-samples"),
    path("audits/<int:pk>/", AuditView.as_view(), name="api-audit"),
    path("audits/<int:pk>/cancel/", AuditCancelView.as_view(), name="api-audit-cancel"),
    path("audits/<int:pk>/files/<str:name>", AuditFileView.as_view(), name="api-audit-file"),
    path("taxonomies/", TaxonomiesView.as_view(), name="api-taxonomies"),
]
