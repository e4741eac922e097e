"""Which judgments count as labels: everybody's newest, of nobody who has withdrawn."""

import numpy as np
import pytest

from annotation.models import Campaign, Erasure, Judgment
from annotation.services.erasing import erase, withdraw
from annotation.services.jobs import run_job
from tests.exports.builders import supersede
from tests.values.builders import corpus, labelled_sample
from values.selectors.labels import labels_of

pytestmark = pytest.mark.django_db(transaction=True)
EVER = 10**12
KINDNESS = "empathy-helpfulness"


@pytest.fixture
def labels() -> Campaign:
    source = corpus(12)
    return labelled_sample(source, size=10, people=3, says=lambda _text, _person: {KINDNESS: 1})


def shares(campaign: Campaign, until: int = EVER) -> list[float]:
    found = labels_of(campaign, "values", until).labelled
    return found.shares[:, list(found.values).index(KINDNESS)].tolist()


def test_everybody_s_answers_are_shares_of_people(labels: Campaign):
    found = labels_of(labels, "values", EVER)
    assert (len(found.labelled.texts), len(found.stratum_of)) == (10, 3)
    assert found.labelled.people.tolist() == [3.0] * 10
    assert shares(labels) == [1.0] * 10
    assert sorted(found.sides) == ["chosen"] * 5 + ["rejected"] * 5
    assert set(found.stratum_of) == {"everyone"}


def test_a_changed_answer_counts_once_and_only_from_when_it_was_given(labels: Campaign):
    before = Judgment.objects.latest("pk")
    supersede(before, {"values": {"values": {}}})
    assert sum(shares(labels)) == pytest.approx(9 + 2 / 3)
    assert shares(labels, until=before.pk) == [1.0] * 10
    assert labels_of(labels, "values", EVER).labelled.people.sum() == 30


def test_who_has_withdrawn_is_not_counted(labels: Campaign):
    person = labels.seats.order_by("pk").first().annotator
    job = withdraw(person, labels)
    run_job(Erasure, job.pk, erase)
    found = labels_of(labels, "values", EVER).labelled
    assert found.people.tolist() == [2.0] * 10
    assert np.unique(found.person_of).tolist() == [0, 1]


def test_reading_costs_two_queries(labels: Campaign, django_assert_num_queries):
    with django_assert_num_queries(2):
        labels_of(labels, "values", EVER)
