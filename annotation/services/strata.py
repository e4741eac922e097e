"""A campaign's strata and quotas: laid anew in a draft, aligned in an open campaign."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.errors import Conflict
from annotation.models import Campaign, Quota, Stratum
from annotation.selectors.allocation import expected_by_stratum
from annotation.specs import QuotaSpec, StratumSpec

EVERYBODY = "everyone"


def lay_strata(campaign: Campaign, strata: Sequence[StratumSpec]) -> None:
    """Lay the strata anew while nobody has a seat; what was planned for old ones goes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM annotation_coverage WHERE stratum_id IN "
            "(SELECT id FROM annotation_stratum WHERE campaign_id = %s)",
            [campaign.pk],
        )
        cursor.execute("DELETE FROM annotation_stratum WHERE campaign_id = %s", [campaign.pk])
    if not strata:
        overlap = campaign.overlap or 1
        Stratum.objects.create(
            campaign=campaign, key=EVERYBODY, target=overlap, expected=overlap, is_implicit=True
        )
        return
    expected = expected_by_stratum(strata, campaign.overlap)
    Stratum.objects.bulk_create(
        new_stratum(campaign, spec, position, expected[position])
        for position, spec in enumerate(strata)
    )


def new_stratum(campaign: Campaign, spec: StratumSpec, position: int, expected: float) -> Stratum:
    return Stratum(
        campaign=campaign,
        key=spec["key"],
        where=spec["where"],
        expected=expected,
        targets=spec["targets"],
        target=most_per_item(spec, expected),
        share=spec["share"],
        quota=spec["quota"],
        position=position,
    )


def most_per_item(spec: StratumSpec, expected: float) -> int:
    """The most judgments that one item can want of the stratum."""
    return max([-int(-expected // 1), *spec["targets"].values()])


def align_strata(campaign: Campaign, strata: Sequence[StratumSpec]) -> None:
    """Change an opened campaign's targets and quotas and add strata; who belongs where stays.

    Raises `Conflict` where a stratum is missing, stands elsewhere or is defined otherwise, where
    a quota is below the seats taken, or where the overlap is allocated: its draws are made.
    """
    current = list(campaign.strata.all())
    if campaign.overlap or any(stratum.is_implicit for stratum in current) or allocates(strata):
        raise frozen("strata")
    for position, stratum in enumerate(current):
        spec = strata[position] if position < len(strata) else None
        if spec is None or (spec["key"], spec["where"]) != (stratum.key, stratum.where):
            raise frozen("strata")
        align_stratum(stratum, spec)
    expected = expected_by_stratum(strata, None)
    Stratum.objects.bulk_create(
        new_stratum(campaign, spec, position, expected[position])
        for position, spec in enumerate(strata)
        if position >= len(current)
    )


def align_stratum(stratum: Stratum, spec: StratumSpec) -> None:
    quota = spec["quota"]
    if quota is not None and quota < stratum.seats_taken:
        raise Conflict(
            ngettext(
                '%(taken)d people of stratum "%(key)s" have seats already; the quota '
                "cannot be lower. Nothing was changed.",
                '%(taken)d people of stratum "%(key)s" have seats already; the quota '
                "cannot be lower. Nothing was changed.",
                stratum.seats_taken,
            )
            % {"taken": stratum.seats_taken, "key": stratum.key},
            code="quota-below-seats",
        )
    stratum.expected = float(spec["target"] or 0)
    stratum.targets = spec["targets"]
    stratum.target = most_per_item(spec, stratum.expected)
    stratum.share, stratum.quota = spec["share"], quota
    stratum.save(update_fields=["expected", "targets", "target", "share", "quota"])


def set_quotas(campaign: Campaign, quotas: Sequence[QuotaSpec]) -> None:
    """The campaign's marginal quotas, before anybody has a seat."""
    campaign.quotas.all().delete()
    Quota.objects.bulk_create(
        Quota(campaign=campaign, key=spec["key"], where=spec["where"], seats=spec["seats"])
        for spec in quotas
    )


def frozen(*fields: str) -> Conflict:
    return Conflict(
        _("Frozen since the campaign was opened: %(fields)s. Nothing was changed.")
        % {"fields": ", ".join(fields)},
        code="frozen",
    )


def allocates(strata: Sequence[StratumSpec]) -> bool:
    """Whether an overlap is to be allocated to these strata, as none has a target of its own."""
    return bool(strata) and all(stratum["target"] is None for stratum in strata)
