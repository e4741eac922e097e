"""The fields in which researchers say who may come in and what comes before judging."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.entry import read_entry
from annotation.enums import AfterFailing, OpenTo
from annotation.forms.campaign import number_input, text_box
from annotation.forms.rows import RowForm
from annotation.forms.text_lists import parse_options, write_options

PREFIX = "entry_"
RIGHT = "*"


class EntryFields(forms.Form):
    """Numbers are texts: the serializer reads them."""

    use_required_attribute = False

    entry_open_to = forms.ChoiceField(
        label=_("Who may come in"), required=False, choices=OpenTo.choices
    )
    entry_tries = forms.CharField(
        label=_("Tries at the questions"), required=False, widget=number_input(most="5")
    )
    entry_needed = forms.CharField(
        label=_("Right answers needed (optional)"),
        required=False,
        help_text=_("Left open: all of them."),
        widget=number_input(),
    )
    entry_after_failing = forms.ChoiceField(
        label=_("After the last try"), required=False, choices=AfterFailing.choices
    )
    entry_check_rate = forms.CharField(
        label=_("Check rate"),
        required=False,
        help_text=_("From 0 to 0.5: the share of check items among what is served."),
        widget=number_input(step="0.01", least="0", most="0.5"),
    )
    entry_fastest_reading = forms.CharField(
        label=_("Fastest reading (optional)"),
        required=False,
        help_text=_("Characters a minute. Judgments with less active time are flagged."),
        widget=number_input(),
    )

    @classmethod
    def is_in(cls, data: Mapping[str, Any]) -> bool:
        """Whether a form sent these fields at all."""
        return any(name in data for name in cls.base_fields)

    def written(self, now: Mapping[str, Any]) -> dict[str, Any]:
        """What was sent, in the shape of the campaign's body; what is not asked here stays."""
        entry = dict(now)
        rules = dict(now["comprehension"])
        for name in ("open_to", "check_rate", "fastest_reading"):
            if PREFIX + name in self.data:
                entry[name] = self.text(PREFIX + name)
        for name in ("tries", "needed", "after_failing"):
            if PREFIX + name in self.data:
                rules[name] = self.text(PREFIX + name)
        entry["fastest_reading"] = entry["fastest_reading"] or None
        rules["needed"] = rules["needed"] or None
        return {**entry, "comprehension": rules}

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()


class ComprehensionRow(RowForm):
    written = ("key", "label", "options")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    label = forms.CharField(label=_("Question about the guideline"), required=False)
    options = forms.CharField(
        label=_("Options"),
        required=False,
        help_text=_("One a line: key = label. A star before the line marks what is right."),
        widget=text_box(4, mono=True),
    )
    why = forms.CharField(
        label=_("What the guideline says about it (optional)"),
        required=False,
        help_text=_("Shown to people who answered otherwise."),
    )


class PracticeRow(RowForm):
    written = ("prompt", "responses")

    prompt = forms.CharField(label=_("Request"), required=False, widget=text_box(2))
    responses = forms.CharField(
        label=_("Responses"),
        required=False,
        help_text=_("One a line; a line in quotation marks may hold \\n for a new line."),
        widget=text_box(3),
    )
    note = forms.CharField(
        label=_("Said after any answer (optional)"),
        required=False,
        help_text=_("How the form works, never which answer is better."),
    )


def comprehension_question(row: ComprehensionRow) -> dict[str, Any]:
    lines = [line.strip() for line in row.text("options").splitlines() if line.strip()]
    options = parse_options("\n".join(line.removeprefix(RIGHT) for line in lines))
    right = [
        option["key"] for option, line in zip(options, lines, strict=True) if line.startswith(RIGHT)
    ]
    return {
        "key": row.text("key"),
        "label": row.text("label"),
        "options": options,
        "right": right,
        "why": row.text("why"),
    }


def practice_item(row: PracticeRow, before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was written; a conversation given over REST is kept where its row reads as it did."""
    for item in before:
        shown = write_practice([item])[0]
        # Browsers end lines with CR LF.
        if all(row.text(name).replace("\r\n", "\n") == shown[name] for name in row.written):
            return {**item, "note": row.text("note")}
    lines = [line.strip() for line in row.text("responses").splitlines() if line.strip()]
    return {
        "prompt": row.text("prompt").replace("\r\n", "\n"),
        "responses": [
            {"id": f"p{number}", "text": unquoted(line)} for number, line in enumerate(lines, 1)
        ],
        "note": row.text("note"),
    }


def write_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the fields show them."""
    rules = read_entry(entry).comprehension
    return {
        "entry_open_to": entry["open_to"],
        "entry_tries": rules.tries,
        "entry_needed": rules.needed,
        "entry_after_failing": rules.after_failing,
        "entry_check_rate": entry["check_rate"],
        "entry_fastest_reading": entry["fastest_reading"],
    }


def write_comprehension(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions as their rows show them, a star before what is right."""
    rows = []
    for question in questions:
        lines = write_options(list(question["options"])).splitlines()
        marked = [
            RIGHT + line if option["key"] in question["right"] else line
            for option, line in zip(question["options"], lines, strict=True)
        ]
        rows.append({**question, "options": "\n".join(marked)})
    return rows


def write_practice(practice: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The practice items as their rows show them."""
    return [
        {
            "prompt": written_text(item["prompt"]),
            "responses": "\n".join(quoted(one["text"]) for one in item["responses"]),
            "note": item["note"],
        }
        for item in practice
    ]


def written_text(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def quoted(content: Any) -> str:
    """One line: as it stands, or as a JSON value where it has several or begins with a quote."""
    plain = isinstance(content, str) and content.isprintable() and not content.startswith('"')
    return (
        content if plain and content == content.strip() else json.dumps(content, ensure_ascii=False)
    )


def unquoted(line: str) -> str:
    if not line.startswith('"'):
        return line
    try:
        value = json.loads(line)
    except ValueError:
        return line
    return value if isinstance(value, str) else line
