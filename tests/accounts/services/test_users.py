import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.errors import Conflict
from accounts.models import Annotator, User
from accounts.services.users import create_user, token_of


@pytest.mark.django_db
def test_an_annotator_gets_a_pseudonym_that_says_nothing():
    user = create_user("Someone@Example.test", "a-password-42")
    assert user.is_annotator
    assert re.fullmatch(r"a-[bcdfghjkmnpqrstvwxz2-9]{10}", user.annotator.pseudonym)
    assert "omeone" not in user.annotator.pseudonym


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ADMIN])
def test_other_roles_are_no_annotators(role):
    user = create_user("someone@example.test", "a-password-42", role=role)
    assert not Annotator.objects.exists()
    assert (user.is_staff, user.is_superuser) == (role == Role.ADMIN, role == Role.ADMIN)


@pytest.mark.django_db
def test_an_e_mail_is_used_once_whatever_its_case():
    create_user("someone@example.test", "a-password-42")
    with pytest.raises(Conflict) as refused:
        create_user("SOMEONE@example.test", "a-password-42")
    assert refused.value.code == "email-in-use"
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_where_asked_the_existing_person_is_given_unchanged():
    first = create_user("someone@example.test", "a-password-42", role=Role.ADMIN)
    again = create_user("someone@example.test", "other", must_be_new=False)
    assert (again.pk, again.role, again.check_password("other")) == (first.pk, Role.ADMIN, False)


@pytest.mark.django_db
def test_a_token_is_made_once():
    user = create_user("someone@example.test", "a-password-42")
    assert token_of(user) == token_of(user)


@pytest.mark.django_db(transaction=True)
def test_two_sign_ups_at_the_same_moment_make_one_person():
    def sign_up(_number):
        try:
            return create_user("someone@example.test", "a-password-42").pk
        except Conflict:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = [pk for pk in pool.map(sign_up, range(8)) if pk]
    assert len(made) == 1
    assert (User.objects.count(), Annotator.objects.count()) == (1, 1)
