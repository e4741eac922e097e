"""Routes under `/api/v1/`."""

from django.urls import path

from exports.api.views import (
    SnapshotCancelView,
    SnapshotFileView,
    SnapshotsView,
    SnapshotView,
)

urlpatterns = [
    path("campaigns/<slug:slug>/exports/", SnapshotsView.as_view(), name="api-exports"),
    path("exports/<int:pk>/", SnapshotView.as_view(), name="api-export"),
    path("exports/<int:pk>/cancel/", SnapshotCancelView.as_view(), name="api-export-cancel"),
    path("exports/<int:pk>/files/<str:name>", SnapshotFileView.as_view(), name="api-export-file"),
]
