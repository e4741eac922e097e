"""The bounds of a moment: which rules were in force, and what they ruled out, frozen with it.

So the files of trainers come out the same whenever they are made of the moment. Rules that changed
since are not looked at; but where a rule of tier 1 rules out by now what it did not then, the same
moment gives no such file any more (`check_still_within`).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import Campaign
from exports.derived import FORMATS, TrainingFormat
from exports.errors import Conflict
from exports.frozen import shelf, sources
from exports.frozen.frame import Frame
from exports.models import Moment
from policies.enums import Tier
from policies.selectors.ruled_out import (
    RuledOut,
    ruled_out_by,
    ruled_out_responses,
    versions_ruling,
)
from policies.selectors.rules import least_people, rule_facts

ROWS_AT_ONCE = 32_768


class Dealt(Protocol):
    """A moment's rows: as of when they are, and into how many shards they are dealt."""

    @property
    def as_of(self) -> datetime: ...
    @property
    def shards(self) -> int: ...


def put_bounds(
    moment: Moment, frame: Frame, dealt: Dealt, work: Path, alive: Callable[[], None]
) -> Frame:
    """Put what is ruled out now on the shelf; the frame with the rules in force.

    Where no rule is in force there are no files of it.
    """
    campaigns = list(Campaign.objects.filter(pk__in=[one.pk for one in frame.campaigns]))
    now = timezone.now()
    versions = versions_ruling(campaigns, now)
    if not versions:
        moment.bounds = {}
        return replace(frame, rules=(), least_people=least_people(campaigns))
    found = ruled_out_by(versions, campaigns, now, items_until=dealt.as_of)
    digest, rows = hashlib.sha256(), 0

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal rows
        for batch in in_batches(found):
            for row in batch.to_pylist():
                digest.update(f"{list(row.values())}\n".encode())
            rows += len(batch)
            alive()
            yield batch

    shelf.put_in_shards(moment, sources.BOUNDS, batches(), dealt.shards, work)
    everybodys = [one for one in versions if one.rule.tier != Tier.PERSON]
    facts = [rule_facts(one) for one in everybodys]
    moment.bounds = {
        "rules": [{name: one[name] for name in ("rule", "version", "tier")} for one in facts],
        "rows": rows,
        "sha256": digest.hexdigest(),
    }
    return replace(frame, rules=facts, least_people=least_people(campaigns))


def in_batches(found: Iterable[RuledOut]) -> Iterator[pa.RecordBatch]:
    names = sources.BOUNDS.schema.names
    rows: list[dict[str, Any]] = []
    for one in found:
        rows.append({name: getattr(one, name) for name in names})
        if len(rows) == ROWS_AT_ONCE:
            yield pa.RecordBatch.from_pylist(rows, schema=sources.BOUNDS.schema)
            rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema=sources.BOUNDS.schema)


def check_still_within(moment: Moment, derived: Sequence[dict[str, Any]]) -> None:
    """Raise `Conflict` where a moment’s files to train on would hold what tier 1 rules out now."""
    if not any(isinstance(FORMATS[one["format"]], TrainingFormat) for one in derived):
        return
    campaigns = list(Campaign.objects.filter(dataset_versions__moment=moment))
    now = ruled_out_responses(
        campaigns, timezone.now(), tiers=(Tier.INSTALLATION,), items_until=moment.as_of
    )
    then: set[tuple[int, str]] | None = None
    for one in now:
        then = frozen_pairs(moment) if then is None else then
        if (one.item_pk, one.response_id) not in then:
            raise Conflict(
                _(
                    "Since this snapshot was made, a rule of the whole installation rules out "
                    "responses of it. Make a new snapshot for files to train on."
                ),
                code="bounds-changed",
            )


def frozen_pairs(moment: Moment) -> set[tuple[int, str]]:
    """The responses that rules of tier 1 ruled out when the moment was frozen."""
    found: set[tuple[int, str]] = set()
    for number in range(moment.shards):
        name = shelf.shard_name(sources.BOUNDS.name, number)
        if not shelf.has_file(moment, name):
            continue
        for batch in shelf.read_batches(moment, name, ["item_pk", "response_id", "tier"]):
            found |= {
                (row["item_pk"], row["response_id"])
                for row in batch.to_pylist()
                if row["tier"] == Tier.INSTALLATION
            }
    return found
