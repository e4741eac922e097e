"""Pages of snapshots."""

from django.urls import path

from exports.views import snapshots

app_name = "exports"

urlpatterns = [
    path("campaigns/<slug:slug>/exports/", snapshots.snapshot_list, name="snapshot-list"),
    path("exports/<int:pk>/", snapshots.snapshot_detail, name="snapshot-detail"),
    path("exports/<int:pk>/cancel/", snapshots.snapshot_cancel, name="snapshot-cancel"),
    path("exports/<int:pk>/files/<path:name>", snapshots.snapshot_file, name="snapshot-file"),
    path("exports/<int:pk>/archive.zip", snapshots.snapshot_archive, name="snapshot-archive"),
]
