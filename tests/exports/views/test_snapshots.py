"""Snapshots as pages."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from annotation.enums import JobState
from annotation.models import Campaign
from exports.models import ShareLink, Snapshot
from tests.exports.builders import CONTENT, moment_of, published_snapshot
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db
USUAL = {"profile": "research", "text": "included"}
QUERIES = 8


@pytest.fixture
def owner() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def campaign(owner: User) -> Campaign:
    return make_campaign(owner, slug="mine", title="Mine <b>")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def running(campaign: Campaign, **fields: Any) -> Snapshot:
    return Snapshot.objects.create(
        **{"campaign": campaign, "state": JobState.RUNNING, "key": b"", **fields},
        moment=moment_of(campaign),
    )


def routes(snapshot: Snapshot) -> list[tuple[str, str]]:
    pk = snapshot.pk
    return [
        ("get", reverse("exports:snapshot-list", args=["mine"])),
        ("get", reverse("exports:snapshot-new", args=["mine"])),
        ("post", reverse("exports:snapshot-new", args=["mine"])),
        ("post", reverse("exports:release-rules", args=["mine"])),
        ("get", reverse("exports:text-review", args=["mine"])),
        ("get", reverse("exports:snapshot-detail", args=[pk])),
        ("get", reverse("exports:snapshot-file", args=[pk, "README.md"])),
        ("get", reverse("exports:snapshot-archive", args=[pk])),
        ("post", reverse("exports:snapshot-cancel", args=[pk])),
        ("post", reverse("exports:snapshot-decide", args=[pk])),
        ("post", reverse("exports:snapshot-again", args=[pk])),
        ("post", reverse("exports:link-create", args=[pk])),
        ("post", reverse("exports:link-revoke", args=[link_to(snapshot).pk])),
        ("post", reverse("exports:text-decide", args=["mine"])),
        ("get", reverse("exports:snapshot-difference", args=[pk]) + f"?since={pk}"),
    ]


def link_to(snapshot: Snapshot) -> ShareLink:
    return ShareLink.objects.create(
        snapshot=snapshot, expires_at=timezone.now() + timedelta(hours=1)
    )


def statuses(client: Client, snapshot: Snapshot) -> list[int]:
    found = []
    for method, path in routes(snapshot):
        response = getattr(client, method)(path)
        found.append(response.status_code)
        assert b"".join(response) or not response.streaming  # read to its end, which closes it
    return found


def test_owner_and_admin_reach_every_page(campaign: Campaign, owner: User):
    snapshot = published_snapshot(campaign)
    for user in (owner, make_user(Role.ADMIN)):
        assert statuses(signed_in(user), snapshot) == [200] * 3 + [302] + [200] * 4 + [302] * 5 + [
            404,
            409,
        ]


def test_everybody_else_finds_nothing_on_any_page(campaign: Campaign):
    snapshot = published_snapshot(campaign)
    for role in (Role.RESEARCHER, Role.ANNOTATOR):
        assert statuses(signed_in(make_user(role)), snapshot) == [404] * 15


def test_strangers_are_sent_to_sign_in(campaign: Campaign):
    snapshot = published_snapshot(campaign)
    assert statuses(Client(), snapshot) == [302] * 15
    response = Client().get(reverse("exports:snapshot-detail", args=[snapshot.pk]))
    assert response["Location"].startswith(reverse("accounts:sign-in"))


def test_a_poll_after_the_session_ended_leads_the_whole_page_to_sign_in(campaign: Campaign):
    path = reverse("exports:snapshot-detail", args=[running(campaign).pk])
    response = Client().get(path, headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith(reverse("accounts:sign-in"))


def test_a_campaign_without_snapshots_says_so(campaign: Campaign, owner: User):
    page = signed_in(owner).get(reverse("exports:snapshot-list", args=["mine"])).content.decode()
    assert "There is no snapshot yet." in page
    assert "Mine &lt;b&gt;" in page
    assert "<b>" not in page.replace("&lt;b&gt;", "")


def test_the_list_asks_the_database_the_same_for_any_number(
    campaign: Campaign, owner: User, django_assert_num_queries: Any
):
    client = signed_in(owner)
    path = reverse("exports:snapshot-list", args=["mine"])
    client.get(path)
    for number in (1, 3):
        while Snapshot.objects.count() < number:
            published_snapshot(campaign)
        with django_assert_num_queries(QUERIES):
            page = client.get(path).content.decode()
        assert page.count("badge-done") == number
    numbers = [int(pk) for pk in re.findall(r"/exports/(\d+)/", page)]
    assert numbers == sorted(numbers, reverse=True)


def test_only_admins_are_offered_stable_names(campaign: Campaign, owner: User):
    path = reverse("exports:snapshot-new", args=["mine"])
    assert 'value="stable"' not in signed_in(owner).get(path).content.decode()
    assert 'value="stable"' in signed_in(make_user(Role.ADMIN)).get(path).content.decode()
    wish = {"format": "csv", "pseudonyms": "stable", "step": "make", **USUAL}
    assert signed_in(owner).post(path, wish).status_code == 422
    assert not Snapshot.objects.exists()


def test_the_form_starts_a_snapshot_and_leads_to_it(
    campaign: Campaign, owner: User, sent: list[int], django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(owner).post(
            reverse("exports:snapshot-new", args=["mine"]),
            {"format": "csv", "pseudonyms": "per-release", "step": "make", **USUAL},
        )
    snapshot = Snapshot.objects.get()
    assert (snapshot.format, snapshot.created_by, sent) == ("csv", owner, [snapshot.pk])
    assert response["Location"] == reverse("exports:snapshot-detail", args=[snapshot.pk])


def test_a_running_snapshot_polls_and_a_part_of_the_page_answers(campaign: Campaign, owner: User):
    snapshot = running(campaign, steps_total=200, steps_done=50)
    path = reverse("exports:snapshot-detail", args=[snapshot.pk])
    client = signed_in(owner)
    page = client.get(path).content.decode()
    assert "<!DOCTYPE html>" in page
    assert f'hx-get="{path}"' in page
    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<!DOCTYPE html>" not in part
    assert 'hx-trigger="every 1s"' in part
    assert 'value="25"' in part
    assert "50 of 200 rows" in part
    assert reverse("exports:snapshot-cancel", args=[snapshot.pk]) in part


def test_an_ended_snapshot_does_not_poll(campaign: Campaign, owner: User):
    client = signed_in(owner)
    for state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
        snapshot = published_snapshot(campaign)
        Snapshot.objects.filter(pk=snapshot.pk).update(state=state)
        page = client.get(reverse("exports:snapshot-detail", args=[snapshot.pk])).content.decode()
        assert f'hx-get="{reverse("exports:snapshot-detail", args=[snapshot.pk])}"' not in page
        assert f"badge-{state}" in page


def test_a_failed_snapshot_says_why_and_what_to_do(campaign: Campaign, owner: User):
    snapshot = running(campaign, state=JobState.FAILED, error="There is no space left.")
    path = reverse("exports:snapshot-detail", args=[snapshot.pk])
    page = signed_in(owner).get(path).content.decode()
    assert "There is no space left." in page
    assert "Make a new snapshot" in page


def test_a_done_snapshot_lists_files_with_hashes_and_links(campaign: Campaign, owner: User):
    snapshot = published_snapshot(campaign)
    path = reverse("exports:snapshot-detail", args=[snapshot.pk])
    page = signed_in(owner).get(path).content.decode()
    assert hashlib.sha256(CONTENT).hexdigest() in page
    assert reverse("exports:snapshot-file", args=[snapshot.pk, "judgments.jsonl.gz"]) in page
    assert reverse("exports:snapshot-archive", args=[snapshot.pk]) in page


def test_cancelling_leads_back_to_the_snapshot(campaign: Campaign, owner: User):
    snapshot = running(campaign)
    client = signed_in(owner)
    response = client.post(reverse("exports:snapshot-cancel", args=[snapshot.pk]), follow=True)
    snapshot.refresh_from_db()
    assert snapshot.cancel_requested
    assert "Being called off" in response.content.decode()
    assert client.get(reverse("exports:snapshot-cancel", args=[snapshot.pk])).status_code == 405
    ended = published_snapshot(campaign)
    response = client.post(reverse("exports:snapshot-cancel", args=[ended.pk]), follow=True)
    assert "had ended already" in response.content.decode()


def test_a_file_can_be_fetched_in_ranges(campaign: Campaign, owner: User):
    snapshot = published_snapshot(campaign)
    path = reverse("exports:snapshot-file", args=[snapshot.pk, "judgments.jsonl.gz"])
    response = signed_in(owner).get(path, headers={"Range": "bytes=1-2"})
    assert (response.status_code, b"".join(response)) == (206, CONTENT[1:3])


def test_the_archive_holds_every_file_and_is_the_same_each_time(campaign: Campaign, owner: User):
    snapshot = published_snapshot(campaign)
    path = reverse("exports:snapshot-archive", args=[snapshot.pk])
    client = signed_in(owner)
    contents = []
    for _time in range(2):
        response = client.get(path)
        assert response.streaming
        assert response["Content-Type"] == "application/zip"
        contents.append(b"".join(response))
    assert contents[0] == contents[1]
    with zipfile.ZipFile(io.BytesIO(contents[0])) as archive:
        assert archive.testzip() is None
        folder = f"mine-snapshot-{snapshot.pk}"
        assert archive.namelist() == [f"{folder}/judgments.jsonl.gz", f"{folder}/README.md"]
        assert archive.read(f"{folder}/judgments.jsonl.gz") == CONTENT
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")


def test_there_is_no_archive_before_the_end(campaign: Campaign, owner: User):
    path = reverse("exports:snapshot-archive", args=[running(campaign).pk])
    assert signed_in(owner).get(path).status_code == 404
