"""Looking at a file before it is imported, held against the campaign; nothing is stored."""

import gzip
import io
from typing import Any

import pytest
from django.core.files.base import File

from annotation.advice import ADVICE, advice_on
from annotation.kept import SENTENCES
from annotation.models import Campaign
from annotation.services.given_files import give_file
from annotation.services.looking import (
    Look,
    item_columns,
    look_at,
    look_at_given,
    pair_columns,
)
from tests.annotation.item_formats.samples import (
    OWN,
    PAIR_COLUMNS,
    SAMPLES,
    TABLES,
    Sample,
    lines_of,
)
from tests.factories import import_bytes, import_lines, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(task_type="rating")


def looked(campaign: Campaign, content: bytes, **parts: Any) -> Look:
    return look_at(campaign, io.BytesIO(content), **parts)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_what_is_shown_is_what_is_imported(campaign: Campaign, sample: Sample) -> None:
    look = looked(campaign, sample.content())
    assert (look.format, look.known_by) == (sample.format, sample.known_by)
    assert (look.problems, look.unnamed, look.is_sound, look.is_whole) == ([], "", True, True)
    assert look.judgments == (sample.format if sample.judged else "")
    assert look.shown[0].record.external_id == sample.first
    assert campaign.items.count() == 0
    job = import_bytes(campaign, sample.content())
    assert (job.format, job.created_count) == (sample.format, sample.items)
    found = campaign.items.order_by("pk")[: len(look.shown)]
    assert [(one.external_id, one.content_sha256) for one in found] == [
        (one.record.external_id, one.record.content_sha256) for one in look.shown
    ]
    again = looked(campaign, sample.content())
    assert (again.known, again.problems, again.is_sound) == (sample.items, [], True)


def test_errors_are_those_of_the_import_by_line(campaign: Campaign) -> None:
    import_lines(campaign, [OWN[0]])
    content = b"\n".join(
        [
            lines_of({**OWN[0], "prompt": "Another wording?"}),
            lines_of(OWN[1]),
            b"{oops",
            lines_of({**OWN[1], "language": "de"}),
            lines_of({**OWN[2], "check": {"tone": {"rating": 1}}}),
            lines_of({**OWN[3], "responses": []}),
        ]
    )
    look = looked(campaign, content)
    job = import_bytes(campaign, content)
    told = [(one.line, one.message) for one in look.problems]
    # The import stops before it compares what could not be read.
    assert told[0] == (1, 'Id "tea-1" is already in this campaign with other content.')
    assert [line for line, _message in told] == [1, 3, 4, 5, 6]
    assert told[2] == (4, 'Id "tea-2" was used on line 2 with other content.')
    assert told[3] == (5, "`check` names a criterion that this campaign does not have.")
    assert {(one.line, one.message) for one in job.problems.all()} <= set(told)
    assert look.is_sound is False


def test_an_empty_file_and_one_without_items_are_told(campaign: Campaign) -> None:
    assert [tuple(one) for one in looked(campaign, b"").problems] == [(1, "This file is empty.")]
    header = b"id,prompt,response_1\n"
    assert [tuple(one) for one in looked(campaign, header).problems] == [
        (1, "No items in this file.")
    ]
    assert [one.line for one in looked(campaign, b"PAR1 and nothing").problems] == [1]


def test_five_items_are_shown_and_a_thousand_read(campaign: Campaign) -> None:
    content = lines_of(*({**OWN[0], "id": f"q{n}"} for n in range(1001)))
    look = looked(campaign, content)
    assert [one.record.external_id for one in look.shown] == ["q0", "q1", "q2", "q3", "q4"]
    assert (look.read, look.total, look.is_whole, look.is_sound) == (1000, None, False, True)


def test_a_look_needs_one_query(campaign: Campaign, django_assert_num_queries: Any) -> None:
    assert campaign.criterion_keys == ["overall"]
    with django_assert_num_queries(1):
        looked(campaign, lines_of(*({**OWN[0], "id": f"q{n}"} for n in range(500))))
    with django_assert_num_queries(0):
        looked(campaign, b"no items")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_pairs_can_be_taken_as_items_or_with_its_judgments(name: str) -> None:
    campaign = make_campaign()
    look = looked(campaign, TABLES[name][0])
    assert (look.judgments, look.takes_items, look.to_name) == ("pairs", True, True)
    assert [one.record.external_id for one in look.shown] == ["1_2", "3_4"]
    assert look.is_sound
    assert item_columns(look.columns) == PAIR_COLUMNS
    assert pair_columns(look.columns) == {
        "item_id": "pair",
        "annotator_id": "worker",
        "label": "label",
        "prompt": "topic",
        "response_1": "a1",
        "response_2": "a2",
        "model_1": "",
        "model_2": "",
        "language": "",
    }
    without = looked(campaign, TABLES[name][0], columns=PAIR_COLUMNS)
    assert (without.judgments, without.is_sound) == ("", True)
    nameless = {**PAIR_COLUMNS, "annotator_id": "worker", "label": "label"}
    del nameless["id"]
    assert looked(campaign, TABLES[name][0], columns=nameless).judgments == ""


def test_columns_that_say_too_little_are_told_and_nothing_is_shown(campaign: Campaign) -> None:
    look = looked(campaign, TABLES["pairs.csv"][0], columns={"id": "pair"})
    assert (look.unnamed, look.shown, look.problems) == ("Say which column is the prompt.", [], [])
    assert look.is_sound is False
    look = looked(campaign, b"colour,weight\nred,3\n")
    assert (look.format, look.columns) == ("csv", {})
    assert look.unnamed == "Say which column is the prompt."


def test_a_table_of_judgments_and_a_dataset_are_no_items(campaign: Campaign) -> None:
    judgment = {"item_id": "q1", "annotator_id": "w1", "answers": {"overall": {"rating": 3}}}
    look = looked(campaign, lines_of(judgment))
    assert (look.format, look.judgments, look.takes_items) == ("jsonl", "jsonl", False)
    look = looked(campaign, b"PK\x03\x04 and so on")
    assert (look.format, look.judgments, look.takes_items) == ("dataset", "dataset", False)
    assert look.problems == []


def test_a_compressed_file_is_looked_into_and_taken_for_judgments_only() -> None:
    campaign = make_campaign()
    for content, judgments in ((TABLES["pairs.jsonl"][0], "pairs"), (lines_of(*OWN), "")):
        given = give_file(
            campaign,
            content=File(io.BytesIO(gzip.compress(content))),
            file_name="packed",
            given_by=campaign.owner,
        )
        look = look_at_given(given)
        assert (look.judgments, look.takes_items, look.is_sound) == (judgments, False, False)
        assert look.shown != []
    broken = File(io.BytesIO(gzip.compress(lines_of(*OWN))[:40]))
    given = give_file(campaign, content=broken, file_name="", given_by=campaign.owner)
    (problem,) = look_at_given(given).problems
    assert problem.message.startswith("This file cannot be read to its end: ")


def test_advice_is_for_sentences_that_are_told() -> None:
    assert set(ADVICE) <= set(SENTENCES)
    assert advice_on("A pairwise item needs exactly 2 responses, has 1.") == (
        "Leave the record out, or use a campaign with another task."
    )
    assert advice_on('Id "q1" is already in this campaign with other content.') == (
        "Items do not change, as people may have judged them: give the new wording a new id."
    )
    assert advice_on("`prompt` is empty.") == ""
    assert advice_on("Nobody ever said this.") == ""
