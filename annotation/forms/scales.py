"""Scales of criteria as lines of text, which is how the campaign page asks for them.

Steps are `1 = Poor`, one a line. A slider is `0 to 100 step 1`, with `low = …` and `high = …`
below. Values are `key = label: description`, one a line, and their strengths `strengths: a, b`.
Equals signs, colons and commas may be those of other scripts.
"""

import re
from typing import Any

from annotation.enums import TaskTypeKey
from annotation.task_types.scales import SLIDER, STEPS, VALUES, number_text

NUMBER = r"-?\d+(?:\.\d+)?"
SLIDER_LINE = re.compile(rf"({NUMBER})\s+to\s+({NUMBER})(?:\s+step\s+({NUMBER}))?")
STEP_LINE = re.compile(rf"({NUMBER})\s*[=＝]\s*(.+)")
END_LINE = re.compile(r"(low|high)\s*[=＝]\s*(.*)")
VALUE_LINE = re.compile(r"([^\s=＝]+)\s*[=＝]\s*([^:：]+?)\s*(?:[:：]\s*(.*))?")
STRENGTHS_LINE = re.compile(r"strengths\s*[:：](.*)", re.IGNORECASE)
COMMA = re.compile(r"[,،、，]")
STRENGTHS = "strengths:"
SCALED = (TaskTypeKey.RATING, TaskTypeKey.VALUES)


def parse_scale(text: str, task_type: str) -> Any:
    """The scale that lines describe; nothing for no lines. Raises `ValueError` with a line that
    does not read so."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    if task_type == TaskTypeKey.VALUES:
        return parse_values(lines)
    slider = SLIDER_LINE.fullmatch(lines[0])
    if slider:
        return parse_slider(slider, lines[1:])
    steps = [matched(STEP_LINE, line) for line in lines]
    return {"kind": STEPS, "steps": [{"value": float(one), "label": two} for one, two in steps]}


def parse_slider(first: re.Match[str], rest: list[str]) -> dict[str, Any]:
    least, most, step = first.groups(default="1")
    numbers = {"min": float(least), "max": float(most), "step": float(step)}
    return {"kind": SLIDER, **numbers, **dict(matched(END_LINE, line) for line in rest)}


def parse_values(lines: list[str]) -> dict[str, Any]:
    scale: dict[str, Any] = {"kind": VALUES, "values": []}
    for line in lines:
        strengths = STRENGTHS_LINE.fullmatch(line)
        if strengths:
            scale["strengths"] = [one.strip() for one in COMMA.split(strengths[1])]
            continue
        key, label, description = matched(VALUE_LINE, line)
        value = {"key": key, "label": label, "description": description or ""}
        scale["values"].append(value)
    return scale


def matched(pattern: re.Pattern[str], line: str) -> tuple[Any, ...]:
    found = pattern.fullmatch(line)
    if not found:
        raise ValueError(line)
    return found.groups()


def write_scale(scale: Any) -> str:
    """A scale as `parse_scale` reads it; "" for what only describes one to data users."""
    kind = scale.get("kind") if isinstance(scale, dict) else None
    if kind == STEPS:
        return "\n".join(f"{number_text(one['value'])} = {one['label']}" for one in scale["steps"])
    if kind == SLIDER:
        least, most, step = (number_text(scale[name]) for name in ("min", "max", "step"))
        ends = [f"{name} = {scale[name]}" for name in ("low", "high") if scale[name]]
        return "\n".join([f"{least} to {most} step {step}", *ends])
    if kind == VALUES:
        values = [
            f"{one['key']} = {one['label']}"
            + (f": {one['description']}" if one["description"] else "")
            for one in scale["values"]
        ]
        return "\n".join([*values, f"{STRENGTHS} {', '.join(scale['strengths'])}"])
    return ""
