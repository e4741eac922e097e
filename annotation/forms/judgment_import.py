"""The form by which a file of judgments is given, with what is stated of its people."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.enums import JudgmentFormat
from annotation.models import Campaign

STRENGTHS = (
    ("", gettext_lazy("as the file tells")),
    ("1", gettext_lazy("1: slightly better")),
    ("2", gettext_lazy("2: clearly better")),
)


def sound_file(form: forms.Form) -> UploadedFile:  # type: ignore[type-arg]
    """The file that was given, unless it is larger than what is taken."""
    file: UploadedFile = form.cleaned_data["file"]  # type: ignore[type-arg]
    if (file.size or 0) > settings.IMPORT_MAX_FILE_BYTES:
        raise forms.ValidationError(
            _("This file is larger than %(size)s, the most that this installation takes.")
            % {"size": filesizeformat(settings.IMPORT_MAX_FILE_BYTES)}
        )
    return file


class StatementForm(forms.Form):
    """What whoever gives judgments states of them and their people. The service says what fits."""

    use_required_attribute = False

    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("I state that these people agreed to these sentences:"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    basis = forms.CharField(
        label=gettext_lazy("Basis (optional)"),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Why you may state this: the consent form of the study, the licence of the data. It "
            "is kept, and stands in datasets."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Source (optional)"),
        required=False,
        help_text=gettext_lazy(
            "A name for where ids of people are from. Files of one source mean the same people by "
            "the same ids; files of others do not."
        ),
    )
    strength = forms.ChoiceField(
        label=gettext_lazy("Strength of every preference"),
        required=False,
        choices=STRENGTHS,
        help_text=gettext_lazy(
            "For pairs that only say which response is better. Datasets tell that you stated it."
        ),
    )

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose_rows = campaign.consent_document.purposes
        field = self.fields["purposes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(one["key"], one["label"]) for one in self.purpose_rows]

    @property
    def chosen(self) -> list[str]:
        """The keys of the purposes that are ticked."""
        return list(self["purposes"].value() or [])

    def stated(self) -> dict[str, Any]:
        """What the service is told of the people and of what they said."""
        given = self.cleaned_data
        return {
            "purposes": given["purposes"],
            "basis": given["basis"],
            "source": given["source"].strip(),
            "strength": int(given["strength"]) if given["strength"] else None,
        }

    def refused(self, fields: dict[str, str]) -> None:
        """Put what the service refused at its fields."""
        for path, message in fields.items():
            self.add_error(path if path in self.fields else None, message)


class JudgmentImportForm(StatementForm):
    """A file of judgments and its format, with what is stated."""

    file = forms.FileField(
        label=gettext_lazy("File of judgments"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=JudgmentFormat.choices, initial=JudgmentFormat.AUTO
    )
    columns = forms.CharField(
        label=gettext_lazy("Columns of a table of pairs (optional)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=gettext_lazy("One a line, as in item_id=pair or annotator_id=worker."),
    )
    takes_items = forms.BooleanField(
        label=gettext_lazy("Import the items that the file brings"), required=False, initial=True
    )

    clean_file = sound_file

    def stated(self) -> dict[str, Any]:
        """What the service is told besides the file."""
        given = self.cleaned_data
        return {
            **super().stated(),
            "format": given["format"],
            "columns": given["columns"],
            "takes_items": given["takes_items"],
        }
