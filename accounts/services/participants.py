"""People whom crowd platforms send: pseudonymous accounts without a password."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Annotator, Participant
from accounts.services.users import create_user

GUEST_DOMAIN = "guest.invalid"
LOCK = "SELECT pg_advisory_xact_lock(hashtext(%s))"


def participant_digest(namespace: str, participant: str) -> str:
    """A keyed hash of a platform's id: the same id gives the same one, and none leads back."""
    key = hmac.new(settings.SECRET_KEY.encode(), b"variorum.participants", hashlib.sha256).digest()
    name = f"{namespace}\x1f{participant}".encode()
    return hmac.new(key, name, hashlib.sha256).hexdigest()


def guest_for(namespace: str, participant: str) -> Annotator:
    """The annotator that this id of this platform is here, made at its first coming."""
    digest = participant_digest(namespace, participant)
    known = Participant.objects.select_related("annotator__user").filter(digest=digest).first()
    if known:
        return known.annotator
    with transaction.atomic():
        # Two tabs that arrive at the same moment are one person.
        lock_digest(digest)
        again = Participant.objects.select_related("annotator__user").filter(digest=digest).first()
        return again.annotator if again else new_guest(digest)


def lock_digest(digest: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [digest])


def new_guest(digest: str) -> Annotator:
    user = create_user(f"{secrets.token_hex(12)}@{GUEST_DOMAIN}", None)
    user.is_guest = True
    user.save(update_fields=["is_guest"])
    annotator = Annotator.objects.select_related("user").get(user=user)
    Participant.objects.create(digest=digest, annotator=annotator)
    return annotator


def forget_participant(annotator: Annotator) -> None:
    """Cut the tie to the platform's id: whoever comes by it again is somebody new."""
    Participant.objects.filter(annotator=annotator).delete()
