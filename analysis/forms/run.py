"""Forms of the analysis pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.models import Population
from analysis.services.runs import (
    DEFAULT_BOOTSTRAPS,
    DEFAULT_SEED,
    LARGEST_SEED,
    MOST_BOOTSTRAPS,
)
from annotation.models import Campaign
from annotation.models.group_rule import LARGEST_LEAST, SMALLEST_LEAST


class StartForm(forms.Form):
    """What a run is asked for with."""

    population = forms.ModelChoiceField(
        Population.objects.none(),
        required=False,
        label=_("Weight people to"),
        empty_label=_("no population: unweighted only"),
    )
    bootstraps = forms.IntegerField(
        label=_("Draws for resampled intervals"),
        min_value=0,
        max_value=MOST_BOOTSTRAPS,
        initial=DEFAULT_BOOTSTRAPS,
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=LARGEST_SEED, initial=DEFAULT_SEED
    )

    def __init__(self, *args: object, campaign: Campaign, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        choice = self.fields["population"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        choice.queryset = campaign.populations.all()


class PopulationForm(forms.Form):
    """A table of whom people should speak for."""

    name = forms.CharField(label=_("Name"), max_length=120)
    source = forms.CharField(label=_("Where it is from"), max_length=300, required=False)
    file = forms.FileField(label=_("Table, as CSV"))


class RuleForm(forms.Form):
    """From how many annotators on groups are shown."""

    least_annotators = forms.IntegerField(
        label=_("Annotators in each group that is shown, at least"),
        min_value=SMALLEST_LEAST,
        max_value=LARGEST_LEAST,
    )
