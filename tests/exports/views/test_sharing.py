"""Shared links and the audit trail: who may fetch what without an account, and that it is kept."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from annotation.models import Campaign
from exports.archive import Archive
from exports.downloads import Taker
from exports.models import Download, HeldRows, ShareLink, Snapshot, Withdrawal
from exports.services.sharing import create_link, revoke_link, token_of
from tests.exports.builders import CONTENT, published_snapshot
from tests.factories import api, make_campaign, make_user

pytestmark = pytest.mark.django_db
NAME = "judgments.jsonl.gz"


@pytest.fixture
def owner() -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def campaign(owner: User) -> Campaign:
    return make_campaign(owner, slug="mine", title="Mine")


@pytest.fixture
def snapshot(campaign: Campaign) -> Snapshot:
    snapshot = published_snapshot(campaign)
    choices = {"profile": "research", "text": "included", "k": 0, "identifying": [], "withheld": []}
    Snapshot.objects.filter(pk=snapshot.pk).update(choices=choices)
    return Snapshot.objects.get(pk=snapshot.pk)


@pytest.fixture
def link(snapshot: Snapshot, owner: User) -> ShareLink:
    return create_link(snapshot, hours=24, label="Workshop", created_by=owner)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def addresses(token: str) -> list[str]:
    return [
        reverse("exports:shared", args=[token]),
        reverse("exports:shared-file", args=[token, NAME]),
        reverse("exports:shared-archive", args=[token]),
    ]


def statuses(token: str) -> list[int]:
    found = []
    for address in addresses(token):
        response = Client().get(address)
        found.append(response.status_code)
        assert b"".join(response) or not response.streaming
    return found


def test_whoever_has_the_link_fetches_without_an_account(link: ShareLink):
    token = token_of(link)
    assert statuses(token) == [200, 200, 200]
    page = Client().get(addresses(token)[0])
    assert reverse("exports:shared-file", args=[token, NAME]) in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    archive = b"".join(Client().get(addresses(token)[2]))
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        assert content.testzip() is None
    link.refresh_from_db()
    assert link.visits == 2


def test_expired_and_closed_links_find_nothing(link: ShareLink, owner: User):
    token = token_of(link)
    ShareLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert statuses(token) == [404] * 3
    ShareLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    assert statuses(token) == [200] * 3
    path = reverse("exports:link-revoke", args=[link.pk])
    assert signed_in(owner).post(path).status_code == 302
    assert statuses(token) == [404] * 3
    revoke_link(link)
    assert ShareLink.objects.get(pk=link.pk).revoked_at is not None


def test_tampered_links_find_nothing(link: ShareLink):
    token = token_of(link)
    value, signature = token.rsplit(".", 1)
    number, nonce = value.split("-", 1)
    foreign = Signer(salt="another", sep=".").sign(value)
    right_key_wrong_nonce = Signer(salt="exports.shared-link", sep=".").sign(f"{number}-x{nonce}")
    for wrong in (
        *(value, f"{int(number) + 1}-{nonce}.{signature}", token[:-1], token + "x", foreign),
        *(right_key_wrong_nonce, "x", "1-2.3"),
    ):
        assert statuses(wrong) == [404] * 3, wrong
    assert not Download.objects.exists()


def test_names_that_are_paths_find_nothing(link: ShareLink, snapshot: Snapshot, owner: User):
    client, token = signed_in(owner), token_of(link)
    stored = snapshot.files.get(name=NAME).stored_name
    for name in ("../secret_key", "%2e%2e/secret_key", "..%2fsecret_key", stored, f"./{NAME}", "/"):
        for base in (
            f"/exports/{snapshot.pk}/files/",
            f"/api/v1/exports/{snapshot.pk}/files/",
            f"/shared/{token}/files/",
        ):
            assert client.get(f"{base}{name}").status_code in (401, 404), base + name
    assert not Download.objects.exists()


def test_full_unfinished_and_withdrawn_snapshots_are_not_shared(
    campaign: Campaign, snapshot: Snapshot, owner: User, link: ShareLink
):
    full = published_snapshot(campaign)
    path = reverse("exports:link-create", args=[full.pk])
    page = signed_in(owner).post(path, {"hours": 24, "label": ""}, follow=True).content.decode()
    assert "it is not shared by link" in page
    assert not full.links.exists()
    # A link that is open already closes once somebody in the snapshot withdraws.
    token = token_of(link)
    HeldRows.objects.create(
        withdrawal=Withdrawal.objects.create(annotator_id=1),
        snapshot=snapshot,
        judgments=1,
        assignments=1,
    )
    assert statuses(token) == [404] * 3


def test_links_are_made_and_shown_on_the_page(snapshot: Snapshot, owner: User):
    client = signed_in(owner)
    path = reverse("exports:link-create", args=[snapshot.pk])
    client.post(path, {"hours": 72, "label": "Reviewers"})
    made = ShareLink.objects.get()
    assert (made.label, made.created_by) == ("Reviewers", owner)
    assert timedelta(hours=71) < made.expires_at - timezone.now() < timedelta(hours=73)
    page = client.get(reverse("exports:snapshot-detail", args=[snapshot.pk])).content.decode()
    assert f"http://testserver/shared/{token_of(made)}/" in page
    client.post(path, {"hours": 999_999})
    assert ShareLink.objects.count() == 1


def test_every_download_is_in_the_trail(snapshot: Snapshot, owner: User, link: ShareLink):
    client = signed_in(owner)
    path = reverse("exports:snapshot-file", args=[snapshot.pk, NAME])
    b"".join(client.get(path))
    b"".join(client.get(path, headers={"Range": "bytes=5-9"}))
    client.head(path)
    client.get(path, headers={"If-None-Match": "*"})
    client.get(path, headers={"Range": "bytes=999999-"})
    b"".join(Client().get(reverse("exports:shared-archive", args=[token_of(link)])))
    b"".join(api(owner).get(f"/api/v1/exports/{snapshot.pk}/files/README.md"))
    whole = sum(file.bytes for file in snapshot.files.all())
    entries = [
        (
            one.user,
            one.link,
            one.file.name if one.file else None,
            one.first_byte,
            one.asked,
            one.is_whole,
        )
        for one in Download.objects.order_by("pk")
    ]
    assert entries == [
        (owner, None, NAME, 0, len(CONTENT), True),
        (owner, None, NAME, 5, 5, False),
        (None, link, None, 0, whole, True),
        (owner, None, "README.md", 0, 6, True),
    ]
    sent = list(Download.objects.order_by("pk").values_list("sent", flat=True))
    assert sent == [len(CONTENT), 5, whole, 6]
    page = client.get(reverse("exports:snapshot-detail", args=[snapshot.pk])).content.decode()
    assert "5\xa0bytes from byte 5" in page
    assert "archive of all files" in page
    assert "Workshop" in page
    body = api(owner).get(f"/api/v1/exports/{snapshot.pk}/downloads/").json()
    assert [one["file"] for one in body] == ["README.md", None, NAME, NAME]
    assert [one["link"] for one in body] == [None, link.pk, None, None]


def test_a_broken_off_download_says_how_far_it_came(snapshot: Snapshot, owner: User):
    archive = Archive(snapshot, Taker(owner))
    stream = iter(archive)
    for _chunk in range(2):
        next(stream)
    archive.close()
    entry = Download.objects.get()
    assert (entry.sent, entry.asked) == (len(CONTENT), len(CONTENT) + 6)


def test_links_over_rest(snapshot: Snapshot, owner: User, django_assert_num_queries: Any):
    client = api(owner)
    base = f"/api/v1/exports/{snapshot.pk}/links/"
    made = client.post(base, {"hours": 5, "label": "R"}, format="json")
    assert made.status_code == 201
    path = made.json()["url"].removeprefix("http://testserver")
    assert Client().get(path).status_code == 200
    assert [one["visits"] for one in client.get(base).json()] == [1]
    closed = client.delete(f"/api/v1/export-links/{made.json()['id']}/")
    assert closed.status_code == 204
    assert client.get(base).json()[0]["url"] is None
    assert Client().get(path).status_code == 404
