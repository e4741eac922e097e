"""The form of a new personal token."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Scope
from accounts.models import User
from annotation.access import campaigns_run_by
from annotation.enums import Right

SUGGESTED = 100
LIFETIMES = [
    ("7", _("7 days")),
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("one year")),
    ("", _("without end")),
]


class TokenForm(forms.Form):
    """What a token is for, what it may do, where, and for how long."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What uses it, such as “nightly import”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    campaign = forms.CharField(
        label=_("Only for one campaign (optional)"),
        required=False,
        max_length=50,
        help_text=_("Its short name in addresses. Left empty, it reaches all that you reach."),
        widget=forms.TextInput(attrs={"list": "campaigns", "autocomplete": "off"}),
    )
    days = forms.ChoiceField(
        label=_("How long it lasts"), choices=LIFETIMES, required=False, initial="90"
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.campaigns = campaigns_run_by(user, Right.VIEW)

    def suggested(self) -> list[str]:
        """Short names of the newest campaigns, for the browser to complete."""
        return list(self.campaigns.order_by("-pk").values_list("slug", flat=True)[:SUGGESTED])

    def clean(self) -> dict[str, Any]:
        """As `make_token` takes it."""
        cleaned = super().clean() or {}
        days = cleaned.get("days")
        slug = cleaned.pop("campaign", "").strip()
        limit = self.campaigns.filter(slug=slug).values_list("pk", flat=True).first()
        if slug and limit is None:
            self.add_error("campaign", gettext("You have no campaign with this short name."))
        return {**cleaned, "days": int(days) if days else None, "limited_to": limit}
