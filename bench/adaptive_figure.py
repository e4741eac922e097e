"""The figure of docs/adaptive.md, as SVG: precision against judgments, balanced and adaptive."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 260, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 36, 46
LEAST, MOST = 6, 40
TICKS = (10, 20, 30, 40)
BALANCED, ADAPTIVE, INK, FAINT = "#7a7f87", "#0b6e5f", "#24292f", "#d9dce0"


@dataclass(frozen=True)
class Panel:
    """One population: (judgments a cell, standard error) of both designs, and what is saved at
    adaptive's last point."""

    title: str
    balanced: Points
    adaptive: Points
    saving: float


@dataclass(frozen=True)
class Frame:
    """Where a panel lies, and what its vertical axis ends at."""

    left: float
    upper: float

    def x(self, judgments: float) -> float:
        return self.left + LEFT + (judgments - LEAST) / (MOST - LEAST) * (WIDTH - LEFT - RIGHT)

    def y(self, error: float) -> float:
        return HEIGHT - BOTTOM - error / self.upper * (HEIGHT - TOP - BOTTOM)

    def line(self, points: Points, colour: str) -> str:
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def draw(panels: Sequence[Panel]) -> str:
    """The panels side by side, on one scale."""
    largest = max(y for panel in panels for _x, y in [*panel.balanced, *panel.adaptive])
    upper = -(-largest // 0.1) * 0.1
    width = WIDTH * len(panels)
    parts = [panel_of(panel, Frame(WIDTH * n, upper)) for n, panel in enumerate(panels)]
    caption = "Standard error that nine in ten group differences keep to, by judgments a cell"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'width="{width}" height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="11" '
        f'fill="{INK}" role="img" aria-label="{caption}">\n'
        f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def panel_of(panel: Panel, frame: Frame) -> str:
    parts = [text(frame.left + LEFT, 18, panel.title, size=13), *axes(frame)]
    parts += [frame.line(panel.balanced, BALANCED), frame.line(panel.adaptive, ADAPTIVE)]
    parts += [*names(frame, panel), *saving(panel, frame)]
    return "\n".join(parts)


def axes(frame: Frame) -> list[str]:
    parts = []
    for step in range(round(frame.upper / 0.1) + 1):
        y = frame.y(step * 0.1)
        parts.append(rule(frame.x(LEAST), y, frame.x(MOST), y, FAINT))
        parts.append(text(frame.left + LEFT - 6, y + 4, f"{step * 0.1:.1f}", anchor="end"))
    for tick in TICKS:
        parts.append(text(frame.x(tick), HEIGHT - BOTTOM + 16, str(tick), anchor="middle"))
    middle = (frame.x(LEAST) + frame.x(MOST)) / 2
    parts.append(text(middle, HEIGHT - 10, "judgments of an item a stratum", anchor="middle"))
    return parts


def names(frame: Frame, panel: Panel) -> list[str]:
    """The lines are called by their names in the first panel: one above, the other below."""
    if frame.left:
        return []
    x, y = panel.balanced[len(panel.balanced) // 2]
    above = text(frame.x(x), frame.y(y) - 12, "balanced", colour=BALANCED)
    x, y = panel.adaptive[1]
    below = text(frame.x(x) - 8, frame.y(y) + 34, "adaptive", colour=ADAPTIVE)
    return [above, below]


def saving(panel: Panel, frame: Frame) -> list[str]:
    """From adaptive's last point to where the balanced design is as precise."""
    x, y = panel.adaptive[-1]
    height = frame.y(y)
    circle = f'<circle cx="{frame.x(x):.1f}" cy="{height:.1f}" r="3" fill="{ADAPTIVE}"/>'
    if panel.saving < 0.005:
        return [circle, text(frame.x(x) + 2, height + 36, "nothing saved", colour=ADAPTIVE)]
    needed = x / (1 - panel.saving)
    label = f"{panel.saving:.0%} fewer"
    return [
        circle,
        rule(frame.x(x), height, frame.x(needed), height, ADAPTIVE, dashed=True),
        text(frame.x(x) + 2, height + 36, label, colour=ADAPTIVE),
    ]


def rule(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="4 3" stroke-width="1.5"' if dashed else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'
    )


def text(
    x: float, y: float, words: str, *, size: int = 11, anchor: str = "start", colour: str = INK
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="{colour}">{escape(words)}</text>'
    )
