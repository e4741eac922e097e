"""What a person told of themselves and signed in with, taken away for good."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY, authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from accounts.enums import Role
from accounts.errors import Unfit
from accounts.models import Annotator, Consent, Profile, User
from accounts.services.users import new_pseudonym

GONE_DOMAIN = "withdrawn.invalid"
SESSIONS_AT_ONCE = 500


def confirm_withdrawal(request: HttpRequest, annotator: Annotator, given: str) -> None:
    """Make sure that it is the person who asks: by password, or typing where there is none.

    Wrong passwords count towards the lock-out of signing in. Raises `Unfit`.
    """
    user = annotator.user
    if not user.has_usable_password():
        if given.strip() != annotator.pseudonym:
            raise Unfit(
                _("Nothing was erased."),
                fields={"confirm": _("This is not your pseudonym.")},
            )
    elif authenticate(request, username=user.email, password=given) != user:
        raise Unfit(_("Nothing was erased."), fields={"confirm": _("This is not your password.")})


def close_account(annotator: Annotator) -> None:
    """Let nobody sign in any more, from this moment; what the account holds is erased later."""
    now = timezone.now()
    Annotator.objects.filter(pk=annotator.pk, withdrawn_at=None).update(withdrawn_at=now)
    User.objects.filter(pk=annotator.user_id).update(is_active=False)
    Token.objects.filter(user=annotator.user_id).delete()


def create_nobody(
    consents: Sequence[Consent], profile: Profile, since: datetime
) -> tuple[Profile, Consent]:
    """An annotator who is nobody, for judgments that outlive their person's leaving.

    With an account that no one signs in with, a profile that says nothing, and what was agreed to,
    the last word last; returned are the profile and the first consent. `since` stands wherever a
    time is kept: one that many share, as a moment of the person's own would lead back to them.
    """
    name = secrets.token_hex(16)
    user = User.objects.create(
        email=f"{name}@{GONE_DOMAIN}",
        password=make_password(None),
        role=Role.ANNOTATOR,
        is_active=False,
        created_at=since,
    )
    nobody = Annotator.objects.create(user=user, pseudonym=new_pseudonym(), created_at=since)
    silent = Profile.objects.create(
        annotator=nobody,
        questionnaire_id=profile.questionnaire_id,
        series=profile.series,
        version=1,
        created_at=since,
    )
    agreed = [
        Consent.objects.create(
            annotator=nobody, document_id=one.document_id, purposes=one.purposes, given_at=since
        )
        for one in consents
    ]
    return silent, agreed[0]


def erase_profiles(annotator: Annotator, series: UUID | None = None) -> None:
    """Blank the person's answers about themselves, to one questionnaire series or to all."""
    profiles = Profile.objects.filter(annotator=annotator, erased_at=None)
    if series is not None:
        profiles = profiles.filter(series=series)
    profiles.update(answers={}, erased_at=timezone.now())


def erase_account(annotator: Annotator) -> None:
    """Remove whatever tells who the person was. Doing it again changes nothing.

    Rows stay for what refers to them; e-mail, password, pseudonym, tokens, sessions, failed
    sign-ins and what the admin site remembers of them do not.
    """
    user = User.objects.get(pk=annotator.user_id)
    if not user.email.endswith(f"@{GONE_DOMAIN}"):
        forget_in_logs(annotator, user)
        end_sessions(user)
        with transaction.atomic():
            name = secrets.token_hex(16)
            # Both must be unique, and neither may lead back to what was there.
            Annotator.objects.filter(pk=annotator.pk).update(pseudonym=f"w-{name[:18]}")
            user.email = f"{name}@{GONE_DOMAIN}"
            user.set_unusable_password()
            user.is_active, user.last_login, user.language = False, None, ""
            changed = ["email", "password", "is_active", "last_login", "language"]
            user.save(update_fields=changed)
    Token.objects.filter(user=user).delete()


def forget_in_logs(annotator: Annotator, user: User) -> None:
    """Failed sign-ins under the e-mail, and the admin site's history of the person's rows."""
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__iexact=user.email).delete()
    types = ContentType.objects.get_for_models(User, Annotator)
    of_user = Q(content_type=types[User], object_id=str(user.pk))
    of_annotator = Q(content_type=types[Annotator], object_id=str(annotator.pk))
    LogEntry.objects.filter(of_user | of_annotator).update(object_repr="", change_message="")


def end_sessions(user: User) -> None:
    """Remove the person's sessions from the database and the cache before it.

    Sessions know their person only inside, so all are looked through; nobody waits for that.
    """
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    live = Session.objects.filter(expire_date__gt=timezone.now())
    for session in live.iterator(chunk_size=SESSIONS_AT_ONCE):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            store(session.session_key).delete()
