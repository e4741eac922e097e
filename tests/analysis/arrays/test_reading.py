"""From judgments to arrays, for every task type."""

import io
import json

import numpy as np
import pytest
from django.core.files.base import File

from analysis.arrays import Judged, extent_now, judged
from annotation.enums import JobState
from annotation.models import Judgment, JudgmentImport
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import import_judgments, request_judgment_import
from tests.analysis.builders import judged_campaign
from tests.factories import open_with_items

pytestmark = pytest.mark.django_db


def read(campaign) -> Judged:
    return judged(campaign, extent_now(campaign))


def campaign_of(task_type: str, said: dict, responses: int, **parts) -> Judged:
    campaign, _seats = judged_campaign(
        {"young": 2, "old": 1},
        answer=lambda *_who: said,
        items=1,
        responses=responses,
        task_type=task_type,
        **parts,
    )
    return read(campaign)


def test_pairs_tell_who_said_what_of_whose_response():
    campaign, _seats = judged_campaign({"young": 2, "old": 1}, items=2)
    found = read(campaign)
    pairs = found.comparisons
    assert (found.judgments, len(pairs)) == (6, 6)
    assert found.criteria == ["overall"]
    assert found.strata == ["young", "old"]
    assert found.systems == ["model-1x", "model-2x"]
    assert sorted(found.item_ids) == ["q1", "q2"]
    assert set(pairs.system_a.tolist()) == set(pairs.a.tolist()) == {0}
    assert set(pairs.system_b.tolist()) == set(pairs.b.tolist()) == {1}
    # The young prefer the first clearly, the old the second slightly.
    assert pairs.preference[pairs.stratum == 0].tolist() == [-2] * 4
    assert pairs.preference[pairs.stratum == 1].tolist() == [1] * 2
    rows = Judgment.objects.order_by("pk").values_list("annotator", "item")
    assert [
        (int(found.annotators[who]), int(found.items[what]))
        for who, what in zip(pairs.annotator, pairs.item, strict=True)
    ] == list(rows)
    assert pairs.judgment.tolist() == [0, 1, 2, 3, 4, 5]


def test_outcomes_that_are_no_grade_have_a_code_of_their_own():
    found = campaign_of("pairwise", {"outcome": "both_bad"}, 2)
    assert found.comparisons.outcome.tolist() == [2, 2, 2]
    assert found.comparisons.preference.tolist() == [0, 0, 0]


def test_rankings_are_places_and_pairs():
    found = campaign_of("ranking", {"ranking": [["r3"], ["r1", "r2"]]}, 3)
    assert found.places.rank.tolist() == [1, 2, 2] * 3
    assert found.places.response.tolist() == [2, 0, 1] * 3
    pairs = found.comparisons
    assert (
        list(zip(pairs.a, pairs.b, pairs.preference, strict=True))
        == [
            (0, 1, 0),
            (0, 2, 1),
            (1, 2, 1),
        ]
        * 3
    )


def test_best_and_worst_are_pairs():
    found = campaign_of("best-worst", {"best": "r2", "worst": "r3"}, 4)
    assert len(found.comparisons) == 3 * 5


def test_ratings_are_numbers():
    found = campaign_of("rating", {"ratings": {"r1": 4, "r2": 2}}, 2)
    assert found.ratings.rating.tolist() == [4.0, 2.0] * 3
    assert found.ratings.system.tolist() == [0, 1] * 3
    assert found.comparisons.preference.tolist() == [-1] * 3


def test_values_have_strengths_and_none_is_said_too():
    found = campaign_of("values", {"values": {"duty-accountability": 2}}, 1)
    place = list(found.values).index("duty-accountability")
    assert found.valued.value.tolist() == [place] * 3
    assert found.valued.strength.tolist() == [2] * 3
    none = campaign_of("values", {"values": {}}, 1)
    assert none.valued.value.tolist() == [-1] * 3


def test_without_judgments_there_are_empty_arrays():
    found = read(open_with_items(2))
    assert (found.judgments, len(found.comparisons), len(found.ratings)) == (0, 0, 0)
    assert found.annotators.dtype == np.int64


def test_reading_takes_four_statements(django_assert_num_queries):
    campaign, _seats = judged_campaign({"young": 1}, items=1)
    extent = extent_now(campaign)
    with django_assert_num_queries(5):  # two of them savepoints, COPY is counted apart
        judged(campaign, extent)


@pytest.mark.django_db(transaction=True)
def test_judgments_given_elsewhere_are_read_and_counted_apart():
    campaign, _seats = judged_campaign({"young": 1, "old": 1}, items=1)
    said = {"overall": {"preferred": "r2", "strength": 2}}
    line = {
        "item_id": "q1",
        "annotator_id": "ann",
        "answers": said,
        "annotator_stratum": "old",
    }
    job = request_judgment_import(
        campaign,
        content=File(io.BytesIO(json.dumps(line).encode())),
        file_name="judgments.jsonl",
        purposes=None,
        asserted_by="lab",
        requested_by=None,
    )
    run_job(JudgmentImport, job.pk, import_judgments)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    found = read(campaign)
    assert (found.judgments, found.imported) == (3, 1)
    assert found.comparisons.stratum.tolist() == [0, 1, 1]


def test_what_was_shown_first_is_known():
    campaign, _seats = judged_campaign({"young": 3, "old": 2}, items=3)
    found = read(campaign)
    shown = Judgment.objects.order_by("pk").values_list("presented_order", flat=True)
    places = [("r1", "r2").index(order[0]) for order in shown]
    assert found.comparisons.first.tolist() == places
    assert set(places) == {0, 1}
