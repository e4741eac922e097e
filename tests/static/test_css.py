"""What the style sheets must keep to, so that pages mirror and the dark colours are one set."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
SHEETS = sorted(path.name for path in CSS.glob("*.css"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*"
    r"|left|right)\s*:"
)
SIDED = re.compile(r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b")
# Code runs from left to right in every language.
ALLOWED = {"prose.css": ["text-align: left"]}


def rules_of(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (CSS / name).read_text(encoding="utf-8"), flags=re.S)


@pytest.mark.parametrize("name", SHEETS)
def test_no_style_sheet_names_a_side_of_the_page(name: str) -> None:
    css = rules_of(name)
    assert PHYSICAL.findall(css) == []
    assert SIDED.findall(css) == ALLOWED.get(name, [])


def declarations(css: str, opening: str) -> list[str]:
    start = css.index(opening) + len(opening)
    return [line.strip() for line in css[start : css.index("}", start)].split("\n") if line.strip()]


def test_dark_by_the_device_and_dark_by_choice_are_the_same_dark() -> None:
    css = rules_of("tokens.css")
    by_device = declarations(css, ':root:not([data-theme="light"]) {')
    by_choice = declarations(css, ':root[data-theme="dark"] {')
    assert by_choice == ["color-scheme: dark;", *by_device]
    assert len(by_device) == 24


def colours(css: str, opening: str) -> dict[str, tuple[float, float, float]]:
    found = re.findall(r"--([\w-]+): #([0-9a-f]{6});", "\n".join(declarations(css, opening)))
    return {
        name: tuple(int(value[at : at + 2], 16) / 255 for at in (0, 2, 4))  # type: ignore[misc]
        for name, value in found
    }


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance of sRGB, as WCAG 2.2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


TEXTS = ["ink", "ink-soft", "accent", "accent-strong", "success", "info", "warn"]
GROUNDS = ["paper", "sheet", "inset"]
ON_WASHES = [
    *((text, "info-wash") for text in ("ink", "ink-soft", "info")),
    *((text, "accent-wash") for text in ("ink", "accent")),
    *((text, "warn-wash") for text in ("ink", "ink-soft", "warn")),
    *((text, "success-wash") for text in ("ink", "success")),
    *(("on-accent", ground) for ground in ("accent", "accent-strong")),
    *((f"code-{kind}", "inset") for kind in ("keyword", "string", "number", "name", "comment")),
]


@pytest.mark.parametrize(
    "opening", [":root {", ':root[data-theme="dark"] {'], ids=["light", "dark"]
)
def test_text_stands_out_by_four_and_a_half_and_edges_by_three(opening: str) -> None:
    found = colours(rules_of("tokens.css"), opening)
    pairs = [*((text, ground) for text in TEXTS for ground in GROUNDS), *ON_WASHES]
    pale = {pair: contrast(found[pair[0]], found[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in pale.items() if ratio < 4.5} == {}
    for edge in ("rule-strong", "focus"):
        for ground in GROUNDS:
            assert contrast(found[edge], found[ground]) >= 3, (edge, ground)
