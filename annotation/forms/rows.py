"""A list of small forms in one page: read by number, gaps allowed, blank rows ignored.

Django's formsets count their forms in hidden fields, which a row removed in the browser upsets;
here the names in the data say which rows there are.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django import forms

FormT = TypeVar("FormT", bound="RowForm")
BLANK_ROWS_WITHOUT_SCRIPTS = 3
MOST_ROWS = 500


class RowForm(forms.Form):
    """One row. `written` names the fields that make it more than a blank row."""

    use_required_attribute = False
    written: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not any(self.text(name) for name in self.written)

    def text(self, name: str) -> str:
        """What was written into a field, or ""."""
        return str(self.data.get(self.add_prefix(name), "")).strip()


class Rows(Generic[FormT]):
    """The rows of one list: from data where a form was sent, else from what there is."""

    def __init__(
        self,
        form_class: type[FormT],
        prefix: str,
        *,
        data: Mapping[str, Any] | None,
        initial: Sequence[Mapping[str, Any]],
    ) -> None:
        self.form_class = form_class
        self.prefix = prefix
        self.errors: list[str] = []
        if data is None:
            self.forms = [
                self.make(number, initial=dict(values)) for number, values in enumerate(initial)
            ]
        else:
            rows = [self.make(number, data=data) for number in row_numbers(prefix, data)]
            self.forms = [row for row in rows if not row.is_blank]

    def make(self, number: int | str, **options: Any) -> FormT:
        return self.form_class(prefix=f"{self.prefix}-{number}", auto_id="id_%s", **options)

    @property
    def template(self) -> FormT:
        """A row to be copied by the browser, which puts a number for `__number__`."""
        return self.make("__number__")

    @property
    def spare(self) -> list[FormT]:
        """Blank rows for browsers without scripts."""
        start = MOST_ROWS + len(self.forms)
        return [self.make(start + more) for more in range(BLANK_ROWS_WITHOUT_SCRIPTS)]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors) or any(form.errors for form in self.forms)


def row_numbers(prefix: str, data: Mapping[str, Any]) -> list[int]:
    """The numbers of the rows that the data speaks of, in order."""
    pattern = re.compile(rf"^{re.escape(prefix)}-(\d{{1,6}})-")
    found = {int(match[1]) for name in data if (match := pattern.match(name))}
    return sorted(found)[:MOST_ROWS]
