"""What is wrong with a campaign's form, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms


@dataclass(frozen=True)
class Problem:
    """Something to mend: where it is, in words and as the id of its field, and what is wrong.

    `step` is the key of another step that asks for it, where a page shows one step alone.
    """

    place: str
    anchor: str
    message: str
    step: str = ""


def problems_of(form: forms.Form, place: str) -> list[Problem]:
    found = []
    for name, errors in form.errors.items():
        if name in form.fields:
            field = form[name]
            anchor, label = field.id_for_label or f"{field.auto_id}_0", str(field.label)
            where = f"{place}, {label}" if place else label
            found += [Problem(where, anchor, str(error)) for error in errors]
        elif place:
            found += [Problem(place, "", str(error)) for error in errors]
    return found


def entry_place(path: Sequence[str]) -> Sequence[str]:
    """Where a part of `entry` stands on the page: a row of one of its lists, or a field."""
    if path[0] == "comprehension" and len(path) > 1:
        path = ["comprehension", *path[2:]] if path[1] == "questions" else path[1:]
    if path[0] in ("comprehension", "practice"):
        return [*path[:2], "options", *path[3:]] if path[2:3] == ["right"] else path
    return [f"entry_{path[0]}", *path[1:]]
