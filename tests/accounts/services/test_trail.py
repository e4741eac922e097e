"""The trail: who is put down, that nothing of it changes, and that it goes with the change."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test import RequestFactory

from accounts.acting import acting_user, under_way
from accounts.deeds import Deed, DeedKind
from accounts.enums import Role
from accounts.models import TrailEntry
from accounts.services.tokens import make_token
from accounts.services.trail import record
from annotation.enums import CampaignRole, CampaignStatus
from annotation.models import CampaignMembership
from annotation.services.campaigns import change_campaign, move_campaign, open_campaign
from annotation.services.small_groups import set_least_people
from annotation.services.team import change_role
from exports.services.snapshots import like
from tests.exports.builders import published_snapshot
from tests.factories import api, make_campaign, make_user
from tests.values.builders import audit_of, corpus, labelled_sample

pytestmark = pytest.mark.django_db
APPS = ("accounts", "annotation", "analysis", "policies", "values", "exports")


def deeds_of(campaign):
    found = TrailEntry.objects.filter(campaign_id=campaign.pk).order_by("pk")
    return list(found.values_list("deed", flat=True))


def newest():
    return TrailEntry.objects.first()


def test_the_person_and_the_token_of_a_request_are_put_down():
    user = make_user(Role.RESEARCHER)
    campaign = make_campaign(owner=user)
    token, secret = make_token(user, name="Nightly", scopes=["write"])
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    address = f"/api/v1/campaigns/{campaign.slug}/"
    assert client.patch(address, {"title": "Tea"}, format="json").status_code == 200
    entry = newest()
    assert (entry.deed, entry.actor, entry.token_id) == ("campaign.changed", user, token.pk)
    assert (entry.campaign_id, entry.details) == (campaign.pk, {"parts": "title"})
    assert acting_user() is None


def test_nobody_acts_where_there_is_no_request():
    campaign = open_campaign(make_campaign())
    assert (newest().deed, newest().actor) == ("campaign.opened", None)
    request = RequestFactory().get("/")
    request.user = campaign.owner
    with under_way(request):
        move_campaign(campaign, CampaignStatus.PAUSED)
    assert (newest().deed, newest().actor) == ("campaign.paused", campaign.owner)


def test_a_change_that_changes_nothing_leaves_nothing():
    campaign = make_campaign()
    before = TrailEntry.objects.count()
    change_campaign(campaign, {"title": campaign.title, "criteria": campaign.criteria})
    member = CampaignMembership.objects.create(
        campaign=campaign, user=make_user(Role.RESEARCHER), role=CampaignRole.EDITOR
    )
    change_role(member, CampaignRole.EDITOR)
    open_campaign(open_campaign(campaign))
    set_least_people(campaign, 7, changed_by=campaign.owner)
    set_least_people(campaign, 7, changed_by=campaign.owner)
    assert deeds_of(campaign)[1:] == ["campaign.opened", "campaign.least-people"]
    assert TrailEntry.objects.count() == before + 2


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        ({"guideline": "Other words."}, "guideline"),
        ({"overlap": 3}, "overlap"),
        ({"title": "Another", "repeat_rate": 0.1}, "title, repeat_rate"),
    ],
)
def test_a_change_says_what_changed(spec, parts):
    change_campaign(make_campaign(), spec)
    assert newest().details == {"parts": parts}


def test_what_is_rolled_back_leaves_nothing():
    campaign = make_campaign()
    before = TrailEntry.objects.count()
    with transaction.atomic():
        change_campaign(campaign, {"title": "Another"})
        assert TrailEntry.objects.count() == before + 1
        transaction.set_rollback(True)
    assert TrailEntry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_apart_from_its_change():
    with pytest.raises(TransactionManagementError):
        record(Deed.CAMPAIGN_OPENED)
    assert not TrailEntry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_trailentry SET deed = 'nothing'",
        "DELETE FROM accounts_trailentry",
        "TRUNCATE accounts_trailentry",
    ],
)
def test_the_database_keeps_the_trail_as_it_is(statement):
    make_campaign()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_trailentry ENABLE TRIGGER trail_no_truncate")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("ALTER TABLE accounts_trailentry DISABLE TRIGGER trail_no_truncate")


def test_an_entry_outlives_who_did_it():
    user = make_user(Role.RESEARCHER)
    with transaction.atomic():
        entry = record(Deed.TAXONOMY_ADDED, by=user, key="care", version=1)
    pk = user.pk
    user.delete()
    entry = TrailEntry.objects.select_related("actor").get(pk=entry.pk)
    assert (entry.actor_id, entry.actor) == (pk, None)


def test_an_annotators_e_mail_is_none_of_the_trail():
    admin = make_user(Role.ADMIN)
    for role, email in (("annotator", ""), ("researcher", "r@variorum.test")):
        body = {"email": f"{role[0]}@variorum.test", "password": "correct-horse", "role": role}
        assert api(admin).post("/api/v1/users/", body, format="json").status_code == 201
        assert newest().details == {"email": email, "role": role}


def test_snapshots_made_again_and_audits_leave_rows():
    snapshot = published_snapshot(make_campaign())
    again = like(
        snapshot, snapshot.moment, format="csv", note="", derived=[], by=snapshot.campaign.owner
    )
    assert (newest().deed, newest().thing_id) == ("dataset.requested", again.pk)
    owner = make_user(Role.RESEARCHER)
    source = corpus(20, owner=owner)
    labels = labelled_sample(source, size=20, people=2, slug="trail-labels")
    audit_of(source, labels)
    assert "values.audit" in deeds_of(source)
    assert "values.sample" in deeds_of(source)


def test_every_deed_has_a_kind_and_is_recorded_somewhere():
    assert {one.kind for one in Deed} <= set(DeedKind)
    sources = "\n".join(path.read_text() for path in services())
    for deed in Deed:
        assert f"Deed.{deed.name}" in sources, deed.name


def services():
    return [
        path
        for app in APPS
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if "migrations" not in path.parts
    ]


def test_rows_are_recorded_within_the_transaction_of_the_change():
    """Each `record…` stands in `transaction.atomic()`, or in a function that only records."""
    loose = []
    for path in services():
        tree = ast.parse(path.read_text())
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("record"):
                loose += [f"{path.name}: {function.name}" for call in loose_calls(function)]
    assert loose == HELD_BY_CALLERS


# They run in the transaction of whoever calls them.
HELD_BY_CALLERS = ["runs.py: new_run"]


def loose_calls(function):
    if any("atomic" in ast.unparse(one) for one in function.decorator_list):
        return []
    held = {
        inner
        for block in ast.walk(function)
        if isinstance(block, ast.With)
        and any("transaction.atomic" in ast.unparse(one) for one in block.items)
        for inner in ast.walk(block)
    }
    return [
        call
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and call not in held and is_recording(call)
    ]


def is_recording(call):
    name = ast.unparse(call.func).rpartition(".")[2]
    return name.startswith("record") and any("Deed" in ast.unparse(one) for one in call.args)
