"""Copying what campaigns hold at one moment, in one short transaction."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from annotation.selectors.copied import copy_out
from exports.frozen import sources
from exports.frozen.copying import copied_batches
from exports.frozen.frame import Frame
from exports.frozen.sources import Source
from exports.frozen.tallies import Tallies
from exports.selectors.frame import campaigns_at, frame_of
from exports.selectors.release import (
    People,
    ReleasableProfile,
    people_at,
    profiles_of,
    released_answer,
    unnamed_annotators,
)
from exports.selectors.withdrawn import withdrawn_from
from exports.services.reading import one_moment, read_beside

# Some seconds of work, so that workers end at about the same time.
ROWS_IN_SHARD = 130_000
MOST_SHARDS = 64
NOTHING = (None, None)
# What is about items, and the answers of models, which are nobody's.
ITEMS = (sources.ITEM_INDEX, sources.MODEL_JUDGMENTS)


@dataclass(frozen=True)
class CopiedMoment:
    """What the transaction leaves behind: files of rows, and the little that is no rows."""

    work: Path
    as_of: datetime
    frame: Frame
    people_by_campaign: list[People]
    rows: Mapping[str, int]

    @property
    def shards(self) -> int:
        """Enough shards that each is seconds of work, few enough that it is worth a message."""
        most = max(self.rows.values(), default=0)
        return min(MOST_SHARDS, max(1, math.ceil(most / ROWS_IN_SHARD)))

    def batches(self, source: Source) -> Iterator[pa.RecordBatch]:
        return copied_batches(self.work / f"{source.name}.csv", source)

    def people(self, tallies: Tallies) -> dict[str, pa.Table]:
        """Who is there, which of their answers may leave, and the consents they judged under."""
        people_rows, profile_rows, consent_rows = [], [], []
        for campaign, people in zip(self.frame.campaigns, self.people_by_campaign, strict=True):
            wanted = {profile for _person, profile, _stratum in people.seats}
            profiles = profiles_of(people, wanted | tallies.profiles[campaign.pk])
            telling = [key for stratum in campaign.strata for key in stratum.where]
            unnamed = unnamed_annotators(profiles, people, telling)
            people_rows += people_rows_of(people, profiles, unnamed, tallies)
            profile_rows += [profile_row(self.frame, people, profile) for profile in profiles]
            consent_rows += [
                {"consent_pk": pk, "consent_version": version}
                for pk, _person, _document, version, _purposes in people.consents
            ]
        return {
            "people": pa.Table.from_pylist(people_rows, sources.PEOPLE),
            "profiles": pa.Table.from_pylist(profile_rows, sources.PROFILES),
            "consents": pa.Table.from_pylist(consent_rows, sources.CONSENTS),
        }


def copy_moment(numbers: Mapping[int, int], work: Path) -> CopiedMoment:
    """Everything that must be read at one moment, as fast as the database gives it away.

    `numbers` are the campaigns with the number of this version in each.
    """
    with one_moment() as now:
        withdrawn = {pk: withdrawn_from(pk, now.alias) for pk in numbers}
        campaigns = campaigns_at(now.alias, list(numbers))
        frame = frame_of(now.alias, campaigns, numbers, now.as_of)
        people = [people_at(now.alias, campaign, withdrawn[campaign.pk]) for campaign in campaigns]
        several = [{"campaign": one.pk, "withdrawn": withdrawn[one.pk]} for one in campaigns]

        def copy(alias: str, some: Iterable[Source]) -> dict[str, int]:
            return {source.name: copy_source(alias, source, several, work) for source in some}

        # Two halves of about the same length: the transaction is open for as long as one takes.
        with read_beside(now, lambda alias: copy(alias, [sources.ASSIGNMENTS])) as beside:
            rows = copy(now.alias, [sources.INDEX, sources.COVERAGE, *ITEMS])
            rows |= beside.result()
    return CopiedMoment(work, now.as_of, frame, people, rows)


def copy_source(
    alias: str, source: Source, several: Sequence[Mapping[str, Any]], work: Path
) -> int:
    """Copy a source of several campaigns into one file; how many rows there are."""
    query, path = queries()[source], work / f"{source.name}.csv"
    return sum(
        copy_out(query, names, path, alias=alias, append=number > 0)
        for number, names in enumerate(several)
    )


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
        sources.MODEL_JUDGMENTS: sources.MODEL_JUDGMENTS.select(f"m.{own}", "m.id"),
    }


def people_rows_of(
    people: People,
    profiles: list[ReleasableProfile],
    unnamed: frozenset[int],
    tallies: Tallies,
) -> list[dict[str, object]]:
    campaign = people.campaign.pk
    seats = {person: stratum for person, _profile, stratum in people.seats}
    pseudonyms = {profile.annotator_id: profile.own_pseudonym for profile in profiles}
    versions = {document: version for _pk, _person, document, version, _purposes in people.consents}
    agreed = {
        annotator: (versions[document], json.dumps(list(purposes)))
        for annotator, (document, purposes) in people.last_words.items()
    }
    return [
        {
            "campaign_pk": campaign,
            "annotator_pk": annotator,
            "own_pseudonym": pseudonym,
            "seat_stratum_pk": seats.get(annotator),
            "stratum_may_be_named": annotator not in unnamed,
            "agreed_version": agreed.get(annotator, NOTHING)[0],
            "agreed_purposes": agreed.get(annotator, NOTHING)[1],
            "judgments": tallies.judgments_of[campaign, annotator],
            "assignments": tallies.assignments_of[campaign, annotator],
        }
        for annotator, pseudonym in pseudonyms.items()
    ]


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
