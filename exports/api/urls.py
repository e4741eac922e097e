"""Routes under `/api/v1/`."""

from django.urls import path

from exports.api.views import (
    SnapshotAgainView,
    SnapshotCancelView,
    SnapshotDifferenceView,
    SnapshotFileView,
    SnapshotReissueView,
    SnapshotsView,
    SnapshotView,
)

urlpatterns = [
    path("campaigns/<slug:slug>/exports/", SnapshotsView.as_view(), name="api-exports"),
    path("exports/<int:pk>/", SnapshotView.as_view(), name="api-export"),
    path("exports/<int:pk>/cancel/", SnapshotCancelView.as_view(), name="api-export-cancel"),
    path("exports/<int:pk>/again/", SnapshotAgainView.as_view(), name="api-export-again"),
    path("exports/<int:pk>/reissue/", SnapshotReissueView.as_view(), name="api-export-reissue"),
    path(
        "exports/<int:pk>/difference/",
        SnapshotDifferenceView.as_view(),
        name="api-export-difference",
    ),
    path("exports/<int:pk>/files/<path:name>", SnapshotFileView.as_view(), name="api-export-file"),
]
