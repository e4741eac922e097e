"""Pages of snapshots."""

from django.urls import path

from exports.views import shared, snapshots, texts, wizard

app_name = "exports"

of_campaign = "campaigns/<slug:slug>/exports/"
of_snapshot = "exports/<int:pk>/"

urlpatterns = [
    path(of_campaign, snapshots.snapshot_list, name="snapshot-list"),
    path(f"{of_campaign}new/", wizard.snapshot_new, name="snapshot-new"),
    path(f"{of_campaign}rules/", snapshots.release_rules, name="release-rules"),
    path(f"{of_campaign}texts/", texts.text_review, name="text-review"),
    path(f"{of_campaign}texts/decide/", texts.text_decide, name="text-decide"),
    path(of_snapshot, snapshots.snapshot_detail, name="snapshot-detail"),
    path(f"{of_snapshot}cancel/", snapshots.snapshot_cancel, name="snapshot-cancel"),
    path(f"{of_snapshot}decide/", snapshots.snapshot_decide, name="snapshot-decide"),
    path(f"{of_snapshot}again/", snapshots.snapshot_again, name="snapshot-again"),
    path(f"{of_snapshot}difference/", snapshots.snapshot_difference, name="snapshot-difference"),
    path(f"{of_snapshot}links/", snapshots.link_create, name="link-create"),
    path("links/<int:pk>/revoke/", snapshots.link_revoke, name="link-revoke"),
    path(f"{of_snapshot}files/<str:name>", snapshots.snapshot_file, name="snapshot-file"),
    path(f"{of_snapshot}archive.zip", snapshots.snapshot_archive, name="snapshot-archive"),
    path("shared/<str:token>/", shared.shared, name="shared"),
    path("shared/<str:token>/archive.zip", shared.shared_archive, name="shared-archive"),
    path("shared/<str:token>/files/<str:name>", shared.shared_file, name="shared-file"),
]
