"""The team's page and an invitation's, and the same over REST."""

import pytest
from django.core import mail
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from annotation.enums import CampaignRole
from annotation.models import Campaign, CampaignMembership, Invitation
from annotation.services.invitations import invitation_token, invite
from tests.factories import api, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(slug="shared")


@pytest.fixture(autouse=True)
def _mail_at_once(monkeypatch):
    from annotation import tasks

    monkeypatch.setattr(tasks.send_invitation, "delay", tasks.send_invitation)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def member(campaign: Campaign, role: CampaignRole) -> CampaignMembership:
    user = make_user(Role.RESEARCHER)
    return CampaignMembership.objects.create(campaign=campaign, user=user, role=role)


def test_an_owner_invites_by_mail_and_sees_the_address(campaign):
    client = browser(campaign.owner)
    form = {"role": "editor", "email": "ada@variorum.test", "most": "1", "days": "3"}
    page = client.post("/research/shared/team/", form, follow=True).content.decode()
    token = invitation_token(Invitation.objects.get())
    assert f"http://testserver/invitations/{token}/" in page
    assert f"http://testserver/invitations/{token}/" in mail.outbox[0].body
    client.post(f"/research/shared/team/invitations/{Invitation.objects.get().pk}/revoke/")
    assert token not in client.get("/research/shared/team/").content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"role": "king", "most": "1", "days": "3"},
        {"role": "viewer", "email": "nobody", "most": "1", "days": "3"},
        {"role": "viewer", "most": "0", "days": "3"},
        {"role": "viewer", "most": "1", "days": "31"},
    ],
)
def test_an_invitation_that_cannot_be_is_not_made(campaign, form):
    assert browser(campaign.owner).post("/research/shared/team/", form).status_code == 422
    assert not Invitation.objects.exists()


def test_viewers_see_people_and_no_invitation(campaign):
    token = invitation_token(invite(campaign, role=CampaignRole.VIEWER, by=campaign.owner))
    viewer = member(campaign, CampaignRole.VIEWER)
    page = browser(viewer.user).get("/research/shared/team/").content.decode()
    assert campaign.owner.email in page
    assert token not in page
    assert "Leave this team" in page
    assert "Hand the campaign over" not in page
    assert browser(viewer.user).post("/research/shared/team/", {}).status_code == 403


def test_pages_offer_a_viewer_nothing_that_they_may_not(campaign):
    viewer = browser(member(campaign, CampaignRole.VIEWER).user)
    owner = browser(campaign.owner)
    for address, offers in {
        "/research/shared/": ["/edit/", "/open/", "Import items"],
        "/research/shared/entry/": ["Make the link"],
        "/research/shared/bounds/": ["/bounds/new/", "/bounds/settings/"],
        "/campaigns/shared/exports/": ["/exports/new/", "/exports/rules/"],
        "/campaigns/shared/analysis/": ["/analysis/start/", "/analysis/rule/"],
        "/campaigns/shared/audits/": ["/audits/sample/"],
    }.items():
        page, full = (one.get(address).content.decode() for one in (viewer, owner))
        for offer in offers:
            assert offer in full, address
            assert offer not in page, address


def test_the_team_page_asks_as_much_of_one_as_of_many(campaign, django_assert_num_queries):
    client = browser(campaign.owner)
    for _more in range(3):
        member(campaign, CampaignRole.VIEWER)
        invite(campaign, role=CampaignRole.VIEWER, by=campaign.owner)
        with django_assert_num_queries(4):  # the person, the campaign, members, invitations
            assert client.get("/research/shared/team/").status_code == 200


def test_roles_leaving_and_handing_over_on_the_page(campaign):
    one, owner = member(campaign, CampaignRole.VIEWER), browser(campaign.owner)
    owner.post(f"/research/shared/team/members/{one.pk}/role/", {"role": "editor"})
    one.refresh_from_db()
    assert one.role == "editor"
    owner.post("/research/shared/team/transfer/", {"member": str(one.pk)})
    assert Campaign.objects.get().owner == one.user
    refused = owner.post("/research/shared/team/transfer/", {"member": "x"})
    assert refused.status_code == 404
    former = CampaignMembership.objects.get()
    assert former.user == campaign.owner
    owner.post("/research/shared/team/leave/")
    assert not CampaignMembership.objects.exists()
    assert owner.get("/research/shared/team/").status_code == 404


def test_a_visitor_sees_the_offer_and_comes_in_with_an_account_of_their_own(campaign):
    offer = invite(campaign, role=CampaignRole.EDITOR, by=campaign.owner)
    client, address = Client(), f"/invitations/{invitation_token(offer)}/"
    page = client.get(address).content.decode()
    assert campaign.title in page
    assert f"/accounts/sign-in/?next={address}" in page
    refused = client.post(address, {"email": "ada@variorum.test", "password": "1"})
    assert refused.status_code == 422
    taken = {"email": campaign.owner.email, "password": "correct-horse-battery"}
    assert client.post(address, taken).status_code == 422
    form = {"email": "ada@variorum.test", "password": "correct-horse-battery"}
    assert client.post(address, form)["Location"] == "/research/shared/"
    assert client.get("/research/shared/edit/").status_code == 200
    assert client.get(address).status_code == 404


def test_looking_changes_nothing_and_the_button_accepts(campaign):
    offer = invite(campaign, role=CampaignRole.VIEWER, by=campaign.owner)
    user, address = make_user(Role.RESEARCHER), f"/invitations/{invitation_token(offer)}/"
    client = browser(user)
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert not campaign.memberships.exists()
    assert client.post(address)["Location"] == "/research/shared/"
    assert campaign.memberships.get().user == user


def test_an_annotators_account_is_told_why_it_is_not_let_in(campaign):
    offer = invite(campaign, role=CampaignRole.VIEWER, by=campaign.owner)
    client, address = browser(make_user()), f"/invitations/{invitation_token(offer)}/"
    assert "This account judges for campaigns" in client.get(address).content.decode()
    assert client.post(address).status_code == 409


def test_the_team_over_rest(campaign):
    owner, path = api(campaign.owner), "/api/v1/campaigns/shared/"
    said = {"role": "viewer", "email": "ada@variorum.test", "days": 2}
    made = owner.post(f"{path}invitations/", said, format="json")
    assert made.status_code == 201
    assert (made.json()["role"], made.json()["email"], made.json()["taken"]) == (
        "viewer",
        "ada@variorum.test",
        0,
    )
    assert len(mail.outbox) == 1
    ada = make_user(Role.RESEARCHER, "ada@variorum.test")
    token = made.json()["url"].rstrip("/").rsplit("/", 1)[1]
    accepted = api(ada).post("/api/v1/invitations/accept/", {"token": token}, format="json")
    assert accepted.json() == {"campaign": "shared", "role": "viewer"}
    assert owner.get(f"{path}invitations/").json() == []
    people = api(ada).get(f"{path}members/").json()
    assert [(one["email"], one["role"], one["holds"]) for one in people] == [
        (campaign.owner.email, "owner", True),
        ("ada@variorum.test", "viewer", False),
    ]
    number = people[1]["id"]
    assert api(ada).patch(f"{path}members/{number}/", {"role": "owner"}).status_code == 403
    changed = owner.patch(f"{path}members/{number}/", {"role": "editor"}, format="json")
    assert changed.json()[1]["role"] == "editor"
    handed = owner.post(f"{path}transfer/", {"member": number}, format="json")
    assert [one["email"] for one in handed.json()] == ["ada@variorum.test", campaign.owner.email]
    assert api(ada).post(f"{path}leave/").json()["code"] == "holds-campaign"
    assert owner.post(f"{path}leave/").status_code == 204
    assert owner.get(f"{path}members/").status_code == 404


def test_public_releases_and_links_are_for_owners(campaign):
    editor = api(member(campaign, CampaignRole.EDITOR).user)
    said = {"profile": "public", "format": "jsonl"}
    path = "/api/v1/campaigns/shared/exports/"
    assert editor.post(path, said, format="json").status_code == 403
    assert editor.post(path, {**said, "profile": "research"}, format="json").status_code == 202
    assert api(campaign.owner).post(path, said, format="json").status_code == 202
