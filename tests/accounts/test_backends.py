import pytest
from django.urls import reverse_lazy

from accounts.backends import AccountBackend
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = reverse_lazy("accounts:account")


def test_a_session_leads_to_its_person_until_they_are_switched_off():
    user = make_user()
    assert AccountBackend().get_user(user.pk) == user
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert AccountBackend().get_user(user.pk) is None
    assert AccountBackend().get_user(0) is None


def test_who_is_switched_off_is_signed_out_with_the_next_page(client):
    user = make_user()
    client.force_login(user, backend="accounts.backends.AccountBackend")
    assert client.get(PAGE).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(PAGE).status_code == 302
