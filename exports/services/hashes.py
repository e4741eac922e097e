"""What judgments were shown, where that is not what their items hold."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotation.selectors.copied import copy_out
from exports.frozen import sources
from exports.frozen.copying import copied_batches
from exports.release.arrays import Lookup

ITEM_HASHES = sources.Source(
    "item-hashes",
    "annotation_item i",
    (("item_pk", sources.WHOLE, "i.id"), ("hashed", sources.WHOLE, sources.HASHED.format("i"))),
)
OWN_HASHES = sources.Source(
    "own-hashes",
    "annotation_judgment j",
    (
        ("judgment_id", sources.WHOLE, "j.id"),
        ("content_hashes", sources.TEXT, "j.content_hashes"),
    ),
    is_content=True,
)


class ItemHashes:
    """The hashed contents of a campaign's items, against which its judgments are held."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._campaign: int | None = None
        self._lookup = Lookup.of({}, pa.int64())

    def compared(self, judgments: pa.Table) -> pa.Table:
        """Judgments of one campaign with `content_hashes` in place of `hashed`: null where they
        are the item's."""
        if len(judgments):
            self._read(judgments["campaign_pk"][0].as_py())
        expected = self._lookup(judgments["item_pk"].combine_chunks())
        differs = pc.not_equal(judgments["hashed"], expected)
        texts = pa.nulls(len(judgments), pa.string())
        if pc.any(differs).as_py():
            own = self._own(judgments.filter(differs)["judgment_id"].to_pylist())
            texts = pc.replace_with_mask(texts, differs.combine_chunks(), own)
        columns = [
            texts if name == "content_hashes" else judgments[name]
            for name in sources.JUDGMENTS.schema.names
        ]
        return pa.table(columns, schema=sources.JUDGMENTS.schema)

    def _read(self, campaign: int) -> None:
        if campaign == self._campaign:
            return
        query = ITEM_HASHES.select("i.campaign_id = %(campaign)s", "i.id")
        table = self._copied(ITEM_HASHES, query, {"campaign": campaign})
        self._lookup = Lookup(table["item_pk"].to_numpy(), table["hashed"].combine_chunks())
        self._campaign = campaign

    def _own(self, judgments: list[int]) -> pa.Array:
        query = OWN_HASHES.select("j.id = ANY(%(judgments)s)", "j.id")
        table = self._copied(OWN_HASHES, query, {"judgments": judgments})
        assert np.array_equal(table["judgment_id"].to_numpy(), judgments)  # noqa: S101
        return table["content_hashes"].combine_chunks()

    def _copied(self, source: sources.Source, query: str, names: dict[str, object]) -> pa.Table:
        path = self._work / f"{source.name}.csv"
        copy_out(query, names, path)
        table = pa.Table.from_batches(copied_batches(path, source), source.schema)
        path.unlink()
        return table
