"""What a campaign says of its bounds, and its risk–benefit register."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.models import Campaign
from annotation.models.group_rule import LARGEST_LEAST
from annotation.services.small_groups import set_least_people
from policies.enums import LEAST_PEOPLE
from policies.errors import Unfit
from policies.models import BoundsSetting, RegisterEntry
from policies.register import BY_KEY
from policies.selectors.rules import least_people


@transaction.atomic
def change_setting(
    campaign: Campaign, *, applies_to_training: bool, least: int, by: User
) -> BoundsSetting:
    """Set what the campaign says of its bounds, and where `least` is another number than what
    reports tell from, the campaign's smallest group.

    Raises `Unfit` for a group that is too small, `PermissionDenied` for one that is smaller than
    before, unless an admin asks for it.
    """
    if not LEAST_PEOPLE <= least <= LARGEST_LEAST:
        words = _("Give a number from %(from)s to %(to)s.")
        raise Unfit(
            _("These settings are not possible."),
            fields={"least_people": words % {"from": LEAST_PEOPLE, "to": LARGEST_LEAST}},
        )
    if least != least_people([campaign]):
        set_least_people(campaign, least, changed_by=by)
    setting, _new = BoundsSetting.objects.update_or_create(
        campaign=campaign,
        defaults={
            "applies_to_training": applies_to_training,
            "changed_by": by,
            "changed_at": timezone.now(),
        },
    )
    record(Deed.BOUNDS_SETTING, campaign=campaign, by=by, applies_to_training=applies_to_training)
    return setting


@transaction.atomic
def change_register(
    campaign: Campaign, said: Sequence[Mapping[str, Any]], *, by: User
) -> list[RegisterEntry]:
    """Keep what is said of headings of the register; those not named stay as they were.

    Raises `Unfit` for a heading that the taxonomy does not have.
    """
    unknown = sorted({one["key"] for one in said} - set(BY_KEY))
    if unknown:
        raise Unfit(
            _("The register was not changed."),
            fields={"entries": _("There is no heading %(key)s.") % {"key": ", ".join(unknown)}},
        )
    headings = ", ".join(one["key"] for one in said)
    record(Deed.BOUNDS_REGISTER, campaign=campaign, by=by, parts=headings)
    return [
        RegisterEntry.objects.update_or_create(
            campaign=campaign,
            key=one["key"],
            defaults={
                **{name: value for name, value in one.items() if name != "key"},
                "changed_by": by,
                "changed_at": timezone.now(),
            },
        )[0]
        for one in said
    ]
