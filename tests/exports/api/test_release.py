"""Release choices over REST: previews, rules, approval, and who may do what."""

import pytest

from accounts.enums import Role
from annotation.models import Campaign
from exports.models import ShareLink, Snapshot
from exports.services.sharing import create_link
from tests.exports.builders import Built, pairwise_campaign, published_snapshot
from tests.factories import api, make_user

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/api/v1/campaigns/pairs/exports/"
PUBLIC = {"profile": "public", "identifying": [{"question": "age"}, {"question": "tongues"}]}


@pytest.fixture
def built() -> Built:
    return pairwise_campaign()


@pytest.fixture
def campaign(built: Built) -> Campaign:
    return built.campaign


def link_to(snapshot: Snapshot) -> ShareLink:
    body = {"profile": "research", "text": "included", "k": 0, "identifying": [], "withheld": []}
    snapshot.choices = body
    snapshot.save(update_fields=["choices"])
    return create_link(snapshot, hours=1, created_by=snapshot.campaign.owner)


def routes(snapshot: Snapshot, link: ShareLink) -> list[tuple[str, str]]:
    detail = f"/api/v1/exports/{snapshot.pk}/"
    return [
        ("post", f"{BASE}preview/"),
        ("get", f"{BASE}rules/"),
        ("put", f"{BASE}rules/"),
        ("post", f"{detail}decision/"),
        ("get", f"{detail}links/"),
        ("post", f"{detail}links/"),
        ("get", f"{detail}downloads/"),
        ("delete", f"/api/v1/export-links/{link.pk}/"),
    ]


def test_everybody_else_finds_nothing_on_any_route(campaign: Campaign):
    snapshot = published_snapshot(campaign)
    link = link_to(snapshot)
    for role in (Role.RESEARCHER, Role.ANNOTATOR):
        client = api(make_user(role))
        found = [getattr(client, m)(path).status_code for m, path in routes(snapshot, link)]
        assert found == [404] * 8
    found = [getattr(api(), m)(path).status_code for m, path in routes(snapshot, link)]
    assert found == [401] * 8
    assert ShareLink.objects.get().is_open
    owner = api(campaign.owner)
    found = [getattr(owner, m)(path).status_code for m, path in routes(snapshot, link)]
    assert found == [200, 200, 400, 400, 200, 201, 200, 204]


def test_a_preview_counts_and_proposes_and_writes_nothing(campaign: Campaign):
    client = api(campaign.owner)
    body = client.post(f"{BASE}preview/", PUBLIC, format="json").json()
    assert (body["people"], body["small_people"], body["smallest"]) == (3, 3, None)
    assert body["choices"]["k"] == 5
    assert body["loss"] == 1.0
    proposed = client.post(f"{BASE}preview/", {**PUBLIC, "propose": True}, format="json")
    assert proposed.status_code == 200
    wrong = client.post(f"{BASE}preview/", {**PUBLIC, "k": 2}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "k")
    assert not Snapshot.objects.exists()


def test_a_release_is_asked_for_with_its_choices(campaign: Campaign):
    groups = [{"key": "adult", "options": ["young", "old"]}]
    wish = {
        "profile": "research",
        "text": "excluded",
        "identifying": [{"question": "age", "groups": groups}],
        "withheld": ["tongues"],
    }
    taken = api(campaign.owner).post(BASE, wish, format="json")
    assert taken.status_code == 202
    assert taken.json()["choices"] == {
        "profile": "research",
        "text": "excluded",
        "k": 0,
        "identifying": [
            {
                "question": "age",
                "groups": [{"key": "adult", "label": "young; old", "options": ["young", "old"]}],
            }
        ],
        "withheld": ["tongues"],
    }


def test_approval_over_rest(campaign: Campaign):
    owner, admin = api(campaign.owner), api(make_user(Role.ADMIN, "second@variorum.test"))
    rules = owner.put(f"{BASE}rules/", {"needs_approval": True, "least_k": 6}, format="json")
    assert rules.json() == {"needs_approval": True, "least_k": 6}
    less = owner.put(f"{BASE}rules/", {"needs_approval": False, "least_k": 6}, format="json")
    assert less.status_code == 403
    asked = owner.post(BASE, PUBLIC, format="json").json()
    assert (asked["state"], asked["choices"]["k"]) == ("awaiting", 6)
    path = f"/api/v1/exports/{asked['id']}/decision/"
    own = owner.post(path, {"approved": True}, format="json")
    assert (own.status_code, own.json()["code"]) == (409, "second-person")
    decided = admin.post(path, {"approved": True, "note": "Fine."}, format="json").json()
    assert decided["state"] == "queued"
    approval = decided["approval"]
    assert approval.pop("decided_at")
    assert approval == {"approved": True, "note": "Fine.", "decided_by": "second@variorum.test"}
    again = admin.post(path, {"approved": False, "note": "No."}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "not-awaiting")
