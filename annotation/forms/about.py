"""The fields in which researchers state what only they know of a campaign."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.forms.campaign import text_box
from annotation.forms.text_lists import filled_lines

PREFIX = "about_"
AUTHOR_PARTS = ("name", "affiliation", "orcid")


class AboutFields(forms.Form):
    """Texts as they are; authors and shares one a line."""

    use_required_attribute = False

    about_summary = forms.CharField(
        label=_("What the campaign is for"), required=False, widget=text_box(3)
    )
    about_items = forms.CharField(
        label=_("Where prompts and responses come from"),
        required=False,
        help_text=_("And how they were chosen."),
        widget=text_box(3),
    )
    about_recruitment = forms.CharField(
        label=_("How people were found"), required=False, widget=text_box(3)
    )
    about_pay = forms.CharField(
        label=_("What people got for it"), required=False, widget=text_box(2)
    )
    about_population = forms.CharField(
        label=_("Whom they are meant to stand for"),
        required=False,
        help_text=_("With the source of the shares below."),
        widget=text_box(2),
    )
    about_population_shares = forms.CharField(
        label=_("Shares of that population"),
        required=False,
        help_text=_("One option a line: question, option: share. On any scale."),
        widget=text_box(4, mono=True),
    )
    about_ethics = forms.CharField(label=_("Ethical review"), required=False, widget=text_box(2))
    about_funding = forms.CharField(label=_("Funding"), required=False, widget=text_box(2))
    about_uses = forms.CharField(
        label=_("What the data is meant for"), required=False, widget=text_box(3)
    )
    about_limits = forms.CharField(
        label=_("What it must not be used for, or cannot show"), required=False, widget=text_box(3)
    )
    about_maintenance = forms.CharField(
        label=_("How it is kept up"), required=False, widget=text_box(2)
    )
    about_authors = forms.CharField(
        label=_("Authors to cite"),
        required=False,
        help_text=_("One a line: name; affiliation; ORCID."),
        widget=text_box(3),
    )
    about_contact = forms.CharField(
        label=_("Contact"), required=False, help_text=_("It is published with the data.")
    )
    about_license = forms.CharField(
        label=_("License"),
        required=False,
        help_text=_("An identifier of SPDX, such as CC-BY-4.0."),
        widget=forms.TextInput(attrs={"class": "mono", "autocapitalize": "none"}),
    )
    about_url = forms.CharField(label=_("Web address"), required=False)

    @classmethod
    def is_in(cls, data: Mapping[str, Any]) -> bool:
        """Whether a form sent these fields at all."""
        return any(name in data for name in cls.base_fields)

    @property
    def is_stated(self) -> bool:
        """Whether anything is, or is wrong."""
        return any(self[name].value() or self[name].errors for name in self.fields)

    def written(self) -> dict[str, Any]:
        """What was sent, in the shape of the campaign's body; what is empty is left out."""
        about: dict[str, Any] = {
            name.removeprefix(PREFIX): text for name in self.fields if (text := self.text(name))
        }
        if "authors" in about:
            about["authors"] = [author_of(line) for line in filled_lines(about["authors"])]
        if "population_shares" in about:
            try:
                about["population_shares"] = shares_in(about["population_shares"])
            except ValueError as error:
                problem = _("Write “question, option: share”; this does not read so: %s")
                self.add_error("about_population_shares", problem % error)
                del about["population_shares"]
        return about

    def text(self, name: str) -> str:
        # Browsers end lines with CR LF; REST clients do not.
        return str(self.data.get(name, "")).replace("\r\n", "\n").strip()


def author_of(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split(";", 2)]
    return {key: part for key, part in zip(AUTHOR_PARTS, parts, strict=False) if part}


def shares_in(text: str) -> dict[str, dict[str, str]]:
    """`question, option: share` a line, numbers as written; raises ValueError with a wrong line."""
    shares: dict[str, dict[str, str]] = {}
    for line in filled_lines(text):
        names, separator, number = (part.strip() for part in line.rpartition(":"))
        question, comma, option = (part.strip() for part in names.partition(","))
        if not (separator and comma and question and option and number):
            raise ValueError(line)
        if option in shares.setdefault(question, {}):
            raise ValueError(line)
        shares[question][option] = number
    return shares


def write_about(about: Mapping[str, Any]) -> dict[str, str]:
    """What is stated as the fields show it."""
    shown = {f"{PREFIX}{name}": value for name, value in about.items()}
    if "authors" in about:
        shown["about_authors"] = "\n".join(
            "; ".join(one.get(part, "") for part in AUTHOR_PARTS).rstrip("; ")
            for one in about["authors"]
        )
    if "population_shares" in about:
        shown["about_population_shares"] = "\n".join(
            f"{question}, {option}: {share!r}"
            for question, options in about["population_shares"].items()
            for option, share in options.items()
        )
    return shown
