"""Who works on a campaign: what each role may, how people come in and go, and whose it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from annotation.access import campaigns_run_by, managed_campaign, managed_import
from annotation.enums import CampaignRole, PlatformKey, Right
from annotation.errors import Conflict, NotFound, Unfit
from annotation.forms.editor.people import excludable_campaigns
from annotation.models import Campaign, CampaignMembership, EntryLink, Invitation
from annotation.platforms import platform_of
from annotation.selectors.team import members_of, open_invitations
from annotation.services.campaigns import change_campaign
from annotation.services.invitations import (
    accept_invitation,
    invitation_token,
    invite,
    invited_by,
    revoke_invitation,
    sign_up_invited,
)
from annotation.services.team import (
    change_role,
    leave_campaign,
    remove_member,
    transfer_campaign,
)
from annotation.tasks import send_invitation
from tests.factories import add_items, make_campaign, make_user

pytestmark = pytest.mark.django_db
VIEWER, EDITOR, OWNER = CampaignRole.VIEWER, CampaignRole.EDITOR, CampaignRole.OWNER


def researcher(email: str | None = None) -> User:
    return make_user(Role.RESEARCHER, email)


def member(campaign: Campaign, role: CampaignRole, user: User | None = None) -> CampaignMembership:
    person = user or researcher()
    return CampaignMembership.objects.create(campaign=campaign, user=person, role=role)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(slug="shared")


@pytest.mark.parametrize(
    ("role", "may"),
    [(VIEWER, [Right.VIEW]), (EDITOR, [Right.VIEW, Right.EDIT]), (OWNER, list(Right))],
)
def test_a_role_gives_its_rights_and_those_below(campaign, role, may):
    user = member(campaign, role).user
    for right in Right:
        if right in may:
            found = managed_campaign(user, "shared", right)
            assert (found.pk, found.right) == (campaign.pk, max(may))
            assert found.may_edit == (role != VIEWER)
            assert found.may_own == (role == OWNER)
        else:
            with pytest.raises(PermissionDenied):
                managed_campaign(user, "shared", right)
        assert campaigns_run_by(user, right).exists() == (right in may)


def test_strangers_find_nothing_whatever_they_ask_for(campaign):
    elsewhere = member(make_campaign(), OWNER).user
    annotator = make_user()
    CampaignMembership.objects.create(campaign=campaign, user=annotator, role=OWNER)
    for user in (elsewhere, researcher(), annotator):
        for right in Right:
            with pytest.raises(NotFound):
                managed_campaign(user, "shared", right)


def test_what_says_nothing_of_rights_is_for_owners(campaign):
    add_items(campaign, 1)
    job = campaign.imports.get()
    for role in (VIEWER, EDITOR):
        user = member(campaign, role).user
        with pytest.raises(PermissionDenied):
            managed_campaign(user, "shared")
        with pytest.raises(PermissionDenied):
            managed_import(user, job.pk)
        assert not campaigns_run_by(user).exists()
    assert managed_import(campaign.owner, job.pk).campaign.may_own
    assert managed_import(make_user(Role.ADMIN), job.pk).campaign.may_own


def test_a_campaign_is_one_query_for_everybody(campaign, django_assert_num_queries):
    people = [campaign.owner, make_user(Role.ADMIN), member(campaign, VIEWER).user]
    for _more in range(3):
        member(campaign, EDITOR)
    for user in people:
        with django_assert_num_queries(1):
            managed_campaign(user, "shared", Right.VIEW)
    found = managed_campaign(campaign.owner, "shared")
    with django_assert_num_queries(1):
        assert len(members_of(found)) == 5


def test_editors_learn_nothing_of_other_campaigns_of_the_owner(campaign):
    other = make_campaign(campaign.owner, slug="secret-one", title="Secret")
    editor = member(campaign, EDITOR).user
    with pytest.raises(Unfit):
        change_campaign(campaign, {"excludes": ["secret-one"]}, by=editor)
    change_campaign(campaign, {"excludes": ["secret-one"]}, by=campaign.owner)
    change_campaign(campaign, {"excludes": ["secret-one"]}, by=editor)  # it may stay
    assert list(campaign.excludes.all()) == [other]
    assert excludable_campaigns(editor, campaign, ["secret-one"]) == [("secret-one", "secret-one")]
    assert excludable_campaigns(campaign.owner, campaign, []) == [("secret-one", "Secret")]


def test_roles_change_and_people_go(campaign):
    one = member(campaign, VIEWER)
    change_role(one, EDITOR)
    assert managed_campaign(one.user, "shared", Right.EDIT)
    leave_campaign(campaign, one.user)
    with pytest.raises(NotFound):
        managed_campaign(one.user, "shared", Right.VIEW)
    for again in (lambda: change_role(one, VIEWER), lambda: remove_member(one)):
        with pytest.raises(NotFound):
            again()
    with pytest.raises(Conflict) as refusal:
        leave_campaign(campaign, campaign.owner)
    assert refusal.value.code == "holds-campaign"


def test_who_is_taken_out_takes_their_invitations_along(campaign):
    owner_too = member(campaign, OWNER)
    theirs = invite(campaign, role=VIEWER, by=owner_too.user)
    mine = invite(campaign, role=VIEWER, by=campaign.owner)
    assert list(open_invitations(campaign)) == [mine, theirs]
    remove_member(owner_too)
    assert list(open_invitations(campaign)) == [mine]
    with pytest.raises(NotFound):
        invited_by(invitation_token(theirs))


def test_an_invitation_of_somebody_who_is_no_owner_any_more_opens_nothing(campaign):
    owner_too = member(campaign, OWNER)
    token = invitation_token(invite(campaign, role=OWNER, by=owner_too.user))
    assert invited_by(token).campaign == campaign
    change_role(owner_too, EDITOR)
    with pytest.raises(NotFound):
        invited_by(token)


def test_handing_over_keeps_who_had_it_as_an_owner(campaign):
    former, editor = campaign.owner, member(campaign, EDITOR)
    changed = transfer_campaign(campaign, editor, by=former)
    assert changed.owner == editor.user
    assert [(one.user, one.role, one.is_holder) for one in members_of(changed)] == [
        (editor.user, OWNER, True),
        (former, OWNER, False),
    ]
    with pytest.raises(Conflict) as refusal:
        transfer_campaign(changed, member(changed, VIEWER), by=former)
    assert refusal.value.code == "not-holder"
    back = CampaignMembership.objects.get(user=former)
    assert transfer_campaign(changed, back, by=make_user(Role.ADMIN)).owner == former


def test_handing_over_takes_members_of_this_campaign_only(campaign):
    elsewhere = member(make_campaign(), EDITOR)
    with pytest.raises(NotFound):
        transfer_campaign(campaign, elsewhere, by=campaign.owner)
    assert Campaign.objects.get(pk=campaign.pk).owner == campaign.owner


def test_people_of_a_panel_stay_who_they_are_when_a_campaign_is_handed_over(campaign):
    parts = {"campaign": campaign, "platform": PlatformKey.PANEL, "panel": "ours"}
    link = EntryLink.objects.create(name="Wave 1", **parts)
    before = platform_of(link.platform).namespace(link)
    transfer_campaign(campaign, member(campaign, EDITOR), by=campaign.owner)
    link = EntryLink.objects.get(pk=link.pk)
    assert platform_of(link.platform).namespace(link) == before


def test_an_invitation_by_link_lets_as_many_in_as_it_says(campaign):
    invitation = invite(campaign, role=EDITOR, most=2, by=campaign.owner)
    token = invitation_token(invitation)
    first, second = researcher(), researcher()
    accept_invitation(invited_by(token), first)
    assert accept_invitation(invited_by(token), first).role == EDITOR  # again takes no place
    assert accept_invitation(invited_by(token), campaign.owner) is None
    accept_invitation(invited_by(token), second)
    with pytest.raises(NotFound):
        invited_by(token)
    with pytest.raises(Conflict) as refusal:
        accept_invitation(invitation, researcher())
    assert refusal.value.code == "not-open"
    assert sorted(campaign.memberships.values_list("user", flat=True)) == [first.pk, second.pk]


def test_who_is_in_already_keeps_the_higher_role(campaign):
    one = member(campaign, EDITOR)
    for role, then in ((VIEWER, EDITOR), (OWNER, OWNER), (EDITOR, OWNER)):
        invitation = invite(campaign, role=role, by=campaign.owner)
        assert accept_invitation(invitation, one.user).role == then
        invitation.refresh_from_db()
        assert invitation.taken == (role == OWNER)


def test_an_invitation_by_mail_is_for_that_mail(campaign):
    invitation = invite(campaign, role=VIEWER, email="Ada@Variorum.test", most=9, by=campaign.owner)
    assert invitation.most == 1
    with pytest.raises(Conflict) as refusal:
        accept_invitation(invitation, researcher())
    assert refusal.value.code == "not-invited"
    made = sign_up_invited(invitation, "other@variorum.test", "correct-horse-battery")
    assert (made.email, made.role) == ("Ada@variorum.test", Role.RESEARCHER)
    assert managed_campaign(made, "shared", Right.VIEW).right == Right.VIEW


def test_annotators_are_not_let_in(campaign):
    invitation = invite(campaign, role=VIEWER, by=campaign.owner)
    with pytest.raises(Conflict) as refusal:
        accept_invitation(invitation, make_user())
    assert refusal.value.code == "not-invited"
    assert not campaign.memberships.exists()


def test_no_account_is_made_for_who_comes_too_late(campaign):
    invitation = invite(campaign, role=VIEWER, by=campaign.owner)
    accept_invitation(invitation, researcher())
    with pytest.raises(Conflict):
        sign_up_invited(invitation, "late@variorum.test", "correct-horse-battery")
    assert not User.objects.filter(email="late@variorum.test").exists()


def test_expired_revoked_and_forged_invitations_open_nothing(campaign):
    expired = invite(campaign, role=VIEWER, by=campaign.owner)
    Invitation.objects.filter(pk=expired.pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    revoked = invite(campaign, role=VIEWER, by=campaign.owner)
    revoke_invitation(revoked)
    good = invitation_token(invite(campaign, role=VIEWER, by=campaign.owner))
    assert invited_by(good)
    for token in (invitation_token(expired), invitation_token(revoked), good + "x", "x", "1-x", ""):
        with pytest.raises(NotFound):
            invited_by(token)


def test_the_mail_names_campaign_role_inviter_and_address(campaign):
    invitation = invite(campaign, role=EDITOR, email="ada@variorum.test", by=campaign.owner)
    send_invitation(invitation.pk, "https://here.test/invitations/x/", "")
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["ada@variorum.test"]
    assert mail.outbox[0].subject == "You are invited to work on “A campaign”"
    for part in (campaign.owner.email, "A campaign", "editor", "https://here.test/invitations/x/"):
        assert part in mail.outbox[0].body
    revoke_invitation(invitation)
    send_invitation(invitation.pk, "https://here.test/invitations/x/", "de")
    send_invitation(0, "https://here.test/invitations/x/", "de")
    assert len(mail.outbox) == 1


def test_the_database_holds_an_invitation_to_its_limit(campaign):
    invitation = invite(campaign, role=VIEWER, by=campaign.owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(taken=2)


def test_open_invitations_have_an_end(campaign, monkeypatch):
    monkeypatch.setattr("annotation.services.invitations.MOST_OPEN", 1)
    invite(campaign, role=VIEWER, by=campaign.owner)
    with pytest.raises(Conflict) as refusal:
        invite(campaign, role=VIEWER, by=campaign.owner)
    assert refusal.value.code == "too-many-invitations"


def at_once(*tasks: Any) -> list[str]:
    """Run these together, each on a connection of its own: "done", or the code of its refusal."""
    barrier = Barrier(len(tasks))

    def run(task: Any) -> str:
        barrier.wait(10)
        try:
            task()
        except (Conflict, NotFound) as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks))


@pytest.mark.django_db(transaction=True)
def test_one_place_is_taken_once_by_many_at_once():
    campaign = make_campaign()
    invitation = invite(campaign, role=VIEWER, by=campaign.owner)
    people = [researcher() for _one in range(4)]
    told = at_once(*(lambda one=one: accept_invitation(invitation, one) for one in people))
    assert told == ["done", "not-open", "not-open", "not-open"]
    assert campaign.memberships.count() == 1
    assert Invitation.objects.get().taken == 1


@pytest.mark.django_db(transaction=True)
def test_a_campaign_is_handed_over_once_by_two_at_once():
    campaign = make_campaign()
    owner, heirs = campaign.owner, [member(campaign, EDITOR), member(campaign, VIEWER)]
    told = at_once(*(lambda one=one: transfer_campaign(campaign, one, by=owner) for one in heirs))
    assert told == ["done", "not-holder"]
    people = members_of(Campaign.objects.get(pk=campaign.pk))
    assert len(people) == 3
    assert sum(one.is_holder for one in people) == 1
    assert CampaignMembership.objects.get(user=owner).role == OWNER
