"""Consent: which text, which purposes, and what may leave because of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.enums import OnWithdrawal
from accounts.errors import Conflict, Unfit
from accounts.models import Annotator, Consent, ConsentDocument

# A purpose of this key, where a consent document has one, covers all demographics by default.
DEMOGRAPHICS_PURPOSE = "demographics"


@transaction.atomic
def create_document(
    text: str,
    purposes: Sequence[Mapping[str, Any]],
    *,
    series: UUID | None = None,
    translations: Mapping[str, Mapping[str, str]] | None = None,
    on_withdrawal: str = OnWithdrawal.ERASE,
) -> ConsentDocument:
    """Store a consent text with its purposes, or the next version of `series`."""
    document = ConsentDocument(version=1)
    if series:
        newest = ConsentDocument.objects.filter(series=series).aggregate(newest=Max("version"))
        document = ConsentDocument(series=series, version=(newest["newest"] or 0) + 1)
    document.text = text
    document.purposes = [
        {
            "key": purpose["key"],
            "label": purpose["label"],
            "required": bool(purpose.get("required", False)),
        }
        for purpose in purposes
    ]
    document.translations = dict(translations or {})
    document.on_withdrawal = on_withdrawal
    document.save()
    return document


def give_consent(
    annotator: Annotator,
    document: ConsentDocument,
    *,
    version: int | None,
    purposes: Collection[str],
) -> Consent:
    """Record that the annotator agrees to these purposes of this version of the text.

    Raises `Conflict` where the person read another version than the current one, and `Unfit`
    where a required purpose is missing or a purpose is unknown. Agreeing again to the same is
    the same consent.
    """
    if version is not None and version != document.version:
        raise Conflict(
            _("The consent text is now version %(version)s; please read it again.")
            % {"version": document.version},
            code="consent-changed",
        )
    check_purposes(document, purposes)
    granted = [key for key in document.purpose_keys if key in purposes]
    latest = latest_consent(annotator, document)
    if latest and latest.purposes == granted:
        return latest
    return Consent.objects.create(annotator=annotator, document=document, purposes=granted)


def check_purposes(document: ConsentDocument, purposes: Collection[str]) -> None:
    unknown = [key for key in purposes if key not in document.purpose_keys]
    missing = [key for key in document.required_keys if key not in purposes]
    if unknown:
        raise Unfit(
            _("The consent names unknown purposes."),
            fields={"consent.purposes": _("Unknown: %(keys)s.") % {"keys": ", ".join(unknown)}},
        )
    if missing:
        raise Unfit(
            _("Taking part needs your agreement to the required purposes."),
            fields={"consent.purposes": _("Required: %(keys)s.") % {"keys": ", ".join(missing)}},
        )


def latest_consent(annotator: Annotator, document: ConsentDocument) -> Consent | None:
    """The annotator's last word on this version of the text."""
    return Consent.objects.filter(annotator=annotator, document=document).order_by("-pk").first()


def purposes_needed(document_purposes: Sequence[str], question_purpose: str) -> set[str]:
    """The purposes a person must have granted before an answer may leave the installation.

    The question's own purpose; without one, the purpose `demographics` where the document has
    it; without that, every purpose of the document.
    """
    if question_purpose:
        return {question_purpose}
    if DEMOGRAPHICS_PURPOSE in document_purposes:
        return {DEMOGRAPHICS_PURPOSE}
    return set(document_purposes)
