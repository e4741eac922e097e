"""The admin site: people can be made and switched off; what was recorded is only read."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from accounts.access import annotator_of
from accounts.deeds import Deed
from accounts.enums import Role
from accounts.models import TrailEntry, User
from annotation.selectors.trail import sentence
from tests.factories import PASSWORD, judge, make_user, open_with_items, serve, take_part

pytestmark = pytest.mark.django_db

READ_ONLY = [
    "accounts.Annotator",
    "accounts.Consent",
    "accounts.Profile",
    "annotation.Assignment",
    "annotation.Campaign",
    "annotation.Coverage",
    "annotation.Judgment",
]


@pytest.fixture
def admin_client(client: Client) -> Client:
    client.force_login(make_user(Role.ADMIN))
    return client


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_admin_site_is_for_admins(client: Client, role: Role) -> None:
    client.force_login(make_user(role))
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


@pytest.mark.parametrize("label", READ_ONLY)
def test_records_can_be_read_and_nothing_else(admin_client: Client, label: str) -> None:
    judge(serve(take_part(open_with_items(1))))
    model = apps.get_model(label)
    base = f"/admin/{label.lower().replace('.', '/')}/"
    pk = model._default_manager.values_list("pk", flat=True)[0]

    assert admin_client.get(base).status_code == 200
    assert admin_client.get(f"{base}{pk}/change/").status_code == 200
    assert admin_client.post(f"{base}{pk}/change/", {}).status_code == 403
    assert admin_client.get(f"{base}add/").status_code == 403
    assert admin_client.post(f"{base}{pk}/delete/", {"post": "yes"}).status_code == 403
    refused = admin_client.post(
        base, {"action": "delete_selected", "_selected_action": pk, "post": "yes"}
    )
    assert refused.status_code in (200, 302, 403)
    assert model._default_manager.filter(pk=pk).exists()


def test_every_registered_list_opens(admin_client: Client) -> None:
    judge(serve(take_part(open_with_items(1))))
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert admin_client.get(path).status_code == 200, path


def test_new_annotator_gets_a_pseudonym(admin_client: Client) -> None:
    data = {"email": "new@variorum.test", "role": "annotator", "password": PASSWORD}
    response = admin_client.post("/admin/accounts/user/add/", data)
    user = User.objects.get(email="new@variorum.test")
    assert response.status_code == 302
    assert annotator_of(user) is not None
    made = TrailEntry.objects.get()
    assert (made.deed, made.actor, made.thing_id) == (
        Deed.ACCOUNT_MADE,
        User.objects.get(role=Role.ADMIN),
        user.pk,
    )
    assert user.check_password(PASSWORD)


def test_new_person_needs_a_free_email_and_a_good_password(admin_client: Client) -> None:
    make_user(email="taken@variorum.test")
    data = {"email": "Taken@variorum.test", "role": "researcher", "password": "short"}
    response = admin_client.post("/admin/accounts/user/add/", data)
    assert set(response.context["adminform"].form.errors) == {"email", "password"}


def test_an_email_is_changed_and_the_trail_names_nobody(admin_client: Client) -> None:
    user = make_user()
    path = f"/admin/accounts/user/{user.pk}/change/"
    admin_client.post(path, {"email": "other@variorum.test", "is_active": "on"})
    user.refresh_from_db()
    assert user.email == "other@variorum.test"
    entry = TrailEntry.objects.get()
    assert sentence(entry) == f"changed the e-mail of account {user.pk}"
    assert (entry.actor.role, entry.details) == (Role.ADMIN, {"number": user.pk})
    admin_client.post(path, {"email": "other@variorum.test", "is_active": "on"})
    assert TrailEntry.objects.count() == 1


def test_person_can_be_switched_off_but_keeps_the_role(admin_client: Client) -> None:
    user = make_user()
    path = f"/admin/accounts/user/{user.pk}/change/"
    response = admin_client.post(path, {"email": user.email, "role": "admin"})
    user.refresh_from_db()
    assert response.status_code == 302
    assert (user.is_active, user.role) == (False, Role.ANNOTATOR)
    assert [sentence(one) for one in TrailEntry.objects.all()] == [
        f"switched account {user.pk} off"
    ]
    assert admin_client.post(f"/admin/accounts/user/{user.pk}/delete/").status_code == 403
