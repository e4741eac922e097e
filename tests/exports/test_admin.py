"""The admin site shows snapshots and changes none."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from exports.models import (
    Approval,
    Download,
    ReleasePolicy,
    ShareLink,
    Snapshot,
    TextDecision,
)
from tests.exports.builders import published_snapshot
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMIN), backend="accounts.backends.AccountBackend")
    return client


def test_snapshots_and_files_are_read_only(client: Client):
    snapshot = published_snapshot(make_campaign())
    Snapshot.objects.update(key=b"\xaa" * 32)
    for model, pk in (("snapshot", snapshot.pk), ("snapshotfile", snapshot.files.first().pk)):
        assert client.get(reverse(f"admin:exports_{model}_changelist")).status_code == 200
        change = reverse(f"admin:exports_{model}_change", args=[pk])
        page = client.get(change).content.decode()
        assert "_save" not in page
        assert "xaa" not in page
        assert client.post(change, {}).status_code == 403
        assert client.get(reverse(f"admin:exports_{model}_add")).status_code == 403
        assert client.post(reverse(f"admin:exports_{model}_delete", args=[pk])).status_code == 403


def test_what_was_decided_and_fetched_is_read_only(client: Client):
    snapshot = published_snapshot(make_campaign())
    user = snapshot.campaign.owner
    link = ShareLink.objects.create(snapshot=snapshot, expires_at=timezone.now())
    rows = [
        link,
        Approval.objects.create(snapshot=snapshot, approved=True, decided_by=user),
        ReleasePolicy.objects.create(campaign=snapshot.campaign),
        Download.objects.create(snapshot=snapshot, user=user, asked=1, is_whole=True),
        TextDecision.objects.create(
            campaign=snapshot.campaign, kind="reason", row=1, sha256="0" * 64, verdict="keep"
        ),
    ]
    for row in rows:
        model = row._meta.model_name
        assert client.get(reverse(f"admin:exports_{model}_changelist")).status_code == 200
        change = reverse(f"admin:exports_{model}_change", args=[row.pk])
        page = client.get(change).content.decode()
        assert "_save" not in page
        assert link.nonce not in page
        assert client.post(change, {}).status_code == 403
