"""Where marks of small charts lie, as text for SVG attributes: 0 to 100 from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotation.design.positions import FirstShown, MeanRank
from annotation.design.replication import PairPrecision
from annotation.selectors.dashboard import Span, Times
from annotation.selectors.forecast import Spread, StratumForecast

DARKEST = 4
DAYS_A_CHART = 7


@dataclass(frozen=True)
class Whisker:
    """An interval with its middle; `is_cut` where it goes on beyond the chart."""

    low: str
    middle: str
    high: str
    zero: str = "50"
    is_cut: bool = False


@dataclass(frozen=True)
class Segment:
    """Part of a bar: from `x` on, `width` wide; `shade` 0 is nothing, 4 is full."""

    x: str
    width: str
    shade: int


@dataclass(frozen=True)
class Column:
    """One day's bar, newest at the right."""

    x: str
    y: str
    height: str


@dataclass(frozen=True)
class PaceChart:
    """Bars of equal spans side by side, in a chart 100 wide and 100 high; `most` is the highest."""

    columns: list[Column]
    width: str
    most: int


@dataclass(frozen=True)
class Box:
    """From the lower to the upper quartile with the median, on one scale for all."""

    low: str
    width: str
    median: str


def at(value: float) -> str:
    return f"{min(100.0, max(0.0, value)):.2f}"


def difference_whiskers(pairs: Sequence[PairPrecision], difference: float) -> list[Whisker]:
    """The interval to be expected around the supposed difference, with zero in the middle."""
    widths = [pair.simulated.width if pair.simulated else pair.width for pair in pairs]
    limit = max((abs(difference) + width / 2 for width in widths), default=1.0) * 1.05
    return [
        Whisker(
            low=at(50 + 50 * (difference - width / 2) / limit),
            middle=at(50 + 50 * difference / limit),
            high=at(50 + 50 * (difference + width / 2) / limit),
        )
        for width in widths
    ]


def share_whisker(first: FirstShown) -> Whisker:
    return Whisker(at(100 * first.low), at(100 * first.share), at(100 * first.high))


def rank_whisker(rank: MeanRank, places: int) -> Whisker:
    def scaled(value: float) -> str:
        return at(100 * (value - 1) / (places - 1))

    return Whisker(scaled(rank.low), scaled(rank.mean), scaled(rank.high))


def finish_whiskers(strata: Sequence[StratumForecast]) -> list[Whisker | None]:
    """From now to twice the latest date; None for strata that are done or stuck."""
    moving = [one.finish for one in strata if one.outlook == "moving"]
    limit = max((min(one.high, 2 * one.days) for one in moving), default=1.0)
    return [
        Whisker(
            low=at(100 * one.finish.low / limit),
            middle=at(100 * one.finish.days / limit),
            high=at(100 * one.finish.high / limit),
            zero="0",
            is_cut=one.finish.high > limit,
        )
        if one.outlook == "moving"
        else None
        for one in strata
    ]


def day_columns(one: StratumForecast, most: int) -> list[Column]:
    """Judgments by day in a chart 20 high; `most` is the highest day of all strata."""
    columns = []
    step = 100 / DAYS_A_CHART
    for number, count in enumerate(one.by_day):
        height = 19 * count / most if most else 0.0
        x = 100 - (number + 1) * step
        columns.append(Column(f"{x + 1:.2f}", f"{20 - height:.2f}", f"{height:.2f}"))
    return columns


def spread_segments(spread: Spread) -> list[Segment]:
    """Items by the part of what they want that is submitted, none at the left, all at the right."""
    by_shade: dict[int, int] = {}
    for submitted, target, items in spread.rows:
        part = shade(submitted, target)
        by_shade[part] = by_shade.get(part, 0) + items
    segments, x = [], 0.0
    for part, items in sorted(by_shade.items()):
        width = 100 * items / spread.items
        segments.append(Segment(at(x), at(width), part))
        x += width
    return segments


def shade(submitted: int, target: int) -> int:
    """Nothing and everything have shades of their own, what is between shares three."""
    if submitted >= target:
        return DARKEST
    return 0 if not submitted else 1 + (DARKEST - 1) * submitted // target


def pace_chart(spans: Sequence[Span]) -> PaceChart:
    """Judgments by hour or day, the newest at the right."""
    most = max((span.judgments for span in spans), default=0)
    step = 100 / max(1, len(spans))
    columns = []
    for number, span in enumerate(spans):
        height = 100 * span.judgments / most if most else 0.0
        columns.append(Column(f"{number * step:.3f}", f"{100 - height:.2f}", f"{height:.2f}"))
    return PaceChart(columns, f"{0.85 * step:.3f}", most)


def time_boxes(lines: Sequence[Times]) -> list[Box]:
    """Quartiles of each line, from nothing to the highest of them."""
    limit = max((line.upper for line in lines), default=0.0) * 1.05 or 1.0
    return [
        Box(
            at(100 * line.lower / limit),
            at(100 * (line.upper - line.lower) / limit),
            at(100 * line.median / limit),
        )
        for line in lines
    ]
