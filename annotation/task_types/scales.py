"""Scales of criteria: labelled steps, sliders, and taxonomies of values."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annotation.task_types.base import ScaleProblem
from annotation.task_types.marked import gettext_noop
from annotation.task_types.value_imprint import CATEGORIES

STEPS, SLIDER, VALUES = "steps", "slider", "values"
LEAST_STEPS, MOST_STEPS = 2, 11
MOST_VALUES, MOST_STRENGTHS = 60, 7
LONGEST_LABEL, LONGEST_DESCRIPTION, LONGEST_KEY = 200, 1000, 40
# A slider with more places than this is not set by hand.
MOST_PLACES = 10_000
# How far from a place of its slider a number may be and still be meant as that place.
NEAR = 1e-6

# Stored as they stand here, and shown in the reader's language (`annotation.wording`).
DEFAULT_STEPS = {
    "kind": STEPS,
    "steps": [
        {"value": 1, "label": gettext_noop("Very poor")},
        {"value": 2, "label": gettext_noop("Poor")},
        {"value": 3, "label": gettext_noop("Fair")},
        {"value": 4, "label": gettext_noop("Good")},
        {"value": 5, "label": gettext_noop("Very good")},
    ],
}
# The seven categories of Value Imprint, as a scale has them.
DEFAULT_VALUES = {
    "kind": VALUES,
    "values": [
        {"key": one["key"], "label": one["label"], "description": one["description"]}
        for one in CATEGORIES
    ],
    "strengths": [gettext_noop("A little"), gettext_noop("Clearly"), gettext_noop("Above all")],
}


def is_number(value: Any) -> bool:
    """Whether it is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def plain_number(value: float) -> int | float:
    """4 rather than 4.0, so that equal answers are stored alike."""
    return int(value) if float(value).is_integer() else float(value)


def number_text(value: float) -> str:
    """A number as forms write it."""
    return repr(plain_number(value))


def clean_rating_scale(scale: Any) -> dict[str, Any]:
    """`{"kind": "steps", …}` or `{"kind": "slider", …}` in stored form; nothing is the default."""
    if scale is None:
        return DEFAULT_STEPS
    kind = scale.get("kind") if isinstance(scale, dict) else None
    if kind == STEPS:
        return clean_steps(scale)
    if kind == SLIDER:
        return clean_slider(scale)
    raise ScaleProblem(_('Must be an object of the kind "steps" or "slider".'))


def clean_steps(scale: Mapping[str, Any]) -> dict[str, Any]:
    refuse_other_fields(scale, {"kind", "steps"})
    raw = scale.get("steps")
    if not isinstance(raw, list) or not LEAST_STEPS <= len(raw) <= MOST_STEPS:
        raise ScaleProblem(
            _("`steps` must be a list of %(least)s to %(most)s steps.")
            % {"least": LEAST_STEPS, "most": MOST_STEPS}
        )
    steps = [clean_step(one) for one in raw]
    values = [step["value"] for step in steps]
    if any(low >= high for low, high in itertools.pairwise(values)):
        raise ScaleProblem(_("The steps' values must rise from one to the next."))
    return {"kind": STEPS, "steps": steps}


def clean_step(step: Any) -> dict[str, Any]:
    if not isinstance(step, dict) or set(step) != {"value", "label"}:
        raise ScaleProblem(_("A step is an object of `value` and `label`."))
    if not is_number(step["value"]):
        raise ScaleProblem(_("A step's `value` must be a number."))
    return {"value": plain_number(step["value"]), "label": clean_text(step["label"], "label")}


def clean_slider(scale: Mapping[str, Any]) -> dict[str, Any]:
    refuse_other_fields(scale, {"kind", "min", "max", "step", "low", "high"})
    least, most, step = scale.get("min", 0), scale.get("max", 100), scale.get("step", 1)
    if not all(is_number(one) for one in (least, most, step)):
        raise ScaleProblem(_("`min`, `max` and `step` must be numbers."))
    if not least < most or step <= 0:
        raise ScaleProblem(_("`min` must be below `max`, and `step` above 0."))
    places = (most - least) / step
    if places > MOST_PLACES or abs(places - round(places)) > NEAR:
        raise ScaleProblem(
            _("`step` must divide the slider into at most %(most)s parts.") % {"most": MOST_PLACES}
        )
    return {
        "kind": SLIDER,
        "min": plain_number(least),
        "max": plain_number(most),
        "step": plain_number(step),
        "low": clean_text(scale.get("low", ""), "low", may_be_blank=True),
        "high": clean_text(scale.get("high", ""), "high", may_be_blank=True),
    }


def clean_values_scale(scale: Any) -> dict[str, Any]:
    """`{"kind": "values", "values": […], "strengths": […]}`; nothing is the default taxonomy."""
    if scale is None:
        return DEFAULT_VALUES
    if not isinstance(scale, dict) or scale.get("kind") != VALUES:
        raise ScaleProblem(_('Must be an object of the kind "values".'))
    refuse_other_fields(scale, {"kind", "values", "strengths"})
    raw, strengths = scale.get("values"), scale.get("strengths", DEFAULT_VALUES["strengths"])
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_VALUES:
        raise ScaleProblem(
            _("`values` must be a list of 1 to %(most)s values.") % {"most": MOST_VALUES}
        )
    if not isinstance(strengths, list) or not 1 <= len(strengths) <= MOST_STRENGTHS:
        raise ScaleProblem(
            _("`strengths` must be a list of 1 to %(most)s labels.") % {"most": MOST_STRENGTHS}
        )
    values = [clean_value(one) for one in raw]
    if len({value["key"] for value in values}) < len(values):
        raise ScaleProblem(_("Two values have the same key."))
    labels = [clean_text(one, "strengths") for one in strengths]
    return {"kind": VALUES, "values": values, "strengths": labels}


def clean_value(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value) <= {"key", "label", "description"}:
        raise ScaleProblem(_("A value is an object of `key`, `label` and `description`."))
    key = clean_text(value.get("key"), "key")
    if len(key) > LONGEST_KEY or any(one.isspace() for one in key):
        raise ScaleProblem(
            _("A value's `key` has no spaces and at most %(longest)s characters.")
            % {"longest": LONGEST_KEY}
        )
    description = clean_text(
        value.get("description", ""), "description", LONGEST_DESCRIPTION, may_be_blank=True
    )
    return {
        "key": key,
        "label": clean_text(value.get("label", key), "label"),
        "description": description,
    }


def clean_text(
    value: Any, name: str, longest: int = LONGEST_LABEL, *, may_be_blank: bool = False
) -> str:
    if not isinstance(value, str) or "\x00" in value or len(value) > longest:
        raise ScaleProblem(
            _("`%(name)s` must be a text of at most %(longest)s characters.")
            % {"name": name, "longest": longest}
        )
    if not value.strip() and not may_be_blank:
        raise ScaleProblem(_("`%(name)s` must not be empty.") % {"name": name})
    return value.strip()


def refuse_other_fields(scale: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(str(key) for key in scale if key not in known)
    if unknown:
        raise ScaleProblem(
            _("A scale of this kind has no %(fields)s.") % {"fields": ", ".join(unknown)}
        )


def scale_words(scale: Any) -> str:
    """A scale in a line for data users; "" where there is none."""
    kind = scale.get("kind") if isinstance(scale, dict) else None
    if kind == STEPS:
        return "; ".join(f"{number_text(one['value'])} {one['label']}" for one in scale["steps"])
    if kind == SLIDER:
        low = number_text(scale["min"]) + (f" ({scale['low']})" if scale["low"] else "")
        high = number_text(scale["max"]) + (f" ({scale['high']})" if scale["high"] else "")
        return f"{low} to {high} in steps of {number_text(scale['step'])}"
    if kind == VALUES:
        strengths = ", ".join(f"{place} {one}" for place, one in enumerate(scale["strengths"], 1))
        labels = [f"{value['key']} ({value['label']})" for value in scale["values"]]
        return f"{'; '.join(labels)}. Strengths: {strengths}"
    return "" if scale is None else str(scale)


def value_keys(scale: Mapping[str, Any]) -> Sequence[str]:
    """The keys of a taxonomy in its order."""
    return [value["key"] for value in scale["values"]]
