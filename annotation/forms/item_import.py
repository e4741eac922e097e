"""The form by which a file of items is given."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.enums import ItemFormat


class ItemImportForm(forms.Form):
    """A file and its format. What is in the file a worker finds out."""

    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("File of items"),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=ItemFormat.choices, initial=ItemFormat.AUTO
    )

    def clean_file(self) -> UploadedFile:  # type: ignore[type-arg]
        file = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("This file is larger than %(size)s, the most that this installation takes.")
                % {"size": filesizeformat(settings.IMPORT_MAX_FILE_BYTES)}
            )
        return file
