"""The fields of the campaign page. What is valid is not said here but by `CampaignSerializer`."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OnWithdrawal, QuestionKind
from annotation.enums import Paradigm, Strategy, TaskTypeKey, Uncertainty
from annotation.forms.rows import RowForm


def number_input(*, step: str = "1", least: str = "1", most: str = "") -> forms.NumberInput:
    bounds = {"min": least, "step": step, "inputmode": "decimal" if step != "1" else "numeric"}
    return forms.NumberInput(attrs={**bounds, **({"max": most} if most else {})})


def text_box(rows: int, *, mono: bool = False) -> forms.Textarea:
    # What is written line by line in signs reads by its own words' direction, not by the page's.
    lines = {"class": "mono", "dir": "auto"} if mono else {}
    return forms.Textarea(attrs={"rows": rows, **lines})


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
        help_text=_(
            "Distinct annotators per item. Strata without targets share it out among them; where "
            "strata have targets, it is not used."
        ),
        widget=number_input(),
    )
    strategy = forms.ChoiceField(
        label=_("Which item is served next"), required=False, choices=Strategy.choices
    )
    adaptive_budget = forms.CharField(
        label=_("Further judgments to allot"),
        required=False,
        help_text=_("Beyond the targets, which every item reaches first."),
        widget=number_input(least="0"),
    )
    adaptive_most = forms.CharField(
        label=_("Most judgments of a stratum on an item"),
        required=False,
        help_text=_("Targets included."),
        widget=number_input(),
    )
    adaptive_measure = forms.ChoiceField(
        label=_("They go where this is large"), required=False, choices=Uncertainty.choices
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
    max_per_day = forms.CharField(
        label=_("Most per annotator and day (optional)"),
        required=False,
        help_text=_("Days of UTC."),
        widget=number_input(),
    )
    max_per_session = forms.CharField(
        label=_("Most per annotator and session (optional)"),
        required=False,
        help_text=_("Then they are asked to take a break."),
        widget=number_input(),
    )
    session_break_minutes = forms.CharField(
        label=_("Break in minutes"),
        required=False,
        help_text=_("So long without a judgment ends a session."),
        widget=number_input(),
    )
    seat_hours = forms.CharField(
        label=_("Hours that an unused seat is kept"),
        required=False,
        help_text=_("Who has joined and judged nothing by then makes room for others."),
        widget=number_input(),
    )
    excludes = forms.MultipleChoiceField(
        label=_("Who has a seat in one of these cannot join"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
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
    on_withdrawal = forms.ChoiceField(
        label=_("When somebody withdraws"),
        required=False,
        choices=OnWithdrawal.choices,
        help_text=_(
            "What they said about themselves goes in any case. Judgments that stay lead to nobody "
            "any more, lose what was written in own words, and keep their places. The consent page "
            "says which it is, and for each person the version holds that they agreed to."
        ),
    )


class CriterionRow(RowForm):
    written = ("key", "label")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    label = forms.CharField(label=_("Question to annotators"), required=False)
    scale = forms.CharField(
        label=_("Scale"),
        required=False,
        help_text=_(
            "For ratings a step a line, “1 = Poor”, or a slider, “0 to 100 step 1”, with “low = …” "
            "and “high = …” below. For values one a line, “key = label: description”, and last "
            "“strengths: a little, much”. Left empty: five steps, or the seven values of Value "
            "Imprint."
        ),
        widget=text_box(4, mono=True),
    )


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
    # The set of the library that the question was taken from: its translations come along.
    library = forms.CharField(required=False, widget=forms.HiddenInput())
    show_if = forms.CharField(
        label=_("Asked only of whom (optional)"),
        required=False,
        help_text=_("One earlier question a line, all must match: region: north, south."),
        widget=text_box(2, mono=True),
    )


class StratumRow(RowForm):
    written = ("key", "target", "quota", "where", "share", "targets")

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
    share = forms.CharField(
        label=_("Share of the population (optional)"),
        required=False,
        help_text=_("On any scale. The overlap is shared out by it; else equally."),
        widget=number_input(step="any", least="0"),
    )
    targets = forms.CharField(
        label=_("Other targets for kinds of items (optional)"),
        required=False,
        help_text=_("One item stratum a line: safety: 3."),
        widget=text_box(2, mono=True),
    )

    @property
    def has_more(self) -> bool:
        """Whether what is needed less often says something here, or is wrong."""
        return any(self[name].value() or self[name].errors for name in ("share", "targets"))

    def keep_who_belongs(self) -> None:
        """Show key and definition without letting them be changed: people have joined by them."""
        for name in ("key", "where"):
            self.fields[name].widget.attrs["readonly"] = True
        self.fields["where"].help_text = _("Who belongs to it stays as it is.")


class ItemStratumRow(RowForm):
    written = ("key", "where")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    where = forms.CharField(
        label=_("Which items belong to it"),
        required=False,
        help_text=_(
            "“language” or a key of the items’ metadata a line, all must match: "
            "topic: safety, harm. The first item stratum that fits holds."
        ),
        widget=text_box(2, mono=True),
    )


class QuotaRow(RowForm):
    written = ("key", "seats", "where")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    seats = forms.CharField(label=_("Most seats"), required=False, widget=number_input(least="0"))
    where = forms.CharField(
        label=_("Whose seats are counted"),
        required=False,
        help_text=_("One question a line, all must match: gender: woman."),
        widget=text_box(2, mono=True),
    )


class PurposeRow(RowForm):
    written = ("key", "label")

    key = forms.CharField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs={"class": "mono"})
    )
    label = forms.CharField(label=_("What people agree to"), required=False)
    required = forms.BooleanField(label=_("Needed for taking part"), required=False)
