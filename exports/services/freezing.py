"""Freezing a moment: a short transaction copies what may change, and nothing else waits for it.

Judgments, items, responses and profiles never change once written. Of them only the numbers are
copied, so that late commits of earlier ones stay out; their content is fetched later, shard by
shard. Assignments, coverage, seats and consents do change, and are copied whole.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from exports.frozen import sources
from exports.frozen.copying import copied_batches, copy_out
from exports.frozen.frame import Frame, frame_text
from exports.frozen.shelf import (
    FrozenWriter,
    put_file,
    put_rows,
    shard_name,
    shards_of,
)
from exports.frozen.sources import Source
from exports.frozen.tallies import Tallies
from exports.models import Moment, Version, Withdrawal
from exports.selectors.frame import campaigns_at, frame_of
from exports.selectors.release import (
    People,
    ReleasableProfile,
    people_at,
    profiles_of,
    released_answer,
    unnamed_annotators,
)
from exports.services.reading import one_moment

ROWS_IN_SHARD = 250_000
MOST_SHARDS = 64
FRAME = "frame.json"
# Told that the work is alive; may raise to stop it.
Alive = Callable[[], None]


@dataclass(frozen=True)
class Copied:
    """What the transaction leaves behind: files of rows, and the little that is no rows."""

    work: Path
    as_of: datetime
    frame: Frame
    people: list[People]
    rows: Mapping[str, int]

    def batches(self, source: Source) -> Iterator[pa.RecordBatch]:
        return copied_batches(self.work / f"{source.name}.csv", source)


def freeze(moment: Moment, work: Path, alive: Alive) -> None:
    """Freeze what the moment's campaigns hold now; an interrupted freezing begins anew."""
    moment.files.all().delete()
    copied = copy_moment(number_versions(moment), work)
    alive()
    put_copied(moment, copied, work, alive)


def put_copied(moment: Moment, copied: Copied, work: Path, alive: Alive) -> None:
    """Put what was copied on the shelf, dealt into shards, and declare the moment frozen."""
    tallies = Tallies()
    shards = shards_for(copied)
    for source, see in (
        (sources.INDEX, tallies.see_judgments),
        (sources.ITEM_INDEX, tallies.see_items),
        (sources.ASSIGNMENTS, tallies.see_assignments),
        (sources.COVERAGE, tallies.see_coverage),
    ):
        put_in_shards(moment, source, seen(copied.batches(source), see), shards, work)
        alive()
    put_people(moment, copied, tallies, work)
    put_frame(moment, copied, tallies, work)
    moment.as_of, moment.shards, moment.frozen_at = copied.as_of, shards, timezone.now()
    moment.rows = dict(tallies.rows)
    moment.save(update_fields=["as_of", "shards", "frozen_at", "rows"])


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


def copy_moment(numbers: Mapping[int, int], work: Path) -> Copied:
    """Everything that must be read at one moment, as fast as the database gives it away."""
    with one_moment() as now:
        withdrawn = list(Withdrawal.objects.using(now.alias).values_list("annotator_id", flat=True))
        campaigns = campaigns_at(now.alias, list(numbers))
        frame = frame_of(now.alias, campaigns, dict(numbers), now.as_of)
        people = [people_at(now.alias, campaign, withdrawn) for campaign in campaigns]
        rows: Counter[str] = Counter()
        for number, campaign in enumerate(campaigns):
            names = {"campaign": campaign.pk, "withdrawn": withdrawn}
            for source, query in queries().items():
                path = work / f"{source.name}.csv"
                rows[source.name] += copy_out(now.alias, query, names, path, append=number > 0)
    return Copied(work, now.as_of, frame, people, rows)


def queries() -> dict[Source, str]:
    """What is copied of one campaign, withdrawn people left out."""
    own = "campaign_id = %(campaign)s"
    staying = "annotator_id <> ALL(%(withdrawn)s::bigint[])"
    coverage = sources.COVERAGE.select(f"t.{own}", "c.id")
    return {
        sources.INDEX: sources.INDEX.select(f"j.{own} AND j.{staying}", "j.id"),
        sources.ASSIGNMENTS: sources.ASSIGNMENTS.select(f"s.{own} AND s.{staying}", "s.id"),
        sources.COVERAGE: f"WITH gone AS ({sources.GONE}) {coverage}",
        sources.ITEM_INDEX: sources.ITEM_INDEX.select(f"i.{own}", "i.id"),
    }


def shards_for(copied: Copied) -> int:
    """Enough shards that one is a minute of work, few enough that each is worth a message."""
    most = max(copied.rows.values(), default=0)
    return min(MOST_SHARDS, max(1, math.ceil(most / ROWS_IN_SHARD)))


def put_in_shards(
    moment: Moment,
    source: Source,
    batches: Iterator[pa.RecordBatch],
    shards: int,
    work: Path,
) -> None:
    """One frozen file a shard."""
    writers = [
        FrozenWriter(moment, shard_name(source.name, number), source.schema, work)
        for number in range(shards)
    ]
    for batch in batches:
        numbers = pa.array(shards_of(batch.column("item_pk").to_numpy(), shards))
        for number, writer in enumerate(writers):
            writer.write(batch.filter(pc.equal(numbers, number)) if shards > 1 else batch)
    for writer in writers:
        writer.put()


def put_people(moment: Moment, copied: Copied, tallies: Tallies, work: Path) -> None:
    """Who is in the data, which of their answers may leave, and the consents they judged under."""
    people_rows, profile_rows, consent_rows = [], [], []
    for campaign, people in zip(copied.frame.campaigns, copied.people, strict=True):
        wanted = {profile for _person, profile, _stratum in people.seats}
        profiles = profiles_of(people, wanted | tallies.profiles[campaign.pk])
        telling = [key for stratum in campaign.strata for key in stratum.where]
        unnamed = unnamed_annotators(profiles, people, telling)
        pseudonyms = {one.annotator_id: one.own_pseudonym for one in profiles}
        for annotator, pseudonym in pseudonyms.items():
            people_rows.append(
                {
                    "campaign_pk": campaign.pk,
                    "annotator_pk": annotator,
                    "own_pseudonym": pseudonym,
                    "stratum_may_be_named": annotator not in unnamed,
                    "judgments": tallies.judgments_of[campaign.pk, annotator],
                    "assignments": tallies.assignments_of[campaign.pk, annotator],
                }
            )
        profile_rows += [profile_row(copied.frame, people, profile) for profile in profiles]
        consent_rows += [
            {"consent_pk": pk, "consent_version": version}
            for pk, _person, _document, version, _purposes in people.consents
        ]
    for name, schema, rows in (
        ("people", sources.PEOPLE, people_rows),
        ("profiles", sources.PROFILES, profile_rows),
        ("consents", sources.CONSENTS, consent_rows),
    ):
        table = pa.Table.from_pylist(rows, schema)
        put_rows(moment, name, schema, table.to_batches(), work)


def profile_row(frame: Frame, people: People, profile: ReleasableProfile) -> dict[str, object]:
    answers = {
        question.column: released_answer(people.rules, profile, question)
        for question in frame.questions
    }
    return {
        "campaign_pk": people.campaign.pk,
        "profile_pk": profile.pk,
        "annotator_pk": profile.annotator_id,
        "profile_version": profile.version,
        "answers": json.dumps(answers, ensure_ascii=False),
    }


def put_frame(moment: Moment, copied: Copied, tallies: Tallies, work: Path) -> None:
    facts = [
        tallies.facts_of(campaign, people.seats)
        for campaign, people in zip(copied.frame.campaigns, copied.people, strict=True)
    ]
    frame = copied.frame
    whole = Frame(frame.as_of, frame.campaigns, frame.questions, facts)
    path = work / FRAME
    path.write_text(frame_text(whole))
    put_file(moment, FRAME, path)
