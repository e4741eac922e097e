"""The frame of a moment, read through the connection that sees it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import ConsentDocument
from annotation.models import Campaign, Guideline, Stratum
from exports.frozen.frame import (
    Frame,
    FrozenCampaign,
    FrozenConsent,
    FrozenGuideline,
    FrozenStratum,
)
from exports.selectors.release import asked_questions
from exports.tables.columns import iso_text
from policies.selectors.register import register_of


def campaigns_at(alias: str, pks: Sequence[int]) -> list[Campaign]:
    """The campaigns as they stand at the moment, in the order of `pks`."""
    found = (
        Campaign.objects.using(alias)
        .select_related("questionnaire", "consent_document")
        .in_bulk(list(pks))
    )
    return [found[pk] for pk in pks]


def frame_of(
    alias: str, campaigns: Sequence[Campaign], numbers: Mapping[int, int], as_of: datetime
) -> Frame:
    """The frame without facts, which are counted once the rows have been copied."""
    return Frame(
        as_of=iso_text(as_of) or "",
        campaigns=[frozen_campaign(alias, one, numbers[one.pk]) for one in campaigns],
        questions=asked_questions(alias, campaigns),
    )


def frozen_campaign(alias: str, campaign: Campaign, number: int) -> FrozenCampaign:
    guidelines = Guideline.objects.using(alias).filter(campaign=campaign).order_by("version")
    strata = Stratum.objects.using(alias).filter(campaign=campaign)
    consents = (
        ConsentDocument.objects.using(alias)
        .filter(series=campaign.consent_document.series)
        .order_by("version")
    )
    return FrozenCampaign(
        pk=campaign.pk,
        slug=campaign.slug,
        title=campaign.title,
        version=number,
        task_type=campaign.task_type,
        paradigm=campaign.paradigm,
        strategy=campaign.strategy,
        repeat_rate=campaign.repeat_rate,
        criteria=campaign.criteria,
        strata=[FrozenStratum(one.pk, one.key, one.where, one.target, one.share) for one in strata],
        guidelines=[
            FrozenGuideline(one.pk, one.version, one.text, iso_text(one.created_at) or "")
            for one in guidelines
        ],
        consents=[
            FrozenConsent(one.version, one.text, one.purposes, one.on_withdrawal)
            for one in consents
        ],
        about=campaign.about,
        register=[one.body() for one in register_of(campaign, using=alias)],
    )
