"""Bar charts as SVG files: no scripts, no style sheets, equal bytes for equal numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

WIDTH, LABELS, BARS, ROW, TOP = 760, 230, 400, 24, 64
LONGEST_LABEL, MOST_ROWS = 34, 200
INK, MUTED, RULE = "#1b1b1f", "#5b5b66", "#9a9aa6"
FONT = "font-family='system-ui, sans-serif' font-size='13'"


@dataclass(frozen=True)
class Bar:
    """A row: parts are (share of the whole width, colour); `outline` and `mark` are shares too.

    A row without parts and outline is a heading.
    """

    label: str
    text: str = ""
    parts: Sequence[tuple[float, str]] = ()
    outline: float | None = None
    mark: float | None = None


def bar_chart(
    title: str, description: str, legend: Sequence[tuple[str, str]], rows: Sequence[Bar]
) -> str:
    """The chart; `legend` are (colour, words). What does not fit is left to the numbers."""
    shown = list(rows[:MOST_ROWS])
    height = TOP + ROW * len(shown) + (ROW if len(rows) > len(shown) else 0) + 16
    lines = [
        "<svg xmlns='http://www.w3.org/2000/svg' role='img' "
        f"viewBox='0 0 {WIDTH} {height}' width='{WIDTH}' height='{height}' {FONT}>",
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f"<rect width='{WIDTH}' height='{height}' fill='#ffffff'/>",
        f"<text x='16' y='24' fill='{INK}' font-size='15' font-weight='600'>{escape(title)}</text>",
        *legend_lines(legend),
    ]
    for number, row in enumerate(shown):
        lines += row_lines(row, TOP + ROW * number)
    if len(rows) > len(shown):
        more = f"and {len(rows) - len(shown)} more: see the numbers beside this figure"
        lines.append(text_line(16, TOP + ROW * len(shown) + 16, more, MUTED))
    return "\n".join([*lines, "</svg>"]) + "\n"


def legend_lines(legend: Sequence[tuple[str, str]]) -> list[str]:
    lines, x = [], 16
    for colour, words in legend:
        lines.append(f"<rect x='{x}' y='37' width='11' height='11' fill={quoteattr(colour)}/>")
        lines.append(text_line(x + 16, 47, words, MUTED))
        x += 36 + 7 * len(words)
    return lines


def row_lines(row: Bar, y: int) -> list[str]:
    if not row.parts and row.outline is None:
        return [
            f"<text x='16' y='{y + 17}' fill='{INK}' font-weight='600'>{escape(row.label)}</text>"
        ]
    lines = [text_line(LABELS - 8, y + 16, shortened(row.label), INK, anchor="end")]
    if row.outline is not None:
        lines.append(
            f"<rect x='{LABELS}' y='{y + 4.5}' width='{length(row.outline)}' height='15' "
            f"fill='none' stroke='{RULE}'/>"
        )
    x = 0.0
    for share, colour in row.parts:
        lines.append(
            f"<rect x='{LABELS + length(x):.1f}' y='{y + 5}' width='{length(share)}' height='14' "
            f"fill='{colour}'/>"
        )
        x += share
    if row.mark is not None:
        place = LABELS + length(row.mark)
        lines.append(
            f"<path d='M{place:.1f} {y + 2}v20' stroke='{INK}' stroke-width='2' fill='none'/>"
        )
    lines.append(text_line(LABELS + BARS + 10, y + 16, row.text, MUTED))
    return lines


def text_line(x: int, y: int, words: str, colour: str, *, anchor: str = "start") -> str:
    return f"<text x='{x}' y='{y}' fill='{colour}' text-anchor='{anchor}'>{escape(words)}</text>"


def length(share: float) -> float:
    return round(BARS * min(max(share, 0.0), 1.0), 1)


def shortened(label: str) -> str:
    plain = " ".join(label.split())
    return plain if len(plain) <= LONGEST_LABEL else plain[: LONGEST_LABEL - 1] + "…"
