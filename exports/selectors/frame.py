"""What every row of a snapshot is read with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from annotation.models import Campaign
from exports.models import Snapshot
from exports.pseudonyms import released_name
from exports.selectors.release import ConsentRules, asked_questions, unnamed_annotators
from exports.tables import (
    ASSIGNMENTS,
    COMPARISONS,
    COVERAGE,
    ITEMS,
    JUDGMENTS,
    RANKINGS,
    RESPONSES,
    Row,
    Table,
    annotators_table,
)
from exports.tables.people import AskedQuestion

NamedRow = tuple[str, Row]


@dataclass(frozen=True)
class Stream:
    """One pass over the database: source rows in the order of their ids, and what becomes of each.

    A source row may feed several tables; `count` is how many source rows there are.
    """

    count: int
    sources: Iterator[Any]
    rows_of: Callable[[Any], Iterator[NamedRow]]


@dataclass(frozen=True)
class Frame:
    """The snapshot's campaign as of its moment, and the names and rules its rows obey."""

    alias: str
    campaign: Campaign
    questions: list[AskedQuestion]
    rules: ConsentRules
    unnamed: frozenset[int]
    pseudonyms: str
    key: bytes
    names: dict[int, str] = field(default_factory=dict)

    def name_of(self, annotator_id: int, own_pseudonym: str) -> str:
        """The annotator's name in this release, worked out once a person."""
        name = self.names.get(annotator_id)
        if name is None:
            name = released_name(self.pseudonyms, self.key, annotator_id, own_pseudonym)
            self.names[annotator_id] = name
        return name

    def stratum_of(self, annotator_id: int, stratum: str) -> str | None:
        """The stratum's key, unless it would tell what this person did not agree to release."""
        return None if annotator_id in self.unnamed else stratum

    @property
    def tables(self) -> list[Table]:
        """The snapshot's tables, in the order in which they are published."""
        return [
            *(JUDGMENTS, COMPARISONS, RANKINGS, annotators_table(self.questions)),
            *(ITEMS, RESPONSES, ASSIGNMENTS, COVERAGE),
        ]


def frame_of(snapshot: Snapshot, alias: str) -> Frame:
    """Read the frame through the connection that the rows will be read through."""
    campaign = (
        Campaign.objects.using(alias)
        .select_related("guideline", "questionnaire", "consent_document")
        .get(pk=snapshot.campaign_id)
    )
    rules = ConsentRules(alias, campaign)
    return Frame(
        alias=alias,
        campaign=campaign,
        questions=asked_questions(alias, campaign),
        rules=rules,
        unnamed=unnamed_annotators(alias, campaign, rules),
        pseudonyms=snapshot.pseudonyms,
        key=bytes(snapshot.key),
    )
