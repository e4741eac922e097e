"""From the database to arrays: COPY in one transaction, then block by block.

What is held in memory are the columns of codes, some 50 bytes for each comparison, and one block of
texts at a time.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection, transaction

from analysis.arrays.expanding import WIDTHS, Codebook, Sayings
from analysis.arrays.judged import (
    Judged,
    JudgedComparisons,
    JudgedPlaces,
    JudgedRatings,
    JudgedValues,
)
from annotation.models import Campaign
from annotation.selectors.copied import copied_blocks, copy_out
from annotation.task_types import task_type_of
from annotation.task_types.scales import clean_values_scale, value_keys

BLOCK_BYTES = 4 * 1024 * 1024
NOW = """
SELECT transaction_timestamp(), COALESCE(max(id), 0) FROM annotation_judgment
WHERE campaign_id = %(campaign)s
"""
# Final as of the highest number: what replaced it later had not been said then.
JUDGMENTS = """
SELECT j.id, j.item_id, j.annotator_id, j.stratum_id, (j.strategy = 'imported')::int,
    COALESCE(j.presented_order ->> 0, ''), j.answers
FROM annotation_judgment j
JOIN annotation_item i ON i.id = j.item_id AND i.check_answers IS NULL
JOIN annotation_seat s ON s.campaign_id = j.campaign_id AND s.annotator_id = j.annotator_id
    AND s.withdrawn_at IS NULL
WHERE j.campaign_id = %(campaign)s AND j.id <= %(highest)s AND NOT j.is_repeat
    AND j.erased_at IS NULL AND j.stratum_id IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM annotation_judgment later
        WHERE later.supersedes_id = j.id AND later.id <= %(highest)s
    )
ORDER BY j.id
"""
RESPONSES = """
SELECT r.item_id, i.external_id, r.external_id, r.model
FROM annotation_response r JOIN annotation_item i ON i.id = r.item_id
WHERE i.campaign_id = %(campaign)s AND i.check_answers IS NULL
ORDER BY r.item_id, r.position
"""
JUDGMENT_COLUMNS = pa.schema(
    [
        *((name, pa.int64()) for name in ("id", "item", "annotator", "stratum", "imported")),
        *((name, pa.dictionary(pa.int32(), pa.string())) for name in ("first", "answers")),
    ]
)
RESPONSE_COLUMNS = pa.schema(
    [("item", pa.int64()), *((name, pa.string()) for name in ("item_id", "id", "model"))]
)
Numbers = npt.NDArray[np.int64]
Step = Callable[[int], None]


@dataclass(frozen=True)
class Extent:
    """Up to where judgments are read: none after the highest number as of a moment."""

    as_of: datetime
    highest: int


@dataclass(frozen=True)
class Items:
    """Items with responses: `kinds[kind_of[i]]` are item i's response ids with their
    places, in order.

    `system_at[start[i] + place]` is what made a response, -1 where that is not known.
    """

    pks: Numbers
    ids: list[str]
    kinds: list[dict[str, int]]
    kind_of: Numbers
    start: Numbers
    system_at: npt.NDArray[np.int32]
    systems: list[str]


@contextmanager
def one_state() -> Iterator[None]:
    """A transaction whose statements all see the same state; inside another one, that one's."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def extent_now(campaign: Campaign) -> Extent:
    """As of now."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, {"campaign": campaign.pk})
        return Extent(*cursor.fetchone())


def judged(campaign: Campaign, extent: Extent, step: Step = lambda rows: None) -> Judged:
    """All final judgments of the campaign up to there; `step` hears of the rows read so far.

    Read in one transaction that sees one state of the database.
    """
    names = {"campaign": campaign.pk, "highest": extent.highest}
    with tempfile.TemporaryDirectory(prefix="variorum-analysis-") as folder:
        judgments, responses = Path(folder, "judgments"), Path(folder, "responses")
        with one_state():
            copy_out(JUDGMENTS, names, judgments)
            copy_out(RESPONSES, names, responses)
        items = items_in(responses)
        return put_together(campaign, items, judgments, step)


def items_in(path: Path) -> Items:
    """Items and their responses as they were copied."""
    pks: list[int] = []
    ids: list[str] = []
    of_item: list[list[str]] = []
    systems: dict[str, int] = {}
    system_at: list[int] = []
    for block in copied_blocks(path, RESPONSE_COLUMNS, block_bytes=BLOCK_BYTES):
        for item, item_id, response, model in zip(*(c.to_pylist() for c in block), strict=True):
            if not pks or pks[-1] != item:
                pks.append(item)
                ids.append(item_id)
                of_item.append([])
            of_item[-1].append(response)
            system_at.append(systems.setdefault(model, len(systems)) if model else -1)
    kinds: dict[tuple[str, ...], int] = {}
    kind_of = [kinds.setdefault(tuple(one), len(kinds)) for one in of_item]
    counts = np.array([len(one) for one in of_item], np.int64)
    in_order, codes = sorted_codes(systems)
    return Items(
        pks=np.array(pks, np.int64),
        ids=ids,
        kinds=[{one: place for place, one in enumerate(ids)} for ids in kinds],
        kind_of=np.array(kind_of, np.int64),
        start=np.cumsum(counts) - counts,
        system_at=codes[np.array(system_at, np.int64)],
        systems=in_order,
    )


def sorted_codes(systems: dict[str, int]) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Names in order, and for each code in the order found, -1 last, that in this order."""
    in_order = sorted(systems)
    codes = np.full(len(systems) + 1, -1, np.int32)
    for place, name in enumerate(in_order):
        codes[systems[name]] = place
    return in_order, codes


def put_together(campaign: Campaign, items: Items, path: Path, step: Step) -> Judged:
    strata = list(campaign.strata.values_list("pk", "key"))
    gathered = Gathered(campaign, items, np.array([pk for pk, _key in strata], np.int64))
    for block in copied_blocks(path, JUDGMENT_COLUMNS, block_bytes=BLOCK_BYTES):
        gathered.add(block)
        step(gathered.judgments)
    return gathered.judged([key for _pk, key in strata])


class Gathered:
    """Columns as they grow, block by block."""

    def __init__(self, campaign: Campaign, items: Items, strata: Numbers) -> None:
        self._task_type = task_type_of(campaign.task_type)
        self._book = Codebook(list(campaign.criterion_keys), taxonomy_of(campaign))
        self._items = items
        self._in_order = np.argsort(strata)
        self._strata = strata[self._in_order]
        self._digest = hashlib.sha256()
        self._people: dict[int, int] = {}
        self._parts: dict[str, list[tuple[Numbers, npt.NDArray[np.float64]]]] = {
            kind: [] for kind in WIDTHS
        }
        self.judgments = self.imported = 0

    def add(self, block: pa.RecordBatch) -> None:
        items = self._items
        self._digest.update(block.column("id").to_numpy().astype("<i8").tobytes())
        item = np.searchsorted(items.pks, block.column("item").to_numpy())
        people = block.column("annotator").to_numpy()
        stratum = self._in_order[np.searchsorted(self._strata, block.column("stratum").to_numpy())]
        answers = block.column("answers")
        numbers = answers.indices.to_numpy().astype(np.int64) * len(items.kinds)
        sayings, saying_of_row = np.unique(numbers + items.kind_of[item], return_inverse=True)
        texts = answers.dictionary.to_pylist()
        first_shown = places_of(block.column("first"), items, items.kind_of[item])
        said = Sayings(self._task_type, self._book)
        for number in sayings.tolist():
            text, kind = divmod(number, len(items.kinds))
            said.add(texts[text], items.kinds[kind])
        for name in WIDTHS:
            rows, found = said.repeated(name, saying_of_row)
            if len(rows):
                columns = (item, people, stratum, first_shown)
                shared = np.stack([rows + self.judgments, *(one[rows] for one in columns)])
                self._parts[name].append((compact(shared), found))
        one_each, first = np.unique(people, return_index=True)
        self._people.update(zip(one_each.tolist(), stratum[first].tolist(), strict=True))
        self.judgments += len(block)
        self.imported += int(block.column("imported").to_numpy().sum())

    def judged(self, strata: list[str]) -> Judged:
        annotators = np.array(sorted(self._people), np.int64)
        return Judged(
            task_type=self._task_type.key,
            criteria=self._book.criteria,
            strata=strata,
            systems=self._items.systems,
            values=self._book.values,
            items=self._items.pks,
            item_ids=self._items.ids,
            annotators=annotators,
            stratum_of=np.array([self._people[one] for one in annotators.tolist()], np.int32),
            judgments=self.judgments,
            imported=self.imported,
            digest=self._digest.hexdigest(),
            comparisons=self._comparisons(annotators),
            places=self._places(annotators),
            ratings=self._ratings(annotators),
            valued=self._valued(annotators),
        )

    def _columns(
        self, kind: str, annotators: Numbers
    ) -> tuple[dict[str, Any], npt.NDArray[np.float64]]:
        chunks = self._parts.pop(kind)
        shared = np.concatenate([np.empty((5, 0), np.int64), *(one for one, _parts in chunks)], 1)
        parts = np.concatenate(
            [np.empty((0, WIDTHS[kind]), np.float64), *(found for _one, found in chunks)]
        )
        judgment, item, people, stratum, first = shared
        columns = {
            "judgment": judgment.astype(np.int32),
            "criterion": parts[:, 0].astype(np.int32),
            "item": item.astype(np.int32),
            "annotator": np.searchsorted(annotators, people).astype(np.int32),
            "stratum": stratum.astype(np.int32),
            "first": first.astype(np.int32),
        }
        return columns, parts

    def _system(self, item: npt.NDArray[np.int32], place: npt.NDArray[np.int32]) -> Any:
        return self._items.system_at[self._items.start[item] + place]

    def _comparisons(self, annotators: Numbers) -> JudgedComparisons:
        columns, parts = self._columns("comparisons", annotators)
        a, b, preference, outcome = (parts[:, n].astype(np.int32) for n in range(1, 5))
        return JudgedComparisons(
            **columns,
            a=a,
            b=b,
            system_a=self._system(columns["item"], a),
            system_b=self._system(columns["item"], b),
            preference=preference,
            outcome=outcome,
        )

    def _places(self, annotators: Numbers) -> JudgedPlaces:
        columns, parts = self._columns("places", annotators)
        response = parts[:, 1].astype(np.int32)
        return JudgedPlaces(
            **columns,
            response=response,
            system=self._system(columns["item"], response),
            rank=parts[:, 2].astype(np.int32),
        )

    def _ratings(self, annotators: Numbers) -> JudgedRatings:
        columns, parts = self._columns("ratings", annotators)
        response = parts[:, 1].astype(np.int32)
        return JudgedRatings(
            **columns,
            response=response,
            system=self._system(columns["item"], response),
            rating=parts[:, 2].astype(np.float64),
        )

    def _valued(self, annotators: Numbers) -> JudgedValues:
        columns, parts = self._columns("valued", annotators)
        value, strength = (parts[:, n].astype(np.int32) for n in (1, 2))
        return JudgedValues(**columns, value=value, strength=strength)


def places_of(named: pa.DictionaryArray, items: Items, kind_of: Numbers) -> Numbers:
    """The place in its item of each response that is named, -1 where none of the item's is."""
    size = len(items.kinds)
    pairs, of_row = np.unique(
        named.indices.to_numpy().astype(np.int64) * size + kind_of, return_inverse=True
    )
    names = named.dictionary.to_pylist()
    places = [items.kinds[pair % size].get(names[pair // size], -1) for pair in pairs.tolist()]
    return np.array(places, np.int64)[of_row]


def compact(numbers: Numbers) -> Numbers:
    return numbers.astype(np.int32) if numbers.size and numbers.max() < 2**31 else numbers


def taxonomy_of(campaign: Campaign) -> list[str]:
    """Keys of the values that any criterion asks for, in order; none for other task types."""
    if campaign.task_type != "values":
        return []
    keys = [value_keys(clean_values_scale(one.get("scale"))) for one in campaign.criteria]
    return list(dict.fromkeys(key for one in keys for key in one))
