"""Routes under `/api/v1/`."""

from django.urls import path

from exports.api.release import (
    LinkView,
    ReleasePolicyView,
    ReleasePreviewView,
    SnapshotDecisionView,
    SnapshotDownloadsView,
    SnapshotLinksView,
)
from exports.api.texts import TextDecisionsView, TextsView
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
    path(
        "campaigns/<slug:slug>/exports/preview/",
        ReleasePreviewView.as_view(),
        name="api-export-preview",
    ),
    path(
        "campaigns/<slug:slug>/exports/rules/", ReleasePolicyView.as_view(), name="api-export-rules"
    ),
    path("campaigns/<slug:slug>/exports/texts/", TextsView.as_view(), name="api-export-texts"),
    path(
        "campaigns/<slug:slug>/exports/texts/decisions/",
        TextDecisionsView.as_view(),
        name="api-export-text-decisions",
    ),
    path("exports/<int:pk>/decision/", SnapshotDecisionView.as_view(), name="api-export-decision"),
    path("exports/<int:pk>/links/", SnapshotLinksView.as_view(), name="api-export-links"),
    path(
        "exports/<int:pk>/downloads/", SnapshotDownloadsView.as_view(), name="api-export-downloads"
    ),
    path("export-links/<int:pk>/", LinkView.as_view(), name="api-export-link"),
    path("exports/<int:pk>/", SnapshotView.as_view(), name="api-export"),
    path("exports/<int:pk>/cancel/", SnapshotCancelView.as_view(), name="api-export-cancel"),
    path("exports/<int:pk>/again/", SnapshotAgainView.as_view(), name="api-export-again"),
    path("exports/<int:pk>/reissue/", SnapshotReissueView.as_view(), name="api-export-reissue"),
    path(
        "exports/<int:pk>/difference/",
        SnapshotDifferenceView.as_view(),
        name="api-export-difference",
    ),
    path("exports/<int:pk>/files/<str:name>", SnapshotFileView.as_view(), name="api-export-file"),
]
