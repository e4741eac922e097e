"""One shard of frozen data, and what its rows' numbers are called outside."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.frozen import shelf, sources
from exports.frozen.frame import Frame, FrozenCampaign
from exports.frozen.parts import judgments_of
from exports.models import Snapshot
from exports.pseudonyms import released_name
from exports.release.arrays import Lookup, without

# Each batch costs something beside its rows; what is held at once stays small.
ROWS_AT_ONCE = 32_768
BYTES_AT_ONCE = 8 * 1024 * 1024
Batches = Iterator[pa.RecordBatch]
Columns = Iterator[dict[str, pa.Array]]


class Shard:
    """Frozen rows of one shard, and the names and rules that become of their numbers."""

    def __init__(self, snapshot: Snapshot, frame: Frame, number: int) -> None:
        self.snapshot, self.frame, self.number = snapshot, frame, number
        self.moment = snapshot.moment

    def frozen(self, source: sources.Source, columns: tuple[str, ...] | None = None) -> Batches:
        """A frozen source's rows of this shard."""
        if source is sources.JUDGMENTS:
            return gathered(judgments_of(self.moment, self.number, columns))
        name = shelf.shard_name(source.name, self.number)
        return gathered(shelf.read_batches(self.moment, name, columns))

    @cached_property
    def task_types(self) -> frozenset[str]:
        """The task types that the shard's judgments are of."""
        batches = judgments_of(self.moment, self.number, ("task_type",))
        return frozenset(
            kind for batch in batches for kind in batch.column("task_type").unique().to_pylist()
        )

    @cached_property
    def people(self) -> pa.Table:
        return shelf.read_table(self.moment, "people", sources.PEOPLE)

    @cached_property
    def name_of(self) -> Lookup:
        """The released name of each annotator, by number."""
        kind, key = self.snapshot.pseudonyms, bytes(self.snapshot.key)
        found = {
            row["annotator_pk"]: released_name(kind, key, row["annotator_pk"], row["own_pseudonym"])
            for row in self.people.select(["annotator_pk", "own_pseudonym"]).to_pylist()
        }
        return Lookup.of(found, pa.string())

    @cached_property
    def slug_of(self) -> Lookup:
        return Lookup.of(self.frame.slugs, pa.string())

    @cached_property
    def stratum_key(self) -> Lookup:
        found = {one.pk: one.key for campaign in self.frame.campaigns for one in campaign.strata}
        return Lookup.of(found, pa.string())

    @cached_property
    def guideline_version(self) -> Lookup:
        found = {
            one.pk: one.version for campaign in self.frame.campaigns for one in campaign.guidelines
        }
        return Lookup.of(found, pa.int64())

    @cached_property
    def profile_version(self) -> Lookup:
        columns = ["profile_pk", "profile_version"]
        table = shelf.read_table(self.moment, "profiles", sources.PROFILES, columns)
        return lookup_in(table, *columns)

    @cached_property
    def consent_version(self) -> Lookup:
        table = shelf.read_table(self.moment, "consents", sources.CONSENTS)
        return lookup_in(table, "consent_pk", "consent_version")

    @cached_property
    def item_pks(self) -> pa.Array:
        """The items of the shard, by number."""
        name = shelf.shard_name(sources.ITEM_INDEX.name, self.number)
        schema = sources.ITEM_INDEX.schema
        return shelf.read_table(self.moment, name, schema, ["item_pk"])["item_pk"].combine_chunks()

    @cached_property
    def item_name(self) -> Lookup:
        """The id of each item of the shard; with several campaigns, their slug stands before it."""
        columns = ["item_pk", "campaign_pk", "item_id"]
        name = shelf.shard_name(sources.ITEM_INDEX.name, self.number)
        table = shelf.read_table(self.moment, name, sources.ITEM_INDEX.schema, columns)
        names = table["item_id"].combine_chunks()
        if len(self.frame.campaigns) > 1 and len(names):
            slugs = self.slug_of(table["campaign_pk"].combine_chunks())
            names = pc.binary_join_element_wise(slugs, names, "/")
        return Lookup(table["item_pk"].to_numpy(), names)

    @cached_property
    def content_hashes(self) -> Lookup:
        """The hashes of each item's contents, as its judgments bear them."""
        columns = ["item_pk", "content_hashes"]
        name = shelf.shard_name(sources.ITEMS.name, self.number)
        table = shelf.read_table(self.moment, name, sources.ITEMS.schema, columns)
        return lookup_in(table, *columns)

    @cached_property
    def superseded(self) -> pa.Array:
        """The judgments of the shard that a later one of the same moment replaces."""
        name = shelf.shard_name(sources.INDEX.name, self.number)
        table = shelf.read_table(self.moment, name, sources.INDEX.schema, ["supersedes"])
        return table["supersedes"].drop_null().combine_chunks()

    @cached_property
    def responses(self) -> "ResponseIds":
        columns = ["item_pk", "response_id"]
        name = shelf.shard_name(sources.RESPONSES.name, self.number)
        return ResponseIds(shelf.read_table(self.moment, name, sources.RESPONSES.schema, columns))

    @cached_property
    def campaigns(self) -> dict[int, FrozenCampaign]:
        return {campaign.pk: campaign for campaign in self.frame.campaigns}

    def stratum_of(self, batch: pa.RecordBatch) -> pa.Array:
        """Stratum keys, null where one would tell what its person did not agree to release.

        Null, too, where there is none.
        """
        strata = batch.column("stratum_pk")
        # Imported people may belong to none.
        unnamed = strata.is_null()
        keys = self.stratum_key.coded(pc.fill_null(strata, self._some_stratum))
        people = batch.column("annotator_pk")
        for campaign_pk, hidden in self._unnamed.items():
            here = pc.equal(batch.column("campaign_pk"), campaign_pk)
            unnamed = pc.or_(unnamed, pc.and_(here, pc.is_in(people, hidden)))
        return without(keys, unnamed)

    @cached_property
    def _some_stratum(self) -> int:
        return next(one.pk for campaign in self.frame.campaigns for one in campaign.strata)

    @cached_property
    def _unnamed(self) -> dict[int, pa.Array]:
        """By campaign, the people whose stratum is not named; campaigns without any left out."""
        hidden = self.people.filter(pc.invert(self.people["stratum_may_be_named"]))
        return {
            campaign_pk: hidden.filter(pc.equal(hidden["campaign_pk"], campaign_pk))[
                "annotator_pk"
            ].combine_chunks()
            for campaign_pk in hidden["campaign_pk"].unique().to_pylist()
        }


def gathered(batches: Batches) -> Batches:
    """The same rows, in fewer batches where they come in small ones, as those of many shards do."""
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        waiting.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
        if rows >= ROWS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield pa.concat_batches(waiting)
            waiting, rows, size = [], 0, 0
    if rows:
        yield pa.concat_batches(waiting)


class ResponseIds:
    """The responses of each item in its own order."""

    def __init__(self, table: pa.Table) -> None:
        self.ids = table["response_id"].combine_chunks()
        items = table["item_pk"].to_numpy()
        self.items, self.starts = np.unique(items, return_index=True)
        self.counts = np.diff(np.append(self.starts, len(items)))

    def places(self, item_pks: pa.Array) -> np.ndarray:
        return np.searchsorted(self.items, item_pks.to_numpy())

    @cached_property
    def coded(self) -> pa.DictionaryArray:
        """All ids as codes."""
        return self.ids.dictionary_encode()

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """For each item the number of its pair, and each pair's two codes; -1 for no pair."""
        codes = self.coded.indices.to_numpy().astype(np.int64)
        of_item = np.full(len(self.items), -1)
        two = self.counts == 2
        first = self.starts[two]
        both = np.stack([codes[first], codes[first + 1]], axis=1)
        found, of_item[two] = np.unique(both, axis=0, return_inverse=True)
        return of_item, found

    def of(self, place: int) -> list[str]:
        start = self.starts[place]
        found: list[str] = self.ids.slice(start, self.counts[place]).to_pylist()
        return found


def lookup_in(table: pa.Table, key: str, value: str) -> Lookup:
    return Lookup(table[key].to_numpy(), table[value].combine_chunks())
