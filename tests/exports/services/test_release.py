"""What leaves, and what does not."""

import gzip
import io
import re

import pyarrow.parquet as pq
import pytest

from accounts.models import Annotator, Consent, User
from accounts.services.questionnaires import create_questionnaire
from annotation.models import Judgment, Seat
from exports.models import Snapshot
from tests.exports.builders import QUESTIONS, pairwise_campaign, snapshot_of
from tests.exports.reading import content_of, rows_in

pytestmark = pytest.mark.django_db(transaction=True)


def people_in(snapshot: Snapshot) -> list[tuple[object, ...]]:
    return [
        tuple(value for name, value in row.items() if name not in ("annotator_id", "campaign"))
        for row in rows_in(snapshot, "annotators")
    ]


def test_answers_without_consent_are_null_like_those_never_given():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign)
    assert list(rows_in(snapshot, "annotators")[0]) == [
        *("annotator_id", "profile_version", "age", "tongues", "campaign"),
    ]
    assert people_in(snapshot) == [
        (1, "young", ["en", "hi"]),  # ada agreed to everything
        (1, None, ["en"]),  # ben keeps demographics back, and gives his languages
        (1, "old", None),  # cy would rather not say which languages
    ]


def test_the_last_word_on_consent_holds():
    built = pairwise_campaign()
    ada = built.annotator("ada")
    document = built.campaign.consent_document
    Consent.objects.create(annotator=ada, document=document, purposes=["research"])
    snapshot = snapshot_of(built.campaign)
    assert people_in(snapshot)[0] == (1, None, None)
    withdrawn = {
        row["annotator_stratum"]
        for row in rows_in(snapshot, "judgments")
        if row["judgment_id"] == built.judgments["ada q1"].pk
    }
    assert withdrawn == {None}


def test_a_stratum_that_would_tell_a_withheld_answer_is_not_named():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign)
    assert [row["annotator_stratum"] for row in rows_in(snapshot, "judgments")] == [
        *("young", "young", "old", "old"),
    ]
    served = [row for row in rows_in(snapshot, "assignments") if row["status"] == "leased"]
    assert [row["stratum"] for row in served] == [None]  # ben's


def test_a_later_version_of_the_questionnaire_adds_columns_and_rows():
    built = pairwise_campaign()
    more = {**QUESTIONS[0], "key": "region", "label": "Where?"}
    campaign = built.campaign
    campaign.questionnaire = create_questionnaire(
        [*QUESTIONS, more], series=campaign.questionnaire.series
    )
    campaign.save(update_fields=["questionnaire"])
    ada = built.annotator("ada")
    second = ada.profiles.create(
        questionnaire=campaign.questionnaire,
        series=campaign.questionnaire.series,
        version=2,
        answers={"age": ["old"], "tongues": None, "region": ["young"]},
    )
    Seat.objects.filter(annotator=ada).update(profile=second)
    assert Judgment.objects.filter(profile__version=1, annotator=ada).count() == 2
    assert people_in(snapshot_of(campaign)) == [
        (1, "young", ["en", "hi"], None),
        (2, "old", None, "young"),
        (1, None, ["en"], None),
        (1, "old", None, None),
    ]


def everything_in(snapshot: Snapshot) -> str:
    """Every published byte as text, taken out of its compression."""
    texts = []
    for file in snapshot.files.all():
        content = content_of(snapshot, file.name)
        texts.append(content.decode("utf-8", "replace"))
        if file.name.endswith(".gz"):
            texts.append(gzip.decompress(content).decode())
        if file.name.endswith(".parquet"):
            texts.append(str(pq.read_table(io.BytesIO(content)).to_pylist()))
    return "\n".join(texts)


@pytest.mark.parametrize("format", ["parquet", "jsonl", "csv"])
def test_no_file_tells_who_people_are(format: str):
    built = pairwise_campaign()
    text = everything_in(snapshot_of(built.campaign, format))
    assert not re.search(r"[\w.]+@[\w.]+\.test", text)
    for user in User.objects.all():
        assert user.email not in text
    for annotator in Annotator.objects.all():
        assert annotator.pseudonym not in text


def test_names_join_the_tables_and_differ_between_releases():
    built = pairwise_campaign()
    first, second = (snapshot_of(built.campaign) for _ in range(2))
    names = [{row["annotator_id"] for row in rows_in(one, "annotators")} for one in (first, second)]
    assert all(re.fullmatch(r"p-[a-z2-7]{16}", name) for name in names[0])
    assert len(names[0]) == 3
    assert not names[0] & names[1]
    assert {row["annotator_id"] for row in rows_in(first, "judgments")} < names[0]
    served = {row["annotator_id"] for row in rows_in(first, "assignments")}
    assert served == names[0] | {None}


def test_stable_names_are_the_annotators_own():
    built = pairwise_campaign()
    snapshot = snapshot_of(built.campaign, pseudonyms="stable")
    assert bytes(snapshot.key) == b""
    assert {row["annotator_id"] for row in rows_in(snapshot, "annotators")} == {
        annotator.pseudonym for annotator in Annotator.objects.all()
    }
