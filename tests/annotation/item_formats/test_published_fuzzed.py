"""Whatever stands in a published file's fields, its reader tells problems and never stops."""

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.enums import ItemFormat
from annotation.item_formats import PUBLISHED, READERS
from annotation.item_formats.records import RecordProblem, item_record
from annotation.item_formats.signatures import SIGNATURES
from annotation.judgment_formats import SOURCES
from annotation.judgment_formats.base import SourceRequest, Terms
from annotation.task_types import task_type_of

MORE = {
    ItemFormat.CHATBOT_ARENA: ("turn", "question_id", "language", "winner", "judge", "tstamp"),
    ItemFormat.PRISM: ("user_prompt", "model_name", "score", "if_chosen", "user_id"),
    ItemFormat.MULTIPREF: ("comparison_id", "normal_worker_annotations", "model_a", "source"),
    ItemFormat.HELPSTEER2: ("all_preferences_unprocessed",),
    ItemFormat.HELPSTEER3: ("individual_preference", "language"),
    ItemFormat.WEBGPT: ("score_0", "score_1", "quotes_0"),
    ItemFormat.LABEL_STUDIO: ("id", "annotations"),
    ItemFormat.ARGILLA: ("id", "metadata", "responses"),
    ItemFormat.OPENAI_CHAT: ("choices", "model", "custom_id"),
}
# What stands inside of fields.
INSIDE = (
    *("role", "content", "from", "value", "type", "text", "prompt", "response_1", "response_2"),
    *("answer", "messages", "choices", "message", "body", "full_text", "response", "model"),
    *("overall_pref", "evaluator", "score", "strength", "result", "from_name", "selected"),
    *("values", "status", "user_id", "rank", "completed_by", "item_id", "response_ids", "id"),
)
WORDS = st.sampled_from(["user", "assistant", "text", "a", "A-is-clearly-better", "", "pairwise"])
LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | WORDS
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(INSIDE), inner, min_size=1, max_size=4)
    ),
    max_leaves=8,
)


def entries(format: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Records with some of the format's fields, and anything in them."""
    shapes = [
        st.fixed_dictionaries(
            dict.fromkeys(sorted(needed), VALUES),
            optional=dict.fromkeys(MORE.get(ItemFormat(format), ()), VALUES),
        )
        for needed, name in SIGNATURES
        if name == format
    ]
    return st.lists(st.one_of(shapes), min_size=1, max_size=3)


@pytest.mark.parametrize("format", PUBLISHED)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_record_is_an_item_or_a_problem(format: str, data: st.DataObject):
    given_entries = data.draw(entries(format))
    text = json.dumps(given_entries).encode()
    for record in READERS[format](io.BytesIO(text), 100_000):
        assert (record.value is None) == bool(record.problem)
        if record.value is not None:
            with suppress(RecordProblem):
                item_record(record.value, task_type_of("rating"))


@pytest.mark.parametrize("format", sorted(set(PUBLISHED) & set(SOURCES)))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_people_said_is_read_or_told(
    format: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
):
    path = tmp_path_factory.getbasetemp() / f"fuzzed-{format}.json"
    path.write_text(json.dumps(data.draw(entries(format))), encoding="utf-8")
    terms = Terms(data.draw(st.sampled_from(["pairwise", "ranking", "rating"])), "overall", 1)
    source = SOURCES[format](SourceRequest(path, path.parent, 100_000, 10**9, terms))
    for placed in source.judgments():
        assert (placed.value is None) == bool(placed.problem)
