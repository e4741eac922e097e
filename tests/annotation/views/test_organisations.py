"""Pages of organisations, and the same over REST."""

import pytest
from django.core import mail
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from accounts.services.tokens import make_token
from annotation.enums import OrganisationRole
from annotation.models import Organisation, OrganisationInvitation, OrganisationMembership
from annotation.services.organisation_invitations import (
    invite_into_organisation,
    organisation_token,
)
from annotation.services.organisations import create_organisation, place_campaign
from tests.factories import PASSWORD, api, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return make_user(Role.RESEARCHER)


@pytest.fixture
def lab(head):
    return create_organisation("Tea Lab", "tea-lab", by=head)


@pytest.fixture(autouse=True)
def _mail_at_once(monkeypatch):
    from annotation import tasks

    task = tasks.send_organisation_invitation
    monkeypatch.setattr(task, "delay", task)


def browser(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    return client


def member(lab, role=OrganisationRole.MEMBER):
    return OrganisationMembership.objects.create(
        organisation=lab, user=make_user(Role.RESEARCHER), role=role
    )


def test_an_organisation_is_made_and_people_are_invited_on_pages(head):
    client = browser(head)
    form = {"name": "Tea Lab", "slug": "tea-lab"}
    assert "Tea Lab" in client.post("/organisations/", form, follow=True).content.decode()
    assert client.post("/organisations/", form).status_code == 422
    form = {"role": "member", "email": "ada@variorum.test", "most": "1", "days": "3"}
    page = client.post("/organisations/tea-lab/", form, follow=True).content.decode()
    token = organisation_token(OrganisationInvitation.objects.get())
    assert f"http://testserver/organisation-invitations/{token}/" in page
    assert f"http://testserver/organisation-invitations/{token}/" in mail.outbox[0].body
    number = OrganisationInvitation.objects.get().pk
    client.post(f"/organisations/tea-lab/invitations/{number}/revoke/")
    assert token not in client.get("/organisations/tea-lab/").content.decode()
    assert client.post("/organisations/tea-lab/", {**form, "role": "king"}).status_code == 422
    client.post("/organisations/tea-lab/name/", {"name": "Coffee Lab"})
    client.post("/organisations/tea-lab/name/", {"name": ""})
    assert Organisation.objects.get().name == "Coffee Lab"


def test_a_link_lets_somebody_new_in(lab, head):
    offer = invite_into_organisation(lab, role=OrganisationRole.MEMBER, most=2, by=head)
    address = f"/organisation-invitations/{organisation_token(offer)}/"
    visitor = Client()
    assert "Tea Lab" in visitor.get(address).content.decode()
    made = visitor.post(address, {"email": "new@variorum.test", "password": PASSWORD}, follow=True)
    assert "You are in this organisation." in made.content.decode()
    assert lab.memberships.filter(user=User.objects.get(email="new@variorum.test")).exists()
    known = browser(make_user(Role.RESEARCHER))
    assert known.get(address).status_code == 200
    assert lab.memberships.count() == 2
    known.post(address)
    assert lab.memberships.count() == 3
    assert Client().get(address).status_code == 404


def test_members_see_people_and_their_campaigns_and_no_buttons(lab):
    place_campaign(make_campaign(title="Shown to all"), lab, members_read=True)
    place_campaign(make_campaign(title="For admins"), lab, members_read=False)
    page = browser(member(lab).user).get("/organisations/tea-lab/").content.decode()
    assert ("Shown to all" in page, "For admins" in page) == (True, False)
    assert "Open invitations" not in page
    assert "Remove" not in page


def test_roles_and_leaving_on_pages(lab, head):
    client, other = browser(head), member(lab)
    client.post(f"/organisations/tea-lab/members/{other.pk}/role/", {"role": "admin"})
    assert OrganisationMembership.objects.get(pk=other.pk).role == "admin"
    client.post("/organisations/tea-lab/leave/")
    assert lab.memberships.get() == other
    last = browser(other.user)
    page = last.post("/organisations/tea-lab/leave/", follow=True).content.decode()
    assert "Somebody has to administer the organisation." in page
    page = last.post(f"/organisations/tea-lab/members/{other.pk}/remove/", follow=True)
    assert "Somebody has to administer the organisation." in page.content.decode()
    assert lab.memberships.get() == other


def test_owners_put_a_campaign_into_an_organisation_of_theirs_alone(lab, head):
    campaign = make_campaign(owner=head, slug="tea")
    foreign = create_organisation("Other", "other", by=make_user(Role.RESEARCHER))
    client = browser(head)
    page = client.get("/research/tea/organisation/").content.decode()
    assert ("Tea Lab" in page, foreign.name in page) == (True, False)
    address = "/research/tea/organisation/"
    form = {"organisation": "tea-lab", "members_read": "on"}
    client.post(address, form)
    placed = campaign.in_organisation
    assert (placed.organisation, placed.members_read) == (lab, True)
    assert client.post(address, {"organisation": "other"}).status_code == 422
    campaign.refresh_from_db()
    assert campaign.in_organisation.organisation == lab
    viewer = browser(member(lab).user)
    assert "Tea Lab" in viewer.get("/research/tea/organisation/").content.decode()
    assert viewer.post(address, form).status_code == 403
    client.post(address, {"organisation": ""})
    assert viewer.get("/research/tea/organisation/").status_code == 404


def test_the_whole_of_it_over_rest(head):
    client = api(head)
    body = {"slug": "tea-lab", "name": "Tea Lab"}
    made = client.post("/api/v1/organisations/", body, format="json")
    assert (made.status_code, made.json()) == (201, {**body, "people": 1, "campaigns": 0})
    assert client.post("/api/v1/organisations/", body, format="json").status_code == 409
    address = "/api/v1/organisations/tea-lab/"
    offer = client.post(f"{address}invitations/", {"most": 2}, format="json").json()
    assert (offer["role"], offer["most"]) == ("member", 2)
    token = offer["url"].rstrip("/").rpartition("/")[2]
    ada = make_user(Role.RESEARCHER, "ada@variorum.test")
    joined = api(ada).post("/api/v1/organisations/join/", {"token": token}, format="json")
    assert joined.json() == {"organisation": "tea-lab", "role": "member"}
    make_campaign(owner=head, slug="tea")
    put = {"organisation": "tea-lab", "members_read": True}
    answer = client.put("/api/v1/campaigns/tea/organisation/", put, format="json")
    assert answer.json() == put
    assert api(ada).get("/api/v1/campaigns/tea/organisation/").json() == put
    listed = api(ada).get("/api/v1/organisations/").json()["results"]
    assert listed == [{**body, "people": 2, "campaigns": 1}]
    number = client.get(f"{address}members/").json()[1]["id"]
    changed = client.patch(f"{address}members/{number}/", {"role": "admin"}, format="json")
    assert (changed.json()["email"], changed.json()["role"]) == (ada.email, "admin")
    assert client.delete(f"{address}invitations/{offer['id']}/").status_code == 204
    assert client.get(f"{address}invitations/").json() == []
    renamed = client.patch(address, {"name": "Coffee Lab"}, format="json").json()
    assert renamed["name"] == "Coffee Lab"
    assert client.post(f"{address}leave/").status_code == 204
    assert client.get(address).status_code == 404
    assert api(ada).post(f"{address}leave/").status_code == 409


def test_a_token_for_one_campaign_reaches_no_organisation(lab, head):
    campaign = make_campaign(owner=head)
    place_campaign(campaign, lab, members_read=True)
    _token, secret = make_token(head, name="One", scopes=["read", "write"], limited_to=campaign.pk)
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert client.get("/api/v1/organisations/").status_code == 403
    assert client.get("/api/v1/organisations/tea-lab/").status_code == 404
    address = f"/api/v1/campaigns/{campaign.slug}/organisation/"
    assert client.get(address).status_code == 200
    assert client.put(address, {"organisation": None}, format="json").status_code == 403


def test_pages_ask_a_fixed_number_of_queries(lab, head, django_assert_num_queries):
    client = browser(head)
    for _number in range(6):
        member(lab)
        place_campaign(make_campaign(), lab, members_read=True)
        invite_into_organisation(lab, role=OrganisationRole.MEMBER, by=head)
    with django_assert_num_queries(5):
        assert client.get("/organisations/tea-lab/").status_code == 200
    with django_assert_num_queries(3):
        assert client.get("/organisations/").status_code == 200
