"""An audit's charts as SVG: no scripts, no styles, equal text for equal numbers.

Each stands beside a table of the same numbers. Chosen is a filled disc and rejected an open one, so
that colour is not all that tells them apart; words are in the colour of the page's text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

WIDTH, LEFT, RIGHT, ROW, TOP = 420, 14, 406, 52, 58
LONGEST_LABEL = 46
COLOURS = {"chosen": "#2f6db5", "rejected": "#b4532a", "difference": "#6a6a75"}
LEAST_SPAN = 0.05
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """A number with its interval; `side` says how it is drawn."""

    side: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    label: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Charts:
    shares: SafeString
    differences: SafeString


def charts_of(results: Body) -> Charts:
    """Shares on both sides, and their differences, of the whole corpus; as the classifier told."""
    labels = {one["key"]: one["label"] for one in results["values"]}
    whole = [one for one in results["shares"] if one["stratum"] is None]
    sides = [lines_of(one, labels, ("chosen", "rejected")) for one in whole]
    differences = [lines_of(one, labels, ("difference",)) for one in whole]
    furthest = max((end for one in differences for end in ends_of(one)), default=LEAST_SPAN)
    return Charts(
        chart(
            _("Share of texts that carry a value"),
            # xgettext:no-python-format
            _("A disc for chosen and a ring for rejected texts, with 95 % intervals."),
            sides,
            (0.0, max(max((end for one in sides for end in ends_of(one)), default=0), LEAST_SPAN)),
        ),
        chart(
            _("Chosen less rejected"),
            # xgettext:no-python-format
            _("The difference in each share, with 95 % intervals; the line in the middle is none."),
            differences,
            (-max(furthest, LEAST_SPAN), max(furthest, LEAST_SPAN)),
        ),
    )


def lines_of(one: Body, labels: Mapping[str, str], sides: Sequence[str]) -> Line:
    marks = []
    for side in sides:
        found = one["told"][side]
        if found:
            low, high = found["interval"] or (found["share"], found["share"])
            marks.append(Mark(side, found["share"], low, high))
    return Line(labels[one["value"]], marks)


def ends_of(line: Line) -> list[float]:
    return [abs(end) for mark in line.marks for end in (mark.low, mark.high, mark.share)]


def chart(
    title: str, description: str, lines: Sequence[Line], span: tuple[float, float]
) -> SafeString:
    """The chart; `span` are the numbers at its left and right ends."""
    height = TOP + ROW * len(lines) + 4
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'class="value-chart" font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
        f'<g font-weight="600">{text(LEFT, 16, title, "start")}</g>',
        *axis(span, height),
    ]
    for number, line in enumerate(lines):
        parts += row(line, TOP + ROW * number, span)
    return mark_safe("".join([*parts, "</svg>"]))  # noqa: S308 - what is not ours is escaped


def axis(span: tuple[float, float], height: int) -> list[str]:
    ends = [(float(LEFT), span[0], "start"), (float(RIGHT), span[1], "end")]
    if span[0] < 0 < span[1]:
        ends.insert(1, (at(0.0, span), 0.0, "middle"))
    parts = []
    for x, number, anchor in ends:
        is_signed = number and span[0] < 0
        parts.append(text(x, 40, f"{number:+.0%}" if is_signed else f"{number:.0%}", anchor))
        parts.append(
            f'<path d="M{x:.1f} 46V{height - 4}" stroke="currentColor" stroke-opacity="0.3"/>'
        )
    return parts


def row(line: Line, top: int, span: tuple[float, float]) -> list[str]:
    parts = [text(LEFT + 4, top + 14, shortened(line.label), "start")]
    for number, mark in enumerate(line.marks):
        y = top + 24 + 12 * number
        colour = COLOURS[mark.side]
        fill = "none" if mark.side == "rejected" else colour
        parts.append(
            f'<path d="M{at(mark.low, span):.1f} {y}H{at(mark.high, span):.1f}" '
            f'stroke="{colour}" stroke-width="2"/>'
            f'<circle cx="{at(mark.share, span):.1f}" cy="{y}" r="4" fill="{fill}" '
            f'stroke="{colour}" stroke-width="2"/>'
        )
    return parts


def at(number: float, span: tuple[float, float]) -> float:
    low, high = span
    return LEFT + (RIGHT - LEFT) * min(max((number - low) / (high - low), 0.0), 1.0)


def text(x: float, y: int, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}" fill="currentColor">'
        f"{escape(words)}</text>"
    )


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
