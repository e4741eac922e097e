import pytest

from accounts.errors import Conflict, Unfit
from accounts.models import Consent
from accounts.services.consents import (
    create_document,
    give_consent,
    latest_consent,
    purposes_needed,
)
from tests.factories import make_annotator

PURPOSES = [
    {"key": "research", "label": "Research", "required": True},
    {"key": "contact", "label": "Contact"},
]


@pytest.fixture
def document(db):
    return create_document("Do you agree?", PURPOSES)


def test_a_document_knows_what_is_required(document):
    assert document.purpose_keys == ["research", "contact"]
    assert document.required_keys == ["research"]
    assert create_document("New", PURPOSES, series=document.series).version == 2


def test_consent_is_kept_with_its_purposes_in_the_documents_order(document):
    annotator = make_annotator()
    consent = give_consent(annotator, document, version=1, purposes=["contact", "research"])
    assert consent.purposes == ["research", "contact"]
    again = give_consent(annotator, document, version=1, purposes=["research", "contact"])
    assert again.pk == consent.pk
    less = give_consent(annotator, document, version=1, purposes=["research"])
    assert latest_consent(annotator, document) == less
    assert Consent.objects.count() == 2


@pytest.mark.parametrize(
    ("version", "purposes", "error"),
    [
        (2, ["research"], Conflict),
        (1, [], Unfit),
        (1, ["contact"], Unfit),
        (1, ["research", "fame"], Unfit),
    ],
)
def test_what_is_no_consent_keeps_nothing(document, version, purposes, error):
    with pytest.raises(error):
        give_consent(make_annotator(), document, version=version, purposes=purposes)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("document_purposes", "question_purpose", "needed"),
    [
        (["research", "contact"], "contact", {"contact"}),
        (["research", "demographics"], "", {"demographics"}),
        (["research", "contact"], "", {"research", "contact"}),
        ([], "", set()),
    ],
)
def test_an_answer_leaves_only_for_its_purpose(document_purposes, question_purpose, needed):
    assert purposes_needed(document_purposes, question_purpose) == needed
