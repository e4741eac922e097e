"""Judgments pair by pair, place by place and number by number.

Pairwise answers, of which there are most, are read by Arrow as whole columns; every other kind,
and whatever Arrow cannot make sense of, goes through the task type, answer by answer.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pa_json

from annotation.enums import TaskTypeKey
from annotation.task_types import task_type_of
from exports.frozen.frame import FrozenCampaign
from exports.frozen.sources import JUDGMENTS
from exports.release.arrays import first_of, interleaved, lists_of
from exports.release.judgments import is_check, shared_columns
from exports.release.shard import Columns, ResponseIds, Shard
from exports.tables.coding import CODED, coded, constant

NEEDED = (
    *("judgment_id", "campaign_pk", "item_pk", "annotator_pk", "task_type", "presented_order"),
    *("answers", "is_repeat", "noted"),
)
PAIRWISE_ANSWER = pa.struct(
    [("preferred", pa.string()), ("strength", pa.int64()), ("outcome", pa.string())]
)
COMPARISON = pa.schema(
    [
        *(("row", pa.int64()), ("criterion", CODED), ("response_a", CODED)),
        *(("response_b", CODED), ("preference", pa.int64()), ("outcome", CODED)),
        ("shown_first", CODED),
    ]
)
RATING = pa.schema(
    [
        *(("row", pa.int64()), ("criterion", pa.string()), ("response_id", pa.string())),
        ("rating", pa.float64()),
    ]
)
RANKING = pa.schema(
    [
        *(("row", pa.int64()), ("criterion", CODED), ("response_id", CODED)),
        ("rank", pa.int64()),
    ]
)
Row = dict[str, Any]
Expand = Callable[[str, str, Any, list[str], list[str]], Iterator[Row]]


def comparison_rows(shard: Shard) -> Columns:
    for batch in one_kind(shard):
        found = comparisons_in(shard, batch)
        rows = found.column("row")
        yield {
            **{name: column.take(rows) for name, column in shared_columns(shard, batch).items()},
            **{name: found.column(name) for name in COMPARISON.names[1:]},
            "source": source_of(batch, len(found)),
        }


def ranking_rows(shard: Shard) -> Columns:
    return response_rows_of(shard, TaskTypeKey.RANKING, rankings_of, RANKING)


def rating_rows(shard: Shard) -> Columns:
    return response_rows_of(shard, TaskTypeKey.RATING, ratings_of, RATING)


def response_rows_of(shard: Shard, kind: TaskTypeKey, expand: Expand, schema: pa.Schema) -> Columns:
    """The rows of one task type's judgments, one for each response."""
    if kind not in shard.task_types:
        return
    for batch in one_kind(shard):
        if kind_of(batch) != kind:
            continue
        found = expanded(shard, batch, expand, schema)
        rows = found.column("row")
        yield {
            **{name: column.take(rows) for name, column in shared_columns(shard, batch).items()},
            **{name: found.column(name) for name in schema.names[1:]},
        }


def one_kind(shard: Shard) -> Iterator[pa.RecordBatch]:
    """Judgments cut where the campaign or the task type changes."""
    for whole in shard.frozen(JUDGMENTS, NEEDED):
        # What an instruction says is nobody's preference.
        batch = whole.filter(pc.invert(is_check(whole)))
        campaigns = batch.column("campaign_pk").to_numpy()
        kinds = batch.column("task_type").dictionary_encode().indices.to_numpy()
        changes = (np.diff(campaigns) != 0) | (np.diff(kinds) != 0)
        edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(batch)]
        for start, end in itertools.pairwise(edges):
            if end > start:
                yield batch.slice(start, end - start)


def kind_of(batch: pa.RecordBatch) -> str:
    kind: str = batch.column("task_type")[0].as_py()
    return kind


def campaign_of(shard: Shard, batch: pa.RecordBatch) -> FrozenCampaign:
    return shard.campaigns[batch.column("campaign_pk")[0].as_py()]


def source_of(batch: pa.RecordBatch, length: int) -> pa.Array:
    return constant(kind_of(batch).replace("-", "_"), length)


def comparisons_in(shard: Shard, batch: pa.RecordBatch) -> pa.RecordBatch:
    if kind_of(batch) == TaskTypeKey.PAIRWISE:
        found = pairwise_comparisons(
            batch, campaign_of(shard, batch).criterion_keys, shard.responses
        )
        if found is not None:
            return found
    return expanded(shard, batch, comparisons_of, COMPARISON)


def pairwise_comparisons(
    batch: pa.RecordBatch, criteria: list[str], responses: ResponseIds
) -> pa.RecordBatch | None:
    """All comparisons at once, as `Pairwise.comparisons` makes them one by one.

    None where an answer is not of the expected shape. What a text of answers says of a pair of
    responses is worked out once, however many judgments say it.
    """
    pair_of_item, pairs = responses.pairs
    pair_of_row = pair_of_item[responses.places(batch.column("item_pk"))]
    if (pair_of_row < 0).any():
        return None
    answers = coded(batch.column("answers"))
    numbers = answers.indices.to_numpy().astype(np.int64) * len(pairs) + pair_of_row
    sayings = pa.array(numbers).dictionary_encode()
    answer_of, pair_of = np.divmod(sayings.dictionary.to_numpy(), len(pairs))
    ids = responses.coded.dictionary
    a, b = (ids.take(pa.array(codes)) for codes in pairs[pair_of].T)
    schema = pa.schema([(key, PAIRWISE_ANSWER) for key in criteria])
    try:
        said = json_columns(answers.dictionary, schema).take(pa.array(answer_of))
    except pa.ArrowInvalid:
        return None
    parts = [graded(said[key].combine_chunks(), a, b) for key in criteria]
    in_turn = pa.array(interleaved([outcome for _preference, outcome in parts]))
    preferences = pa.concat_arrays([preference for preference, _outcome in parts]).take(in_turn)
    outcomes = pa.concat_arrays([outcome for _preference, outcome in parts]).take(in_turn)
    rows, places = answered_places(sayings.indices.to_numpy(), outcomes, len(criteria))
    shown = coded(batch.column("presented_order"))
    first = coded(first_of(lists_of(shown.dictionary)))
    codes_of_rows = pairs[pair_of_row[rows]].astype(np.int32)
    columns = [
        pa.array(rows),
        coded_as(places % len(criteria), pa.array(criteria, pa.string())),
        *(coded_as(codes, ids) for codes in codes_of_rows.T),
        preferences.take(pa.array(places)),
        coded(outcomes).take(pa.array(places)),
        first.take(shown.indices).take(pa.array(rows)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=COMPARISON)


def answered_places(
    saying_of_row: np.ndarray, outcomes: pa.Array, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The row and the place in `outcomes` of every answer given, row by row.

    `outcomes` has `count` places for each saying, one a criterion, null where it was left open.
    """
    rows = np.repeat(np.arange(len(saying_of_row)), count)
    places = saying_of_row[rows].astype(np.int64) * count + np.tile(
        np.arange(count), len(saying_of_row)
    )
    if outcomes.null_count:
        answered = outcomes.is_valid().to_numpy(zero_copy_only=False)[places]
        rows, places = rows[answered], places[answered]
    return rows, places


def coded_as(codes: np.ndarray, texts: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), texts)


def json_columns(texts: pa.Array, schema: pa.Schema) -> pa.Table:
    """JSON objects as columns. Raises `ArrowInvalid` where one has what the schema has not."""
    data = "\n".join(texts.to_pylist()).encode()
    return pa_json.read_json(
        pa.BufferReader(data),
        read_options=pa_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
        parse_options=pa_json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="error"
        ),
    )


def graded(answers: pa.Array, a: pa.Array, b: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Preference towards b and outcome of each answer; both null where there is none."""
    preferred, strength, said = answers.flatten()
    strength = pc.if_else(pc.equal(preferred, b), strength, pc.negate(strength))
    zero = pa.scalar(0, pa.int64())
    preference = pc.if_else(pc.equal(pc.fill_null(said, ""), "tie"), zero, strength)
    outcome = pc.if_else(pc.is_valid(preferred), pa.scalar("graded"), said)
    return preference, outcome


def expanded(
    shard: Shard,
    batch: pa.RecordBatch,
    expand: Expand,
    schema: pa.Schema,
) -> pa.RecordBatch:
    """Rows of each answer, made by the task type."""
    task_type, responses = kind_of(batch), shard.responses
    order = {key: place for place, key in enumerate(campaign_of(shard, batch).criterion_keys)}
    places = responses.places(batch.column("item_pk"))
    rows: list[Row] = []
    answers = batch.column("answers").to_pylist()
    shown = batch.column("presented_order").to_pylist()
    for row, (text, order_text) in enumerate(zip(answers, shown, strict=True)):
        response_ids = responses.of(places[row])
        given = sorted(
            json.loads(text).items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0])
        )
        for criterion, answer in given:
            for one in expand(task_type, criterion, answer, response_ids, json.loads(order_text)):
                rows.append({"row": row, **one})
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def comparisons_of(
    task_type: str, criterion: str, answer: Any, response_ids: list[str], shown: list[str]
) -> Iterator[Row]:
    for pair in task_type_of(task_type).comparisons(answer, response_ids=response_ids):
        yield {
            "criterion": criterion,
            "response_a": pair.response_a,
            "response_b": pair.response_b,
            "preference": pair.preference,
            "outcome": pair.outcome,
            "shown_first": min(pair.response_a, pair.response_b, key=shown.index)
            if shown
            else None,
        }


def rankings_of(
    task_type: str, criterion: str, answer: Any, response_ids: list[str], _shown: list[str]
) -> Iterator[Row]:
    for ranked in task_type_of(task_type).rankings(answer, response_ids=response_ids):
        yield {"criterion": criterion, "response_id": ranked.response_id, "rank": ranked.rank}


def ratings_of(
    task_type: str, criterion: str, answer: Any, response_ids: list[str], _shown: list[str]
) -> Iterator[Row]:
    for rated in task_type_of(task_type).ratings(answer, response_ids=response_ids):
        yield {"criterion": criterion, "response_id": rated.response_id, "rating": rated.rating}
