"""What is asked for an audit, a sample to label, and a taxonomy."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from annotation.models import Campaign
from values.enums import Sides
from values.models import Taxonomy
from values.services.auditing import (
    LEAST_DRAWS,
    LEAST_FOLDS,
    LEAST_GROUP,
    MOST_DRAWS,
    MOST_FOLDS,
    Parameters,
)
from values.services.sampling import LEAST_TEXTS, MOST_TEXTS
from values.taxonomies import BUILT_IN, TaxonomyProblem, read_taxonomy

MOST_BYTES = 1024 * 1024
LARGEST_SEED = 2**31 - 1
PARAMETERS = Parameters()


class AuditForm(forms.Form):
    """Which labels, what counts as chosen, and the parameters."""

    use_required_attribute = False

    labels = forms.ChoiceField(
        label=gettext_lazy("Labels"),
        help_text=gettext_lazy("The campaign in which people labelled texts with values."),
    )
    sides = forms.ChoiceField(label=pgettext_lazy("texts preferred over others", "What was chosen"))
    threshold = forms.FloatField(
        label=gettext_lazy("Threshold"),
        help_text=gettext_lazy(
            "A text counts as carrying a value from this predicted share of people: 0.05 to 0.95."
        ),
        initial=0.5,
        min_value=0.05,
        max_value=0.95,
    )
    least_people = forms.IntegerField(
        label=gettext_lazy("Minimum people per labelled text"),
        initial=3,
        min_value=2,
        max_value=1000,
    )
    least_texts = forms.IntegerField(
        label=gettext_lazy("Minimum labelled prompts with a value, and without it"),
        help_text=gettext_lazy("Values with fewer are not reported."),
        initial=10,
        min_value=5,
        max_value=100_000,
    )
    least_group = forms.IntegerField(
        label=gettext_lazy("Smallest group that is reported"),
        help_text=gettext_lazy("More where a campaign's rule on small groups asks for more."),
        initial=LEAST_GROUP,
        min_value=LEAST_GROUP,
        max_value=1000,
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        help_text=gettext_lazy("The same seed on the same data gives the same files."),
        initial=1,
        min_value=0,
        max_value=LARGEST_SEED,
    )
    criterion = forms.ChoiceField(
        label=gettext_lazy("Criterion of the labels"),
        help_text=gettext_lazy("By which of its criteria people labelled the texts."),
        required=False,
    )
    preference = forms.ChoiceField(
        label=gettext_lazy("Criterion of the choice"),
        help_text=gettext_lazy("Where people chose here: by which criterion a text was preferred."),
        required=False,
    )
    folds = forms.IntegerField(
        label=gettext_lazy("Folds"),
        help_text=gettext_lazy("Into so many parts labelled prompts are dealt for testing."),
        required=False,
        initial=PARAMETERS.folds,
        min_value=LEAST_FOLDS,
        max_value=MOST_FOLDS,
    )
    draws = forms.IntegerField(
        label=gettext_lazy("Draws of the bootstrap"),
        help_text=gettext_lazy("More of them make steadier intervals and take longer."),
        required=False,
        initial=PARAMETERS.draws,
        min_value=LEAST_DRAWS,
        max_value=MOST_DRAWS,
    )
    MORE = ("criterion", "preference", "folds", "draws")

    def __init__(
        self,
        *args: Any,
        corpus: Campaign,
        labels: Iterable[Campaign],
        sides: Iterable[Sides],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        labelled = list(labels)
        first = [("", _("the first one"))]
        choices: dict[str, Any] = {
            "labels": [(one.slug, one.title) for one in labelled],
            "sides": [(one.value, one.label) for one in sides],
            "criterion": [*first, *((one.title, criteria_of(one)) for one in labelled)],
            "preference": [*first, *criteria_of(corpus)],
        }
        for name, known in choices.items():
            self.fields[name].choices = known  # type: ignore[attr-defined]

    @property
    def usual_fields(self) -> list[BoundField]:
        return [field for field in self if field.name not in self.MORE]

    @property
    def more_fields(self) -> list[BoundField]:
        """What is left as it is by most: shown when asked for, or where something is wrong."""
        return [self[name] for name in self.MORE]

    @property
    def more_is_open(self) -> bool:
        return any(field.errors for field in self.more_fields)

    def clean_folds(self) -> int:
        return self.cleaned_data["folds"] or PARAMETERS.folds

    def clean_draws(self) -> int:
        return self.cleaned_data["draws"] or PARAMETERS.draws

    def refused(self, fields: dict[str, str]) -> None:
        """Put what the service refused at its fields."""
        for name, message in fields.items():
            self.add_error(name if name in self.fields else None, message)


def criteria_of(campaign: Campaign) -> list[tuple[str, str]]:
    return [(one["key"], one["label"]) for one in campaign.criteria]


class SampleForm(forms.Form):
    """How many texts, how many people, and by which taxonomy."""

    use_required_attribute = False

    size = forms.IntegerField(
        label=gettext_lazy("Texts"), initial=300, min_value=LEAST_TEXTS, max_value=MOST_TEXTS
    )
    people = forms.IntegerField(
        label=gettext_lazy("People per text"), initial=5, min_value=2, max_value=1000
    )
    taxonomy = forms.ChoiceField(label=gettext_lazy("Taxonomy"), required=False)
    sample_seed = forms.IntegerField(
        label=gettext_lazy("Seed of the draw"), initial=1, min_value=0, max_value=LARGEST_SEED
    )

    def __init__(self, *args: Any, taxonomies: Iterable[Taxonomy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(str(one.pk), str(one)) for one in taxonomies]
        self.fields["taxonomy"].choices = [("", _("Value Imprint, seven values")), *own]  # type: ignore[attr-defined]

    def clean_taxonomy(self) -> int | None:
        chosen = self.cleaned_data["taxonomy"]
        return int(chosen) if chosen else None


class TaxonomyForm(forms.Form):
    """A file of values, and what the taxonomy is called."""

    use_required_attribute = False

    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=64,
        help_text=gettext_lazy(
            "Short and without spaces. The same key again makes another version."
        ),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    source = forms.CharField(label=gettext_lazy("Source"), max_length=500, required=False)
    file = forms.FileField(
        label=gettext_lazy("File of values"),
        help_text=gettext_lazy(
            "JSON or CSV with key, label, description and sub_values; in CSV, sub-values are "
            "separated by semicolons."
        ),
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key == BUILT_IN:
            raise forms.ValidationError(_("The built-in taxonomy is called so."))
        return key

    def clean_file(self) -> Any:
        """The values in the file."""
        file: UploadedFile = self.cleaned_data["file"]  # type: ignore[type-arg]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("A taxonomy may have up to 1 MB."))
        try:
            return read_taxonomy(file.read())
        except TaxonomyProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
