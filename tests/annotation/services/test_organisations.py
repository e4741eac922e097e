"""Organisations: who is in them, and what they open of campaigns."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from accounts.models import TrailEntry, User
from annotation.access import campaigns_run_by, managed_campaign, own_organisation
from annotation.enums import CampaignRole, OrganisationRole, Right
from annotation.errors import Conflict, NotFound
from annotation.models import (
    CampaignMembership,
    Organisation,
    OrganisationCampaign,
    OrganisationInvitation,
    OrganisationMembership,
)
from annotation.services.invitations import invited_by
from annotation.services.organisation_invitations import (
    invite_into_organisation,
    invited_into_organisation,
    join_organisation,
    organisation_token,
    revoke_organisation_invitation,
    sign_up_into_organisation,
)
from annotation.services.organisations import (
    change_organisation_role,
    create_organisation,
    leave_organisation,
    place_campaign,
    remove_organisation_member,
    rename_organisation,
)
from annotation.tasks import send_organisation_invitation
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db
MEMBER, ADMIN = OrganisationRole.MEMBER, OrganisationRole.ADMIN


def researcher(email: str | None = None) -> User:
    return make_user(Role.RESEARCHER, email)


@pytest.fixture
def head() -> User:
    return researcher()


@pytest.fixture
def lab(head) -> Organisation:
    return create_organisation("Tea Lab", "tea-lab", by=head)


def member(lab: Organisation, role: OrganisationRole = MEMBER) -> OrganisationMembership:
    return OrganisationMembership.objects.create(organisation=lab, user=researcher(), role=role)


def rights_in(user: User, campaign: Any) -> list[Right]:
    return [one for one in Right if campaigns_run_by(user, one).filter(pk=campaign.pk).exists()]


def told(**parts: Any) -> list[str]:
    found = TrailEntry.objects.filter(thing="organisation", **parts).order_by("pk")
    return list(found.values_list("deed", flat=True))


def test_who_makes_an_organisation_administers_it(lab, head):
    assert lab.memberships.get().role == ADMIN
    assert own_organisation(head, "tea-lab", to_administer=True).is_administered
    with pytest.raises(Conflict) as refusal:
        create_organisation("Other", "tea-lab", by=researcher())
    assert refusal.value.code == "slug-in-use"
    with pytest.raises(Conflict):
        create_organisation("Other", "join", by=researcher())
    assert told() == ["organisation.made"]


def test_others_find_nothing_and_members_may_not_administer(lab):
    with pytest.raises(NotFound):
        own_organisation(researcher(), "tea-lab")
    with pytest.raises(NotFound):
        own_organisation(make_user(), "tea-lab")
    inside = member(lab).user
    assert not own_organisation(inside, "tea-lab").is_administered
    with pytest.raises(PermissionDenied):
        own_organisation(inside, "tea-lab", to_administer=True)
    assert own_organisation(make_user(Role.ADMIN), "tea-lab", to_administer=True)


def test_admins_of_an_organisation_are_owners_and_members_view_where_it_says_so(lab, head):
    campaign, other = make_campaign(), make_campaign()
    inside = member(lab).user
    assert (rights_in(head, campaign), rights_in(inside, campaign)) == ([], [])
    place_campaign(campaign, lab, members_read=False)
    assert (rights_in(head, campaign), rights_in(inside, campaign)) == (list(Right), [])
    place_campaign(campaign, lab, members_read=True)
    assert (rights_in(head, campaign), rights_in(inside, campaign)) == (list(Right), [Right.VIEW])
    assert managed_campaign(head, campaign.slug, Right.OWN).right == Right.OWN
    assert managed_campaign(inside, campaign.slug, Right.VIEW).right == Right.VIEW
    with pytest.raises(PermissionDenied):
        managed_campaign(inside, campaign.slug, Right.EDIT)
    assert rights_in(researcher(), campaign) == []
    assert rights_in(head, other) == []
    place_campaign(campaign, None, members_read=False)
    assert (rights_in(head, campaign), rights_in(inside, campaign)) == ([], [])
    assert told(campaign_id=campaign.pk) == [
        "team.organisation",
        "team.organisation",
        "team.organisation-out",
    ]


def test_a_role_in_the_campaign_counts_beside_the_organisation(lab):
    campaign = make_campaign()
    inside = member(lab).user
    CampaignMembership.objects.create(campaign=campaign, user=inside, role=CampaignRole.EDITOR)
    place_campaign(campaign, lab, members_read=True)
    assert managed_campaign(inside, campaign.slug, Right.VIEW).right == Right.EDIT
    assert campaigns_run_by(inside, Right.VIEW).filter(pk=campaign.pk).count() == 1


def test_who_is_out_or_was_put_down_loses_what_the_organisation_gave(lab, head):
    campaign = make_campaign()
    place_campaign(campaign, lab, members_read=True)
    second = member(lab, ADMIN)
    change_organisation_role(second, MEMBER)
    assert rights_in(second.user, campaign) == [Right.VIEW]
    remove_organisation_member(second)
    assert rights_in(second.user, campaign) == []
    assert told()[-2:] == ["organisation.role", "organisation.removed"]


def test_finding_a_campaign_is_one_query_in_an_organisation_too(lab, django_assert_num_queries):
    campaign = make_campaign()
    for _number in range(3):
        place_campaign(make_campaign(), lab, members_read=True)
    place_campaign(campaign, lab, members_read=True)
    inside = member(lab).user
    with django_assert_num_queries(1):
        managed_campaign(inside, campaign.slug, Right.VIEW)


@pytest.mark.parametrize("change", ["role", "remove", "leave"])
def test_somebody_always_administers_it(lab, head, change):
    last = lab.memberships.get()
    changes = {
        "role": lambda: change_organisation_role(last, MEMBER),
        "remove": lambda: remove_organisation_member(last),
        "leave": lambda: leave_organisation(lab, head),
    }
    with pytest.raises(Conflict) as refusal:
        changes[change]()
    assert refusal.value.code == "last-admin"
    member(lab, ADMIN)
    changes[change]()
    assert lab.memberships.filter(role=ADMIN).count() == 1


def test_an_invitation_lets_one_in_and_raises_a_role(lab, head):
    ada = researcher("ada@variorum.test")
    invitation = invite_into_organisation(lab, role=MEMBER, email="ADA@variorum.test", by=head)
    token = organisation_token(invitation)
    with pytest.raises(Conflict) as refusal:
        join_organisation(invited_into_organisation(token), researcher())
    assert refusal.value.code == "not-invited"
    assert join_organisation(invited_into_organisation(token), ada).role == MEMBER
    with pytest.raises(NotFound):
        invited_into_organisation(token)
    link = invite_into_organisation(lab, role=ADMIN, most=2, by=head)
    assert join_organisation(link, ada).role == ADMIN
    again = invite_into_organisation(lab, role=MEMBER, most=2, by=head)
    assert join_organisation(again, ada).role == ADMIN
    again.refresh_from_db()
    assert again.taken == 0
    assert told().count("organisation.joined") == 2


def test_annotators_come_into_no_organisation(lab, head):
    link = invite_into_organisation(lab, role=MEMBER, most=2, by=head)
    with pytest.raises(Conflict):
        join_organisation(link, make_user())


def test_an_invitation_ends_when_revoked_expired_or_its_giver_is_nobody(lab, head):
    def gone(invitation: OrganisationInvitation) -> bool:
        try:
            invited_into_organisation(organisation_token(invitation))
        except NotFound:
            return True
        return False

    revoked = invite_into_organisation(lab, role=MEMBER, by=head)
    assert not gone(revoked)
    revoke_organisation_invitation(revoked)
    assert gone(revoked)
    expired = invite_into_organisation(lab, role=MEMBER, by=head)
    OrganisationInvitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    assert gone(expired)
    second = member(lab, ADMIN)
    theirs = invite_into_organisation(lab, role=MEMBER, by=second.user)
    change_organisation_role(second, MEMBER)
    assert gone(theirs)


def test_a_token_of_one_kind_opens_nothing_of_the_other(lab, head):
    token = organisation_token(invite_into_organisation(lab, role=MEMBER, by=head))
    with pytest.raises(NotFound):
        invited_by(token)


def test_who_has_no_account_makes_one_as_a_researcher(lab, head):
    link = invite_into_organisation(lab, role=MEMBER, email="new@variorum.test", by=head)
    made = sign_up_into_organisation(link, "other@variorum.test", "correct-horse-battery")
    assert (made.email, made.role) == ("new@variorum.test", Role.RESEARCHER)
    assert lab.memberships.filter(user=made).exists()


def test_the_mail_names_the_organisation(lab, head):
    link = invite_into_organisation(lab, role=ADMIN, email="new@variorum.test", by=head)
    send_organisation_invitation(link.pk, "https://here.test/x/", "en")
    (sent,) = mail.outbox
    assert sent.subject == "You are invited to the organisation “Tea Lab”"
    assert "https://here.test/x/" in sent.body
    assert head.email in sent.body
    revoke_organisation_invitation(link)
    send_organisation_invitation(link.pk, "https://here.test/x/", "en")
    assert len(mail.outbox) == 1


def test_another_name_is_told_once(lab):
    rename_organisation(lab, "Coffee Lab")
    rename_organisation(lab, "Coffee Lab")
    assert Organisation.objects.get().name == "Coffee Lab"
    assert told() == ["organisation.made", "organisation.renamed"]


def test_placing_where_it_is_changes_nothing(lab):
    campaign = make_campaign()
    first = place_campaign(campaign, lab, members_read=True)
    assert place_campaign(campaign, lab, members_read=True) == first
    assert OrganisationCampaign.objects.count() == 1
    assert told(campaign_id=campaign.pk) == ["team.organisation"]
    assert place_campaign(make_campaign(), None, members_read=True) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_leave_at_once_one_stays():
    lab = create_organisation("Tea Lab", "tea-lab", by=researcher())
    member(lab, ADMIN)
    people = [one.user for one in lab.memberships.all()]
    both = Barrier(2)

    def leave(user: User) -> bool:
        both.wait()
        try:
            leave_organisation(lab, user)
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(leave, people))
    assert sorted(left) == [False, True]
    assert lab.memberships.filter(role=ADMIN).count() == 1
    assert timezone.now() - lab.created_at < timedelta(hours=1)
