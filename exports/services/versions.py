"""What changed between two versions of a dataset."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from exports.errors import Conflict
from exports.frozen import shelf, sources
from exports.frozen.sources import Source
from exports.models import Moment, Snapshot

# Told of so many rows read; may raise to stop.
Step = Callable[[int], None]


def nothing(_rows: int) -> None:
    """For those who need not hear of it."""


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
    check_kept(older, newer)
    return difference_of(older.moment, newer.moment)


def check_kept(*snapshots: Snapshot) -> None:
    """Raise `Conflict` where the frozen data of one is gone."""
    for snapshot in snapshots:
        if not snapshot.moment.is_frozen:
            raise Conflict(_("This snapshot's data is no longer kept."), code="not-kept")


def difference_of(older: Moment, newer: Moment, step: Step = nothing) -> Difference:
    """From one moment to another; `step` hears of the rows that were read."""
    before = column_of(older, sources.INDEX, "judgment_id", step)
    after = column_of(newer, sources.INDEX, "judgment_id", step)
    replaced_before = column_of(older, sources.INDEX, "supersedes", step)
    replaced_after = column_of(newer, sources.INDEX, "supersedes", step)
    superseded = np.intersect1d(np.setdiff1d(replaced_after, replaced_before), before)
    items = [column_of(one, sources.ITEM_INDEX, "item_pk") for one in (older, newer)]
    people = [people_of(one) for one in (older, newer)]
    return Difference(
        added=np.setdiff1d(after, before, assume_unique=True),
        superseded=superseded,
        withdrawn=np.setdiff1d(before, after, assume_unique=True),
        items_added=len(np.setdiff1d(items[1], items[0])),
        people_added=len(np.setdiff1d(people[1], people[0])),
        people_withdrawn=len(np.setdiff1d(people[0], people[1])),
    )


def column_of(moment: Moment, source: Source, column: str, step: Step = nothing) -> np.ndarray:
    """A column of numbers over all shards, sorted, nothing left out."""
    parts = []
    for number in range(moment.shards):
        rows = 0
        for batch in shelf.read_batches(moment, shelf.shard_name(source.name, number), [column]):
            parts.append(batch.column(column).drop_null().to_numpy())
            rows += len(batch)
        step(rows)
    return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)


def people_of(moment: Moment) -> np.ndarray:
    table = shelf.read_table(moment, "people", sources.PEOPLE, ["annotator_pk"])
    return np.unique(table["annotator_pk"].to_numpy())
