"""Chosen and rejected transcripts as items: what they begin with, the sides, who learns them."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from annotation.enums import ItemFormat, JobState
from annotation.item_formats import detect_format
from annotation.item_formats.hh_rlhf import read_hh_rlhf
from annotation.models import Item, Response
from tests.factories import import_bytes, make_campaign

DATA = Path(__file__).resolve().parents[3].parent / "shared/data/hh-rlhf/harmless-test.jsonl.gz"
LONGEST = 1024 * 1024
BEGIN = "\n\nHuman: Hello?\n\nAssistant: Hi!\n\nHuman: And now?\n\nAssistant: "


def read(*entries: Any) -> list[Any]:
    text = "\n".join(json.dumps(entry) for entry in entries)
    return list(read_hh_rlhf(io.BytesIO(text.encode()), LONGEST))


def test_what_both_begin_with_is_the_prompt():
    (record,) = read({"chosen": f"{BEGIN}Good.", "rejected": f"{BEGIN}Bad."})
    assert record.value["id"] == "hh-1"
    assert record.value["prompt"] == [
        {"role": "user", "content": "Hello?"},
        {"role": "assistant", "content": "Hi!"},
        {"role": "user", "content": "And now?"},
    ]
    sides = {one["metadata"]["side"]: one["text"] for one in record.value["responses"]}
    assert sides == {"chosen": "Good.", "rejected": "Bad."}
    assert [one["id"] for one in record.value["responses"]] == ["r1", "r2"]


def test_one_question_is_a_text_and_parting_early_leaves_turns():
    (record,) = read(
        {
            "chosen": "\n\nHuman: Why?\n\nAssistant: So.\n\nHuman: I see.\n\nAssistant: Well.",
            "rejected": "\n\nHuman: Why?\n\nAssistant: ",
        }
    )
    assert record.value["prompt"] == "Why?"
    sides = {one["metadata"]["side"]: one["text"] for one in record.value["responses"]}
    assert sides["rejected"] == ""
    assert [turn["content"] for turn in sides["chosen"]] == ["So.", "I see.", "Well."]


@pytest.mark.parametrize(
    "entry",
    [
        {"chosen": "\n\nHuman: a\n\nAssistant: b"},
        {"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": 3},
        {"chosen": "a", "rejected": "b", "more": "c"},
        {"chosen": "no speaker", "rejected": "no speaker"},
        {"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: z\n\nAssistant: b"},
    ],
)
def test_other_records_are_problems(entry: dict[str, Any]):
    (record,) = read(entry)
    assert record.value is None
    assert record.problem


def test_the_file_is_known_by_its_first_field():
    assert detect_format(io.BytesIO(b'{"rejected": "a", "chosen": "b"}')) == ItemFormat.HH_RLHF
    assert detect_format(io.BytesIO(b'{"id": "chosen"}')) == ItemFormat.JSONL


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not here")
@pytest.mark.django_db
def test_the_published_file_comes_in_whole_and_positions_tell_nothing():
    campaign = make_campaign()
    job = import_bytes(campaign, gzip.decompress(DATA.read_bytes()))
    assert (job.state, job.format, job.created_count) == (JobState.DONE, "hh-rlhf", 2312)
    responses = Response.objects.filter(item__campaign=campaign)
    first_chosen = responses.filter(position=0, metadata__side="chosen").count()
    assert responses.filter(metadata__side="chosen").count() == 2312
    assert responses.filter(metadata__side="rejected").count() == 2312
    assert first_chosen == 1154
    assert "chosen" not in json.dumps(
        [item.metadata for item in Item.objects.filter(campaign=campaign)[:50]]
    )
