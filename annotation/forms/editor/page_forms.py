"""The forms and rows of the campaign page, and where on it an error belongs."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from annotation.forms.about import AboutFields, write_about
from annotation.forms.asking import AskingFields, write_asking
from annotation.forms.campaign import (
    CampaignFields,
    CriterionRow,
    ItemStratumRow,
    PurposeRow,
    QuestionRow,
    QuotaRow,
    StratumRow,
)
from annotation.forms.editor.problems import Problem, entry_place, problems_of
from annotation.forms.editor.reading import initial_values
from annotation.forms.editor.steps import EditorStep, step_of
from annotation.forms.entry import (
    ComprehensionRow,
    EntryFields,
    PracticeRow,
    write_comprehension,
    write_entry,
    write_practice,
)
from annotation.forms.flow import FlowFields, write_flow
from annotation.forms.rows import Rows

# Parts of the body whose fields stand in a form of their own, under a prefix.
PREFIXED = ("about", "asking", "flow")


class PageForms:
    """Everything that is filled in: bound to what was sent, else to what the campaign is.

    Of a page that shows one step, the lists of other steps are those of the campaign.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        current: Mapping[str, Any],
        *,
        step: EditorStep | None,
        excludable: Sequence[tuple[str, str]],
    ) -> None:
        self.data, self.step, self.elsewhere = data, step, list[Problem]()
        initial = initial_values(current)
        self.fields = CampaignFields(data, initial=initial)
        choices = cast(forms.MultipleChoiceField, self.fields.fields["excludes"])
        choices.choices = list(excludable)
        self.about = AboutFields(data, initial=write_about(current["about"]))
        self.asking = AskingFields(data, initial=write_asking(current["asking"]))
        self.flow = FlowFields(data, initial=write_flow(current["flow"]))
        entry = current["entry"]
        self.entry = EntryFields(data, initial=write_entry(entry))
        questions = write_comprehension(entry["comprehension"]["questions"])
        self.comprehension = self.rows_of(ComprehensionRow, "comprehension", questions)
        self.practice = self.rows_of(PracticeRow, "practice", write_practice(entry["practice"]))
        self.criteria = self.rows_of(CriterionRow, "criteria", initial["criteria"])
        self.questions = self.rows_of(QuestionRow, "questions", initial["questions"])
        self.strata = self.rows_of(StratumRow, "strata", initial["strata"])
        self.item_strata = self.rows_of(ItemStratumRow, "item_strata", initial["item_strata"])
        self.quotas = self.rows_of(QuotaRow, "quotas", initial["quotas"])
        self.purposes = self.rows_of(PurposeRow, "purposes", initial["purposes"])

    def rows_of(self, form_class: Any, name: str, initial: Sequence[Mapping[str, Any]]) -> Any:
        data = self.data if self.shows(name) else None
        return Rows(form_class, name, data=data, initial=initial)

    def shows(self, rows: str) -> bool:
        return self.step is None or rows in self.step.rows

    @property
    def rows(self) -> dict[str, Rows[Any]]:
        """The lists by their name in the body; purposes stand within the consent."""
        return {
            "criteria": self.criteria,
            "questions": self.questions,
            "strata": self.strata,
            "item_strata": self.item_strata,
            "quotas": self.quotas,
            "purposes": self.purposes,
            "comprehension": self.comprehension,
            "practice": self.practice,
        }

    @property
    def single_forms(self) -> tuple[forms.Form, ...]:
        return (self.fields, self.asking, self.entry, self.flow, self.about)

    @property
    def has_errors(self) -> bool:
        return (
            bool(self.elsewhere)
            or any(one.errors for one in self.single_forms)
            or any(rows.has_errors for rows in self.rows.values() if self.shows(rows.prefix))
        )

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, in the order of the page's lists."""
        found = [problem for form in self.single_forms for problem in problems_of(form, "")]
        for name, rows in self.rows.items():
            if not self.shows(name):
                continue
            title = _("Row %(number)d of the list")
            found += [Problem("", f"rows-{name}-title", error) for error in rows.errors]
            for number, row in enumerate(rows.forms, start=1):
                place = row.text("key") or title % {"number": number}
                found += problems_of(row, place)
        return [*found, *self.elsewhere]

    def place_error(self, path: Sequence[str], message: str) -> None:
        """Show an error of the serializer at the field or row that its path names."""
        other = step_of(path) if self.step and not self.step.asks(path) else None
        if other:
            self.elsewhere.append(Problem(str(other.title), "", message, other.key))
            return
        if path[0] == "consent":
            of_its_own = path[1:2] in (["purposes"], ["on_withdrawal"])
            path = path[1:] if of_its_own else ["consent_text"]
        elif path[0] == "adaptive" and len(path) > 1:
            path = [f"adaptive_{path[1]}"]
        elif path[0] in PREFIXED:
            form = getattr(self, path[0])
            self.place_row_error(form, [f"{path[0]}_{'.'.join(path[1:2])}", *path[2:]], message)
            return
        elif path[0] == "entry":
            path = entry_place(path[1:])
            if path[0] not in self.rows:
                self.place_row_error(self.entry, path, message)
                return
        rows = self.rows.get(path[0])
        if rows is None:
            self.place_field_error(self.fields, path[0], message)
        elif len(path) > 1 and path[1].isdigit():
            self.place_row_error(rows.forms[int(path[1])], path[2:], message)
        else:
            rows.errors.append(message)

    def place_row_error(self, row: forms.Form, path: Sequence[str], message: str) -> None:
        if len(path) > 1 and path[1].isdigit():
            message = _("Line %(line)d: %(message)s") % {
                "line": int(path[1]) + 1,
                "message": message,
            }
        elif len(path) > 1:
            message = f"{path[1]}: {message}"
        self.place_field_error(row, path[0] if path else "", message)

    def place_field_error(self, form: forms.Form, name: str, message: str) -> None:
        # A field that could not be read says so; what comes of leaving it out says nothing more.
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, message)
