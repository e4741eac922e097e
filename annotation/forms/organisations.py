"""Forms of organisations' pages, and of the organisation that a campaign belongs to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotation.access import organisations_of
from annotation.enums import OrganisationRole
from annotation.forms.team import InviteForm
from annotation.models import OrganisationCampaign


class OrganisationForm(forms.Form):
    """A new organisation."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        max_length=64,
        help_text=_("Letters, digits, hyphens and underscores. It cannot be changed later."),
    )


class OrganisationNameForm(forms.Form):
    """Another name for an organisation."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=200)


class OrganisationInviteForm(InviteForm):
    """To one e-mail, or without one by a link for so many people."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=OrganisationRole.choices,
        help_text=_(
            "Members view the campaigns that say so. Admins are owners of all campaigns of the "
            "organisation, and decide who is in it."
        ),
    )


class PlacementForm(forms.Form):
    """Which organisation a campaign belongs to: one of this person's, or the one it has."""

    organisation = forms.ChoiceField(
        label=_("Organisation"),
        required=False,
        help_text=_("Whoever administers it is an owner of this campaign from then on."),
    )
    members_read = forms.BooleanField(label=_("All of its members may view it"), required=False)

    def __init__(
        self, data: Any = None, *, user: User, placed: OrganisationCampaign | None
    ) -> None:
        initial = {
            "organisation": placed.organisation.slug if placed else "",
            "members_read": placed.members_read if placed else False,
        }
        super().__init__(data, initial=initial)
        known = dict(organisations_of(user).values_list("slug", "name"))
        if placed:
            known.setdefault(placed.organisation.slug, placed.organisation.name)
        choices = [("", _("none")), *known.items()]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
        self.has_choice = bool(known)
