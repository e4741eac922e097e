"""Pages of values."""

from django.urls import path

from values.views import audits, taxonomies

app_name = "values"

of_campaign = "campaigns/<slug:slug>/audits/"
of_audit = "audits/<int:pk>/"

urlpatterns = [
    path(of_campaign, audits.audit_list, name="audit-list"),
    path(f"{of_campaign}new/", audits.audit_new, name="audit-new"),
    path(f"{of_campaign}sample/", audits.sample_create, name="sample-create"),
    path(of_audit, audits.audit_detail, name="audit-detail"),
    path(f"{of_audit}cancel/", audits.audit_cancel, name="audit-cancel"),
    path(f"{of_audit}files/<str:name>", audits.audit_file, name="audit-file"),
    path("taxonomies/", taxonomies.taxonomy_list, name="taxonomy-list"),
]
