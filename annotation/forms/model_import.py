"""The form by which a file of models' answers is given."""

from django import forms
from django.utils.translation import gettext_lazy

from annotation.forms.judgment_import import sound_file


class ModelImportForm(forms.Form):
    """A file, and what stands in lines that do not say it. The service says what fits."""

    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File of models’ answers"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
        help_text=gettext_lazy(
            "One answer a line: JSON Lines, CSV or Parquet, with item_id, answers and model."
        ),
    )
    model = forms.CharField(
        label=gettext_lazy("Model (optional)"),
        required=False,
        help_text=gettext_lazy("For lines that name none."),
    )
    prompt_version = forms.CharField(
        label=gettext_lazy("Version of the prompt (optional)"),
        required=False,
        help_text=gettext_lazy(
            "How the model was asked, in a word of yours. Another prompt is another version."
        ),
    )

    clean_file = sound_file

    def refused(self, fields: dict[str, str]) -> None:
        """Put what the service refused at its fields."""
        for name, message in fields.items():
            self.add_error(name if name in self.fields else None, message)
