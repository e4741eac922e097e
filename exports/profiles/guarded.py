"""Releases to others: answers about people under the choices, free text by choice."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from exports.enums import FreeText, TextKind
from exports.frozen.frame import Facts, Frame, StratumFacts
from exports.profiles.base import Profile
from exports.profiles.people import ReleasedPeople
from exports.profiles.texts import REDACTED, TextRule
from exports.tables import Column, Table, annotators_table
from exports.tables.coding import plain_batch
from exports.tables.people import AskedQuestion

Treatment = Callable[[pa.RecordBatch], pa.Array]
ACHIEVED = ("leased", "submitted", "served")
OTHERS = "(others)"
TEXT_WORDS = {
    FreeText.EXCLUDED: " Left out of this release.",
    FreeText.REVIEWED: f" As a reviewer passed it: {REDACTED} stands for what was taken out; "
    "texts that nobody has passed are left out.",
}
STRATUM_WORDS = " In this release also null where the released answers do not tell it anyway."
NOT_COUNTED = "the count would tell a stratum that is not named"
COUNT_WORDS = (
    " In this release null for campaigns in which somebody's stratum is not named, since the "
    "counts would tell it."
)


class Guarded(Profile):
    """What research and public releases have in common.

    Where `Choices.touches_people`, the annotators' answers are recoded and blanked, strata are
    named only where the answers tell them anyway, and counts by stratum are told only where
    everybody's stratum is named.
    """

    # Whether questions that are not among the identifying ones leave as they are.
    others_leave = True

    @cached_property
    def people(self) -> ReleasedPeople:
        return ReleasedPeople(self.snapshot, self.frame, self.choices)

    @cached_property
    def text(self) -> TextRule:
        return TextRule(self.choices.text, self.choices.reviewed_until)

    @property
    def guards_people(self) -> bool:
        return self.choices.touches_people or not self.others_leave

    @cached_property
    def questions(self) -> list[AskedQuestion]:
        """The released questions, their options as they are released."""
        return [
            self._as_released(question)
            for question in self.frame.questions
            if question.key in self.choices.recodings
            or (self.others_leave and question.key not in self.choices.withheld)
        ]

    def _as_released(self, question: AskedQuestion) -> AskedQuestion:
        recoding = self.choices.recodings.get(question.key)
        if recoding is None or not recoding.groups:
            return question
        labels = {group.key: group.label for group in recoding.groups}
        options: dict[str, str] = {}
        for option, label in question.options.items():
            key = recoding.group_of.get(option, option)
            options[key] = labels.get(key, label)
        return replace(question, options=options)

    # What is declared

    def table(self, table: Table) -> Table:
        if table.name == "annotators":
            table = annotators_table(self.questions)
        return replace(table, columns=tuple(self.column(table.name, one) for one in table.columns))

    def column(self, table: str, column: Column) -> Column:
        words = self.words_on(table, column.name)
        if not words:
            return column
        null = column.null or (NOT_COUNTED if words == COUNT_WORDS else "")
        return replace(column, description=column.description + words, null=null)

    def words_on(self, table: str, column: str) -> str:
        """What the profile adds to a column's description."""
        if (table, column) in TEXT_COLUMNS:
            return TEXT_WORDS.get(self.text.choice, "")
        if not self.guards_people:
            return ""
        if column in ("annotator_stratum", "stratum") and table in ("judgments", "assignments"):
            return STRATUM_WORDS
        return COUNT_WORDS if table == "coverage" and column in ACHIEVED else ""

    def told(self) -> Frame:
        """The frame with recoded questions; small strata are counted together."""
        if not self.guards_people:
            return self.frame
        facts = [
            told_facts(one, self.choices.k) if campaign.pk in self.people.hidden_campaigns else one
            for campaign, one in zip(self.frame.campaigns, self.frame.facts, strict=False)
        ]
        return replace(self.frame, questions=self.questions, facts=facts)

    # What becomes of rows

    def apply(self, table: Table, batch: pa.RecordBatch) -> pa.RecordBatch:
        treatments, after = self.treatments(table.name), self.table(table)
        written_out = plain_batch(batch, table.arrow_schema) if treatments else batch
        changed = {name: treatment(written_out) for name, treatment in treatments.items()}
        arrays = [
            changed[one.name] if one.name in changed else batch.column(one.name)
            for one in after.columns
        ]
        return pa.RecordBatch.from_arrays(arrays, after.header)

    def treatments(self, table: str) -> dict[str, Treatment]:
        """The new columns of a table, by name."""
        found = {column: rule for (one, column), rule in self._text_rules.items() if one == table}
        if not self.guards_people:
            return found
        if table == "annotators":
            found |= {
                question.column: self._answers_to(question) for question in self.people.questions
            }
        elif table == "judgments":
            found["annotator_stratum"] = lambda batch: self.strata(batch, "annotator_stratum")
        elif table == "assignments":
            found["stratum"] = lambda batch: self.strata(batch, "stratum")
        elif table == "coverage":
            found |= {column: self._count(column) for column in ACHIEVED}
        return found

    @cached_property
    def _text_rules(self) -> dict[tuple[str, str], Treatment]:
        text = self.text
        if text.choice == FreeText.INCLUDED:
            return {}
        return {
            ("judgments", "reason"): lambda batch: text.texts(
                TextKind.REASON, batch.column("judgment_id"), batch.column("reason")
            ),
            ("judgments", "spans"): lambda batch: text.notes(
                batch.column("judgment_id"), batch.column("spans")
            ),
            ("judgments", "answers"): lambda batch: text.answers(
                batch.column("judgment_id"), batch.column("answers")
            ),
            ("assignments", "skip_reason"): lambda batch: text.texts(
                TextKind.SKIP, batch.column("assignment_id"), batch.column("skip_reason")
            ),
        }

    def _answers_to(self, question: AskedQuestion) -> Treatment:
        def released(batch: pa.RecordBatch) -> pa.Array:
            nothing = pa.nulls(len(batch), batch.column(question.column).type)
            return self._by_campaign(
                batch, nothing, lambda pk: self.people.answers_to(pk, question)
            )

        return released

    def strata(self, batch: pa.RecordBatch, column: str) -> pa.Array:
        """Stratum names, where the released answers tell them anyway; places that nobody fills
        have no stratum where somebody's is hidden, since they would tell the counts."""
        own = batch.column(column)
        told = self._by_campaign(
            batch, pa.nulls(len(batch), pa.string()), lambda pk: self.people.named_strata[pk]
        )
        named = pc.if_else(pc.fill_null(pc.equal(told, own), False), own, None)
        nobody = pc.is_null(batch.column("annotator_id"))
        open_places = pc.and_(nobody, pc.invert(self._is_hidden(batch)))
        return pc.if_else(open_places, own, named).cast(pa.string())

    def _count(self, column: str) -> Treatment:
        return lambda batch: pc.if_else(
            self._is_hidden(batch), pa.scalar(None, pa.int64()), batch.column(column)
        )

    def _is_hidden(self, batch: pa.RecordBatch) -> pa.Array:
        slugs = [self.frame.slugs[pk] for pk in self.people.hidden_campaigns]
        return pc.is_in(batch.column("campaign"), pa.array(slugs, pa.string()))

    def _by_campaign(
        self, batch: pa.RecordBatch, nothing: pa.Array, values: Callable[[int], pa.Array]
    ) -> pa.Array:
        """For each row what `values` of its campaign has at its person; else `nothing`."""
        places = pc.index_in(batch.column("annotator_id"), self.people.places)
        found = nothing
        for campaign in self.frame.campaigns:
            here = pc.equal(batch.column("campaign"), campaign.slug)
            if pc.any(here).as_py():
                found = pc.if_else(here, values(campaign.pk).take(places), found)
        return found


TEXT_COLUMNS = (("judgments", "reason"), ("judgments", "spans"), ("assignments", "skip_reason"))


def told_facts(facts: Facts, k: int) -> Facts:
    """Strata of fewer than `k` people are counted as one, with the next larger ones if need be."""
    strata = sorted(facts.strata, key=lambda one: one.people)
    few: list[StratumFacts] = []
    for stratum in strata:
        if stratum.people < k or 0 < sum(one.people for one in few) < k:
            few.append(stratum)
    if len(few) < 2:
        return facts
    rest = [one for one in facts.strata if one not in few]
    return replace(facts, strata=[*rest, joined_facts(few)])


def joined_facts(strata: list[StratumFacts]) -> StratumFacts:
    return StratumFacts(
        key=OTHERS,
        people=sum(one.people for one in strata),
        target_per_item=sum(one.target_per_item for one in strata),
        wanted=sum(one.wanted for one in strata),
        submitted=sum(one.submitted for one in strata),
        leased=sum(one.leased for one in strata),
        open=sum(one.open for one in strata),
    )


def day_of(moments: pa.Array) -> pa.Array:
    """Moments as the beginning of their day, in UTC."""
    return pc.floor_temporal(moments, unit="day")
