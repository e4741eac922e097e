"""Judgments as they leave."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotation.enums import IMPORTED
from exports.frozen.sources import JUDGMENTS
from exports.release.arrays import lists_of
from exports.release.shard import Columns, Shard
from exports.tables.coding import coded

AS_THEY_ARE = (
    *("judgment_id", "reason", "confidence", "is_repeat", "supersedes", "active_ms"),
    *("elapsed_ms", "submitted_at", "acceptable", "spans", "assignment_id", "propensity"),
)
REPEATING = ("task_type", "answers", "language", "strategy", "software_version")


def judgment_rows(shard: Shard) -> Columns:
    for batch in shard.frozen(JUDGMENTS):
        yield {
            **{name: batch.column(name) for name in AS_THEY_ARE},
            **{name: coded(batch.column(name)) for name in REPEATING},
            **shared_columns(shard, batch),
            "annotator_stratum": shard.stratum_of(batch),
            "profile_version": shard.profile_version(batch.column("profile_pk")),
            "consent_version": shard.consent_version(batch.column("consent_pk")),
            "guideline_version": shard.guideline_version(batch.column("guideline_pk")),
            "presented_order": lists_of(batch.column("presented_order")),
            "content_hashes": content_hashes(shard, batch),
            "flags": flags_of(batch),
        }


def content_hashes(shard: Shard, batch: pa.RecordBatch) -> pa.Array:
    """A judgment's own where it was frozen with some, its item's elsewhere."""
    own, items = batch.column("content_hashes"), batch.column("item_pk")
    if own.null_count == len(own):
        return shard.content_hashes.coded(items)
    return coded(pc.coalesce(own, shard.content_hashes(items)))


def flags_of(batch: pa.RecordBatch) -> pa.Array:
    """All flags of each judgment as a list: `after_lease` first, `imported` last."""
    joined = where_true(batch.column("after_lease"), "after_lease")
    # Not joined with nulls passed over: where all are null, Arrow leaves the row out.
    for others in (pc.fill_null(noted(batch), ""), imported(batch)):
        both = pc.and_(pc.not_equal(joined, ""), pc.not_equal(others, ""))
        joined = pc.binary_join_element_wise(joined, others, pc.if_else(both, ",", ""))
    told = pc.not_equal(joined, "")
    lists = pc.split_pattern(joined.filter(told), ",")
    lengths = np.zeros(len(batch), np.int32)
    lengths[told.to_numpy(zero_copy_only=False)] = pc.list_value_length(lists).to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), lists.flatten())


def imported(batch: pa.RecordBatch) -> pa.Array:
    """The flag of judgments that were imported, empty elsewhere."""
    if "strategy" not in batch.schema.names:
        return pa.array([""] * len(batch), pa.string())
    return where_true(pc.equal(batch.column("strategy"), IMPORTED), IMPORTED)


def where_true(column: pa.Array, word: str) -> pa.Array:
    return pc.if_else(pc.fill_null(column, False), word, "")


def noted(batch: pa.RecordBatch) -> pa.Array:
    """Flags by commas, null where there is none, or in files frozen before there were any."""
    if "noted" in batch.schema.names:
        return batch.column("noted")
    return pa.nulls(len(batch), pa.string())


def is_check(batch: pa.RecordBatch) -> pa.Array:
    """Whether each judgment is of a check item: its answer follows an instruction, or does not."""
    return pc.fill_null(pc.match_substring(noted(batch), "check_"), False)


def shared_columns(shard: Shard, batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """What a judgment's rows in every table have."""
    replaced = pc.is_in(batch.column("judgment_id"), shard.superseded)
    return {
        "judgment_id": batch.column("judgment_id"),
        "item_id": shard.item_name.coded(batch.column("item_pk")),
        "annotator_id": shard.name_of.coded(batch.column("annotator_pk")),
        "is_repeat": batch.column("is_repeat"),
        "is_final": pc.invert(replaced),
        "campaign": shard.slug_of.coded(batch.column("campaign_pk")),
    }
