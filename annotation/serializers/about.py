"""What researchers state of a campaign for the documentation of its datasets; all optional."""

import math
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

ORCID = RegexValidator(
    r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]\Z", gettext_lazy("An ORCID reads 0000-0000-0000-0000.")
)
LICENSE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9.+-]*\Z",
    gettext_lazy("Give a license’s identifier, such as CC-BY-4.0."),
)
TEXTS = (
    *("summary", "items", "recruitment", "pay", "population", "ethics", "funding"),
    *("uses", "limits", "maintenance", "contact"),
)


class AuthorSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    affiliation = serializers.CharField(max_length=300, required=False, allow_blank=True)
    orcid = serializers.CharField(required=False, allow_blank=True, validators=[ORCID])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in attrs.items() if value}


class AboutSerializer(serializers.Serializer[Any]):
    """What is left out is named in the dataset card as not stated."""

    summary = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="What it is for, and why."
    )
    items = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=5000,
        help_text="Where prompts and responses come from, and how they were chosen.",
    )
    recruitment = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="How people were found."
    )
    pay = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="What people got for it."
    )
    population = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=5000,
        help_text="Whom the people are meant to stand for, and the source of the shares.",
    )
    population_shares = serializers.DictField(
        child=serializers.DictField(child=serializers.FloatField(min_value=0), allow_empty=False),
        required=False,
        help_text="Question → option → share of that population, on any scale.",
    )
    ethics = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="Who reviewed it."
    )
    funding = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    uses = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="What the data is meant for."
    )
    limits = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=5000,
        help_text="What the data must not be used for, and what it cannot show.",
    )
    maintenance = serializers.CharField(
        required=False, allow_blank=True, max_length=5000, help_text="How it is kept up."
    )
    contact = serializers.CharField(required=False, allow_blank=True, max_length=300)
    license = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        validators=[LICENSE],
        help_text="An identifier of SPDX, such as CC-BY-4.0.",
    )
    url = serializers.URLField(required=False, allow_blank=True, max_length=500)
    authors = AuthorSerializer(many=True, required=False)

    def validate_population_shares(
        self, shares: dict[str, dict[str, float]]
    ) -> dict[str, dict[str, float]]:
        for options in shares.values():
            total = sum(options.values())
            if not math.isfinite(total) or not total:
                raise serializers.ValidationError(_("A valid number is required."))
        return shares

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is empty is not stated."""
        return {key: value for key, value in attrs.items() if value}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = (
            [str(key) for key in data if key not in self.fields] if hasattr(data, "keys") else []
        )
        if unknown:
            raise serializers.ValidationError(
                {key: _("A campaign has no such setting.") for key in unknown}
            )
        return dict(super().to_internal_value(data))
