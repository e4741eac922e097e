"""What people wrote in their own words, for a reviewer: page by page, as it would be released."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotation.models import Assignment, Campaign, Judgment
from annotation.models.judgment import WITH_NOTES, WITH_REASON
from exports.enums import TextKind
from exports.models import TextDecision
from exports.profiles.marks import Mark, marks_in
from exports.profiles.texts import merged, spans_at, spans_in_answers, text_sha256
from exports.selectors.withdrawn import of_staying

PAGE = 20


@dataclass(frozen=True)
class Segment:
    """A piece of a text; `start` and `end` in characters. Marked pieces look personal."""

    text: str
    start: int
    end: int
    mark: Mark | None = None
    is_cut: bool = False


@dataclass
class Written:
    """One text, on which item, and the newest decision on it that read the same words."""

    kind: TextKind
    row: int
    place: int
    text: str
    item_id: str
    decision: TextDecision | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.row}-{self.place}"

    @cached_property
    def sha256(self) -> str:
        return text_sha256(self.text)

    @cached_property
    def marks(self) -> list[Mark]:
        return marks_in(self.text)

    @property
    def cuts(self) -> list[tuple[int, int]]:
        """What is hidden so far: as decided, else what the first pass proposes."""
        if self.decision is not None:
            return merged(self.decision.cuts)
        return [(mark.start, mark.end) for mark in self.marks]

    @property
    def segments(self) -> list[Segment]:
        """The whole text in pieces, cut where marks and cuts begin and end."""
        edges = {0, len(self.text)}
        for mark in self.marks:
            edges |= {mark.start, mark.end}
        for start, end in self.cuts:
            edges |= {start, end}
        ordered = sorted(edges)
        return [self._segment(start, end) for start, end in itertools.pairwise(ordered)]

    def _segment(self, start: int, end: int) -> Segment:
        mark = next((one for one in self.marks if one.start <= start and end <= one.end), None)
        is_cut = any(one[0] <= start and end <= one[1] for one in self.cuts)
        return Segment(self.text[start:end], start, end, mark, is_cut)


@dataclass(frozen=True)
class TextPage:
    """Texts in the order of their rows; `after` is where the next page begins, None at the end."""

    texts: list[Written]
    after: int | None


def text_page(campaign: Campaign, kind: TextKind, *, after: int, all_texts: bool) -> TextPage:
    """A page of texts behind row `after`: those nobody has decided on, or all."""
    rows = rows_of(campaign, kind).filter(pk__gt=after)
    if not all_texts and kind != TextKind.NOTE:
        decided = TextDecision.objects.filter(kind=kind, row=OuterRef("pk"))
        rows = rows.exclude(Exists(decided))
    fetched = list(rows.order_by("pk").select_related("item")[: PAGE + 1])
    shown = fetched[:PAGE]
    texts = with_decisions(kind, [text for row in shown for text in texts_in(kind, row)])
    if not all_texts:
        texts = [text for text in texts if text.decision is None]
    return TextPage(texts, shown[-1].pk if len(fetched) > PAGE else None)


def one_text(campaign: Campaign, kind: TextKind, row: int, place: int) -> Written | None:
    """One text of the campaign, or None where there is none (any more)."""
    found = rows_of(campaign, kind).filter(pk=row).select_related("item").first()
    texts = texts_in(kind, found) if found is not None else ()
    wanted = [text for text in texts if text.place == place]
    return with_decisions(kind, wanted)[0] if wanted else None


def rows_of(campaign: Campaign, kind: TextKind) -> QuerySet[Any]:
    """The rows of the campaign in which people wrote; withdrawn people are left out."""
    if kind == TextKind.SKIP:
        assignments = Assignment.objects.filter(~Q(skip_reason=""), campaign=campaign)
        return of_staying(assignments, campaign)
    judgments = of_staying(Judgment.objects.filter(campaign=campaign), campaign)
    if kind == TextKind.REASON:
        return judgments.filter(WITH_REASON)
    return judgments.filter(WITH_NOTES)


def texts_in(kind: TextKind, row: Any) -> Iterator[Written]:
    item_id = row.item.external_id
    if kind == TextKind.REASON:
        yield Written(kind, row.pk, 0, row.reason, item_id)
    elif kind == TextKind.SKIP:
        yield Written(kind, row.pk, 0, row.skip_reason, item_id)
    else:
        for place, span in (*spans_at(0, row.spans), *spans_in_answers(row.answers)):
            if span.get("note"):
                yield Written(kind, row.pk, place, span["note"], item_id)


def with_decisions(kind: TextKind, texts: Sequence[Written]) -> list[Written]:
    found: Mapping[tuple[int, int], TextDecision] = {
        (one.row, one.place): one
        for one in TextDecision.objects.filter(kind=kind, row__in=[text.row for text in texts])
        .select_related("decided_by")
        .order_by("pk")
    }
    for text in texts:
        decision = found.get((text.row, text.place))
        if decision is not None and decision.sha256 == text.sha256:
            text.decision = decision
    return list(texts)


def decisions_on(campaigns: Sequence[Campaign]) -> int:
    """How many texts of these campaigns somebody has decided on."""
    decided = TextDecision.objects.filter(campaign__in=list(campaigns))
    return decided.values("kind", "row", "place").distinct().count()
