"""Freezing a moment: a short transaction copies what may change, and nothing else waits for it.

Judgments, items, responses and profiles never change once written. Of them only the numbers are
copied, so that late commits of earlier ones stay out; their content is fetched later, shard by
shard. Assignments, coverage, seats and consents do change, and are copied whole.
"""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from exports.frozen import sources
from exports.frozen.frame import ConsentFacts, Facts, Frame, frame_text
from exports.frozen.parts import NumbersWriter
from exports.frozen.shelf import (
    FRAME,
    FrozenWriter,
    files_locked,
    put_file,
    put_in_shards,
    put_rows,
    written_in_shards,
)
from exports.frozen.sources import Source
from exports.frozen.tallies import Tallies
from exports.models import Moment, Version
from exports.services.bounding import put_bounds
from exports.services.copying import copy_moment
from exports.services.reading import beside
from exports.services.reissuing import without_withdrawn

# Told that the work is alive; may raise to stop it.
Alive = Callable[[], None]


class Copied(Protocol):
    """What a moment held, laid out on this machine's disk or on the shelf."""

    @property
    def as_of(self) -> datetime: ...

    @property
    def frame(self) -> Frame: ...

    @property
    def shards(self) -> int: ...

    def batches(self, source: Source) -> Iterator[pa.RecordBatch]:
        """The rows of a source, in the order they are frozen in."""
        ...

    def people(self, tallies: Tallies) -> dict[str, pa.Table]:
        """`people`, `profiles` and `consents`, once the rows have been counted."""
        ...


def freeze(moment: Moment, work: Path, alive: Alive) -> None:
    """Freeze what the moment's campaigns hold now; an interrupted freezing begins anew."""
    moment.files.all().delete()
    numbers = number_versions(moment)
    if moment.reissue_of is None:
        put_copied(moment, copy_moment(numbers, work), work, alive)
        return
    # Its base may lose rows of withdrawn people at any time, though not while it is read.
    with files_locked(moment.reissue_of):
        put_copied(moment, without_withdrawn(moment.reissue_of, numbers), work, alive)


def put_copied(moment: Moment, copied: Copied, work: Path, alive: Alive) -> None:
    """Put what was copied on the shelf, dealt into shards, and declare the moment frozen."""
    alive()
    tallies, numbers = Tallies(), NumbersWriter(moment, work)

    def see_judgments(batch: pa.RecordBatch) -> None:
        numbers.write(batch)
        tallies.see_judgments(batch)

    def write_assignments() -> list[FrozenWriter]:
        rows = seen(copied.batches(sources.ASSIGNMENTS), tallies.see_assignments)
        return written_in_shards(moment, sources.ASSIGNMENTS, rows, copied.shards, work)

    # They are about half of the work, and what is counted of them is counted of nothing else.
    with beside(write_assignments) as assignments:
        for source, see in (
            (sources.INDEX, see_judgments),
            (sources.ITEM_INDEX, tallies.see_items),
            (sources.COVERAGE, tallies.see_coverage),
        ):
            put_in_shards(moment, source, seen(copied.batches(source), see), copied.shards, work)
            alive()
        for writer in assignments.result():
            writer.put()
    alive()
    numbers.put()
    people = copied.people(tallies)
    for name, table in people.items():
        put_rows(moment, name, table.schema, table.to_batches(), work)
    frame = put_bounds(moment, copied.frame, copied, work, alive)
    frame = replace(frame, model_judgments=put_model_judgments(moment, copied, work))
    put_frame(moment, frame, facts_from(frame, people["people"], tallies), work)
    moment.as_of, moment.shards, moment.frozen_at = copied.as_of, copied.shards, timezone.now()
    moment.rows = dict(tallies.rows)
    moment.save(update_fields=["as_of", "shards", "frozen_at", "rows", "bounds"])


def put_model_judgments(moment: Moment, copied: Copied, work: Path) -> int:
    """Put models' answers on the shelf, and count them; without any there are no files of them."""
    batches = copied.batches(sources.MODEL_JUDGMENTS)
    first = next(batches, None)
    if first is None:
        return 0
    rows = 0

    def count(batch: pa.RecordBatch) -> None:
        nonlocal rows
        rows += len(batch)

    every = seen(itertools.chain([first], batches), count)
    put_in_shards(moment, sources.MODEL_JUDGMENTS, every, copied.shards, work)
    return rows


def seen(
    batches: Iterator[pa.RecordBatch], see: Callable[[pa.RecordBatch], None]
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        see(batch)
        yield batch


def number_versions(moment: Moment) -> dict[int, int]:
    """The moment's version number in each of its campaigns, given once and never again."""
    with transaction.atomic():
        versions = list(moment.versions.select_for_update())
        for version in versions:
            if version.number is None:
                # Taken in turn by everybody who numbers versions of this campaign.
                others = Version.objects.filter(campaign=version.campaign_id)
                list(others.select_for_update().values_list("pk"))
                newest = others.aggregate(newest=Max("number"))["newest"]
                version.number = (newest or 0) + 1
                version.save(update_fields=["number"])
    return {version.campaign_id: version.number or 0 for version in versions}


def facts_from(frame: Frame, people: pa.Table, tallies: Tallies) -> list[Facts]:
    facts = []
    for campaign in frame.campaigns:
        own = people.filter(pc.equal(people["campaign_pk"], campaign.pk))
        seated = own.filter(own["seat_stratum_pk"].is_valid())
        found = tallies.facts_of(campaign, seated["seat_stratum_pk"].to_pylist())
        facts.append(replace(found, consents=last_words_of(seated)))
    return facts


def last_words_of(people: pa.Table) -> list[ConsentFacts]:
    """What these people agreed to last, counted by version of the consent text."""
    words = people.select(["agreed_version", "agreed_purposes"]).group_by(
        ["agreed_version", "agreed_purposes"], use_threads=False
    )
    counts: dict[int, int] = {}
    purposes: dict[int, Counter[str]] = {}
    for row in words.aggregate([([], "count_all")]).to_pylist():
        version, number = row["agreed_version"], row["count_all"]
        if version is not None:
            counts[version] = counts.get(version, 0) + number
            agreed = dict.fromkeys(json.loads(row["agreed_purposes"]), number)
            purposes.setdefault(version, Counter()).update(agreed)
    return [
        ConsentFacts(version, number, dict(sorted(purposes[version].items())))
        for version, number in sorted(counts.items())
    ]


def put_frame(moment: Moment, frame: Frame, facts: Sequence[Facts], work: Path) -> None:
    path = work / FRAME
    path.write_text(frame_text(replace(frame, facts=facts)))
    put_file(moment, FRAME, path)
