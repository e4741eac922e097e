"""The fields of the campaign page. What is valid is not said here but by `CampaignSerializer`."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import QuestionKind
from annotation.enums import Paradigm, Strategy, TaskTypeKey
from annotation.forms.rows import RowForm


def number_input(*, step: str = "1", least: str = "1", most: str = "") -> forms.NumberInput:
    bounds = {"min": least, "step": step, "inputmode": "decimal" if step != "1" else "numeric"}
    return forms.NumberInput(attrs={**bounds, **({"max": most} if most else {})})


def text_box(rows: int, *, mono: bool = False) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **({"class": "mono"} if mono else {})})


class CampaignFields(forms.Form):
    """Everything of a campaign that is not a list. Numbers are texts: the serializer reads them."""

    use_required_attribute = False

    title = forms.CharField(label=_("Title"), help_text=_("Annotators see it."), required=False)
    slug = forms.CharField(
        label=_("Address"),
        required=False,
        help_text=_("Names the campaign in links and exports: letters, digits, - and _."),
        widget=forms.TextInput(attrs={"class": "mono", "autocapitalize": "none"}),
    )
    task_type = forms.ChoiceField(
        label=_("Task type"),
        required=False,
        choices=TaskTypeKey.choices,
        widget=forms.RadioSelect,
    )
    paradigm = forms.ChoiceField(
        label=_("Paradigm"), required=False, choices=Paradigm.choices, widget=forms.RadioSelect
    )
    guideline = forms.CharField(
        label=_("Guideline"),
        required=False,
        help_text=_("Markdown. A change makes a new version, and annotators are shown it again."),
        widget=text_box(10, mono=True),
    )
    overlap = forms.CharField(
        label=_("Overlap"),
        required=False,
        help_text=_("Distinct annotators per item, where you define no strata below."),
        widget=number_input(),
    )
    strategy = forms.ChoiceField(
        label=_("Which item is served next"),
        required=False,
        # Adaptive needs a budget, which REST can give and this form cannot.
        choices=[one for one in Strategy.choices if one[0] != Strategy.ADAPTIVE],
    )
    lease_minutes = forms.CharField(
        label=_("Lease in minutes"),
        required=False,
        help_text=_("How long an item is held for an annotator who has gone quiet."),
        widget=number_input(),
    )
    max_per_annotator = forms.CharField(
        label=_("Most judgments per annotator (optional)"),
        required=False,
        help_text=_("Left open: as many as there are items."),
        widget=number_input(),
    )
    repeat_rate = forms.CharField(
        label=_("Repeat rate"),
        required=False,
        help_text=_("From 0 to 0.5: the share of items asked again with the order swapped."),
        widget=number_input(step="0.01", least="0", most="0.5"),
    )
    consent_text = forms.CharField(
        label=_("Consent text"),
        required=False,
        help_text=_("Annotators agree to it before they begin. A change makes a new version."),
        widget=text_box(6),
    )


class CriterionRow(RowForm):
    written = ("key", "label")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    label = forms.CharField(label=_("Question to annotators"), required=False)


class QuestionRow(RowForm):
    written = ("key", "label", "options")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    label = forms.CharField(label=_("Question"), required=False)
    kind = forms.ChoiceField(label=_("Answers"), required=False, choices=QuestionKind.choices)
    purpose = forms.CharField(
        label=_("Consent purpose (optional)"),
        required=False,
        help_text=_("Key of a purpose below that the answer is bound to."),
        widget=forms.TextInput(attrs={"class": "mono"}),
    )
    options = forms.CharField(
        label=_("Options"),
        required=False,
        help_text=_("One a line: key = label. “Prefer not to say” is always offered besides."),
        widget=text_box(4, mono=True),
    )


class StratumRow(RowForm):
    written = ("key", "target", "quota", "where")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    target = forms.CharField(
        label=_("Target per item"), required=False, widget=number_input(least="0")
    )
    quota = forms.CharField(
        label=_("Quota of seats (optional)"), required=False, widget=number_input(least="0")
    )
    where = forms.CharField(
        label=_("Who belongs to it"),
        required=False,
        help_text=_(
            "One question a line, all must match: age: 18-34, 35-54. "
            "Left empty it takes everybody who fits no stratum above."
        ),
        widget=text_box(2, mono=True),
    )


class PurposeRow(RowForm):
    written = ("key", "label")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    label = forms.CharField(label=_("What people agree to"), required=False)
    required = forms.BooleanField(label=_("Needed for taking part"), required=False)
