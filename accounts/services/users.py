"""Accounts: making and changing them."""

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from accounts.deeds import Deed
from accounts.enums import Role
from accounts.errors import Conflict
from accounts.models import Annotator, User
from accounts.services.trail import record

# Without vowels and look-alikes: no words, nothing to misread aloud.
PSEUDONYM_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
PSEUDONYM_LENGTH = 10


def create_user(
    email: str, password: str | None, *, role: str = Role.ANNOTATOR, must_be_new: bool = True
) -> User:
    """Create a person with a role; an annotator gets a pseudonym at once.

    Raises `Conflict` where the e-mail is in use, unless `must_be_new` is off: then the
    existing person is returned unchanged.
    """
    existing = User.objects.filter(email__iexact=email.strip()).first()
    if existing and not must_be_new:
        return existing
    if existing:
        raise email_in_use()
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, role=role, is_superuser=role == Role.ADMIN
            )
            if role == Role.ANNOTATOR:
                Annotator.objects.create(user=user, pseudonym=new_pseudonym())
    except IntegrityError as error:  # two sign-ups with one e-mail at the same moment
        raise email_in_use() from error
    return user


def add_account(email: str, password: str, *, role: str) -> User:
    """An account that somebody makes for another person. Raises `Conflict` likewise."""
    with transaction.atomic():
        user = create_user(email, password, role=role)
        # Annotators may withdraw, and their e-mail goes with them; the trail loses nothing.
        email = "" if user.is_annotator else user.email
        record(Deed.ACCOUNT_MADE, thing=user, email=email, role=user.role)
    return user


def change_account(user: User, *, email: str, is_active: bool) -> None:
    """Give an account another e-mail, switch it off or on; the trail names it by its number."""
    with transaction.atomic():
        before = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        user.email, user.is_active = email, is_active
        user.save(update_fields=["email", "is_active"])
        if email != before.email:
            record(Deed.ACCOUNT_EMAIL, thing=user, number=user.pk)
        if is_active != before.is_active:
            record(Deed.ACCOUNT_ON if is_active else Deed.ACCOUNT_OFF, thing=user, number=user.pk)


def choose_language(user: User, language: str) -> None:
    """Remember the interface's language for this person, on whatever device they sign in next."""
    user.language = language
    user.save(update_fields=["language"])


def email_in_use() -> Conflict:
    return Conflict(_("There is already an account with this e-mail."), code="email-in-use")


def new_pseudonym() -> str:
    """A random name that carries no information: 27^10 possibilities."""
    letters = (secrets.choice(PSEUDONYM_LETTERS) for _ in range(PSEUDONYM_LENGTH))
    return "a-" + "".join(letters)


def token_of(user: User) -> str:
    """The person's API token, made at first asking."""
    return Token.objects.get_or_create(user=user)[0].key
