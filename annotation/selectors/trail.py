"""Who changed what: a campaign's trail and that of the installation, by keyset."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.deeds import BY_LINK, WITHOUT, Deed, DeedKind
from accounts.enums import Role, Scope
from accounts.models import ApiToken, ConsentDocument, Questionnaire, TrailEntry, User
from annotation.enums import CampaignRole, NoticeEvent, OrganisationRole
from annotation.models import Campaign, Guideline, Quota, Stratum

LINES_A_PAGE = 50
NOTHING = "–"
ROLES = {one.value: one.label for one in (*Role, *CampaignRole, *OrganisationRole)}
SCOPES = {one.value: one.label for one in Scope}
EVENTS = {one.value: one.label for one in NoticeEvent}
# Parts of a campaign: its fields, and what stands elsewhere.
FIELDS = {
    one.name: one.verbose_name
    for one in (*Campaign._meta.concrete_fields, *Campaign._meta.many_to_many)
}
PARTS = {
    **FIELDS,
    "guideline": Guideline._meta.verbose_name,
    "questions": Questionnaire._meta.verbose_name,
    "consent": ConsentDocument._meta.verbose_name,
    "strata": Stratum._meta.verbose_name_plural,
    "quotas": Quota._meta.verbose_name_plural,
    "adaptive": FIELDS["adaptive_budget"],
}


@dataclass(frozen=True)
class TrailFilter:
    """Which entries are wanted: of one person by e-mail, of one kind or deed, of one campaign."""

    who: str = ""
    what: str = ""
    campaign: str = ""


@dataclass(frozen=True)
class TrailLine:
    """An entry for people: `sentence` goes on where `who` ends."""

    entry: TrailEntry
    who: str
    sentence: str
    campaign: str
    token: str


@dataclass(frozen=True)
class TrailPage:
    """Entries newest first, with the ids from which the pages beside this one begin."""

    lines: list[TrailLine] = field(default_factory=list)
    newer: int | None = None
    older: int | None = None


def trail(campaign: Campaign | None = None) -> QuerySet[TrailEntry]:
    """Entries of a campaign, or all of the installation's, newest first.

    Each with `campaign`, its slug today, and `token`, the name of the token it was done by.
    """
    entries = TrailEntry.objects.all() if campaign is None else of_campaign(campaign)
    campaigns = Campaign.objects.filter(pk=OuterRef("campaign_id"))
    tokens = ApiToken.objects.filter(pk=OuterRef("token_id"))
    return (
        entries.select_related("actor")
        .annotate(campaign=Subquery(campaigns.values("slug")))
        .annotate(token=Subquery(tokens.values("name")))
        .order_by("-pk")
    )


def of_campaign(campaign: Campaign) -> QuerySet[TrailEntry]:
    return TrailEntry.objects.filter(campaign_id=campaign.pk)


def filtered(entries: QuerySet[TrailEntry], wanted: TrailFilter) -> QuerySet[TrailEntry]:
    """Those that are wanted; nobody and nothing found is none."""
    if wanted.who:
        entries = entries.filter(actor__in=User.objects.filter(email__iexact=wanted.who))
    if wanted.what:
        keys = Deed.of_kind(wanted.what) if wanted.what in DeedKind.values else [wanted.what]
        entries = entries.filter(deed__in=keys)
    if wanted.campaign:
        entries = entries.filter(
            campaign_id__in=Campaign.objects.filter(slug=wanted.campaign).values("pk")
        )
    return entries


def trail_page(
    entries: QuerySet[TrailEntry], *, before: int | None = None, after: int | None = None
) -> TrailPage:
    """Entries by keyset: older than `before`, or newer than `after`, or the newest."""
    if after is not None:
        found = list(entries.filter(pk__gt=after).order_by("pk")[: LINES_A_PAGE + 1])
        more_newer, more_older = len(found) > LINES_A_PAGE, True
        found = found[:LINES_A_PAGE][::-1]
    else:
        if before is not None:
            entries = entries.filter(pk__lt=before)
        found = list(entries[: LINES_A_PAGE + 1])
        more_newer, more_older = before is not None, len(found) > LINES_A_PAGE
        found = found[:LINES_A_PAGE]
    return TrailPage(
        lines=[trail_line(one) for one in found],
        newer=found[0].pk if found and more_newer else None,
        older=found[-1].pk if found and more_older else None,
    )


def trail_line(entry: Any) -> TrailLine:
    """An entry of `trail` for people."""
    return TrailLine(
        entry=entry,
        who=entry.actor.email if entry.actor else who_else(entry),
        sentence=sentence(entry),
        campaign=entry.campaign or "",
        token=entry.token or "",
    )


def who_else(entry: TrailEntry) -> str:
    """Who it was where no account tells."""
    if entry.actor_id is not None:
        return _("somebody whose account is gone")
    if entry.details.get("link") is not None:
        return _("somebody by a link")
    return _("the installation")


def sentence(entry: TrailEntry) -> str:
    """What was done, in the reader's language; the key of a deed that is not known here."""
    if entry.deed not in Deed.values:
        return entry.deed
    deed, details = Deed(entry.deed), entry.details
    told = Told(details)
    missing, instead = WITHOUT.get(deed, ("", ""))
    if missing and not details.get(missing):
        return str(instead)
    people = str(details.get("whom", ""))
    if deed in BY_LINK and people.isdigit():
        return str(BY_LINK[deed] % Told(details, people=int(people)))
    return str(deed.label) % told


class Told(dict[str, Any]):
    """Details as a sentence shows them, and numbers by which it takes its plural."""

    def __init__(self, details: Mapping[str, Any], **numbers: int) -> None:
        super().__init__({name: shown(name, value) for name, value in details.items()}, **numbers)

    def __missing__(self, name: str) -> str:
        return NOTHING


def shown(name: str, value: Any) -> str:
    """A detail for people."""
    if value is None or value == "":
        return NOTHING
    if name == "ends_at":
        return date_format(datetime.fromisoformat(value), "DATETIME_FORMAT")
    if name == "role":
        return str(ROLES.get(value, value))
    if name == "scopes":
        return named(value, SCOPES)
    if name == "events":
        return named(value, EVENTS)
    if name == "parts":
        return ", ".join(part_name(one) for one in value.split(", "))
    if name == "job":
        return job_name(str(value))
    return str(value)


def named(keys: str | list[str], labels: Mapping[str, Any]) -> str:
    """Keys, as a list or with commas, by what they are called."""
    each = keys.split(", ") if isinstance(keys, str) else keys
    return ", ".join(str(labels.get(one, one)) for one in each)


def part_name(part: str) -> str:
    """What a part of a campaign is called."""
    return str(PARTS.get(part, part))


def job_name(model: str) -> str:
    """What a kind of job is called."""
    names = {one._meta.model_name: one._meta.verbose_name for one in apps.get_models()}
    return str(names.get(model, model))


def people_in(campaign: Campaign) -> list[str]:
    """E-mails of those who did something in a campaign."""
    acted = of_campaign(campaign).exclude(actor=None).order_by().values("actor").distinct()
    return list(User.objects.filter(pk__in=acted).order_by("email").values_list("email", flat=True))
