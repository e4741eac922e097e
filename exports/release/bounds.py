"""What rules in force ruled out of one shard, under the names that this release gives."""

import pyarrow as pa
import pyarrow.compute as pc

from exports.frozen import shelf, sources
from exports.release.shard import Batches, Shard
from exports.tables.bounds import RULED_OUT

KEPT = ("response_id", "rule", "version", "tier", "by_default")


def ruled_out_rows(shard: Shard) -> Batches:
    """Rows of `RULED_OUT`; none where no rule was in force."""
    if not shelf.has_file(shard.moment, shelf.shard_name(sources.BOUNDS.name, shard.number)):
        return
    items = shard.item_pks
    people = shard.people["annotator_pk"].combine_chunks()
    for whole in shard.frozen(sources.BOUNDS):
        owners = whole.column("annotator_pk")
        # Rules are looked up a moment after the rows were copied: what came between is not here.
        here = pc.and_(
            pc.is_in(whole.column("item_pk"), items),
            pc.or_(owners.is_null(), pc.is_in(owners, people)),
        )
        batch = whole.filter(here)
        if not len(batch):
            continue
        columns = {name: batch.column(name) for name in KEPT}
        columns["item_id"] = shard.item_name(batch.column("item_pk"))
        columns["annotator_id"] = owner_names(shard, batch.column("annotator_pk"))
        yield pa.RecordBatch.from_pydict(
            {name: columns[name].cast(RULED_OUT.field(name).type) for name in RULED_OUT.names},
            schema=RULED_OUT,
        )


def owner_names(shard: Shard, owners: pa.Array) -> pa.Array:
    """Released names of the people whose own rules these are; null for rules of everybody's."""
    if owners.null_count == len(owners):
        return pa.nulls(len(owners), pa.string())
    named = owners.is_valid()
    names = shard.name_of(owners.drop_null()).cast(pa.string())
    return pc.replace_with_mask(pa.nulls(len(owners), pa.string()), named, names)
