"""What changed between two versions of a dataset."""

from dataclasses import dataclass

import numpy as np

from exports.errors import Conflict
from exports.frozen import shelf, sources
from exports.frozen.sources import Source
from exports.models import Moment, Snapshot


@dataclass(frozen=True)
class Difference:
    """Counts of rows from an older moment to a newer one, and the judgments concerned.

    `withdrawn` were there and are no longer; `superseded` are in both, and were replaced between.
    """

    added: np.ndarray
    superseded: np.ndarray
    withdrawn: np.ndarray
    items_added: int
    people_added: int
    people_withdrawn: int


def difference(older: Snapshot, newer: Snapshot) -> Difference:
    """From one snapshot to another. Raises `Conflict` where one's frozen data is gone.

    Nothing is read of the judgments but their numbers: sixteen bytes for each.
    """
    for snapshot in (older, newer):
        if not snapshot.moment.is_frozen:
            raise Conflict("This snapshot's data is no longer kept.", code="not-kept")
    before = column_of(older.moment, sources.INDEX, "judgment_id")
    after = column_of(newer.moment, sources.INDEX, "judgment_id")
    replaced_before = column_of(older.moment, sources.INDEX, "supersedes")
    replaced_after = column_of(newer.moment, sources.INDEX, "supersedes")
    superseded = np.intersect1d(np.setdiff1d(replaced_after, replaced_before), before)
    items = [column_of(one.moment, sources.ITEM_INDEX, "item_pk") for one in (older, newer)]
    people = [people_of(one.moment) for one in (older, newer)]
    return Difference(
        added=np.setdiff1d(after, before, assume_unique=True),
        superseded=superseded,
        withdrawn=np.setdiff1d(before, after, assume_unique=True),
        items_added=len(np.setdiff1d(items[1], items[0])),
        people_added=len(np.setdiff1d(people[1], people[0])),
        people_withdrawn=len(np.setdiff1d(people[0], people[1])),
    )


def column_of(moment: Moment, source: Source, column: str) -> np.ndarray:
    """A column of numbers over all shards, sorted, nothing left out."""
    parts = [
        batch.column(column).drop_null().to_numpy()
        for number in range(moment.shards)
        for batch in shelf.read_batches(moment, shelf.shard_name(source.name, number), [column])
    ]
    return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)


def people_of(moment: Moment) -> np.ndarray:
    table = shelf.read_table(moment, "people", sources.PEOPLE, ["annotator_pk"])
    return np.unique(table["annotator_pk"].to_numpy())
