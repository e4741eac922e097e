"""Reading campaigns: their parts in the shape of the campaign body, and their numbers."""

from itertools import chain, count

from django.db.models import Q, QuerySet

from accounts.models import Annotator, Question
from annotation.models import Campaign, Coverage, Judgment, Seat
from annotation.specs import QuestionSpec, QuotaSpec, StratumSpec


def campaign_questions(campaign: Campaign) -> list[QuestionSpec]:
    """The questions asked before judging, in order."""
    return [question_spec(question) for question in campaign.questionnaire.questions.all()]


def question_spec(question: Question) -> QuestionSpec:
    spec: QuestionSpec = {
        "key": question.key,
        "label": question.label,
        "kind": question.kind,
        "options": question.options,
        "purpose": question.purpose,
    }
    if question.show_if:
        spec["show_if"] = question.show_if
    return spec


def campaign_strata(campaign: Campaign) -> list[StratumSpec]:
    """The strata that the researcher defined; the implicit one of everybody is not among them."""
    return [
        {
            "key": stratum.key,
            "where": stratum.where,
            "quota": stratum.quota,
            "target": None if campaign.overlap else int(stratum.expected),
            "targets": stratum.targets,
            "share": stratum.share,
        }
        for stratum in campaign.strata.all()
        if not stratum.is_implicit
    ]


def campaign_quotas(campaign: Campaign) -> list[QuotaSpec]:
    """The marginal quotas, across strata."""
    return [
        {"key": quota.key, "where": quota.where, "seats": quota.seats}
        for quota in campaign.quotas.all()
    ]


def campaign_overlap(campaign: Campaign) -> int:
    """Judgments wanted per item over all strata; with item strata, of an item in none of them."""
    return campaign.overlap or sum(int(one.expected) for one in campaign.strata.all())


def coverage_cells(campaign: Campaign, *, after: int = 0) -> QuerySet[Coverage]:
    """Coverage by item id and the strata's order, from behind the cell with id `after`.

    By keyset on the index of items' ids. Raises `Coverage.DoesNotExist` for a cell that is not
    the campaign's.
    """
    cells = (
        Coverage.objects.filter(item__campaign=campaign)
        .select_related("item", "stratum")
        .defer("item__prompt", "item__metadata")
        .order_by("item__external_id", "stratum__position")
    )
    if not after:
        return cells
    last = cells.get(pk=after)
    item, position = last.item.external_id, last.stratum.position
    return cells.filter(
        Q(item__external_id__gt=item) | Q(stratum__position__gt=position),
        item__external_id__gte=item,
    )


def latest_judgments(campaign: Campaign) -> QuerySet[Judgment]:
    """Judgments, newest first, with what a page shows of them; nothing of withdrawn people."""
    return (
        Judgment.objects.filter(campaign=campaign, erased_at=None)
        .select_related("item", "annotator", "stratum", "profile", "consent__document", "guideline")
        .order_by("-pk")
    )


def seats_by_campaign(annotator: Annotator) -> dict[int, Seat]:
    """The annotator's seats by campaign id."""
    return {seat.campaign_id: seat for seat in Seat.objects.filter(annotator=annotator)}


def free_slug(wanted: str) -> str:
    """An address that no campaign has now: the one wanted, or with a number behind it."""
    stem = wanted[:60].rstrip("-_")
    taken = set(Campaign.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(slug for slug in chain([stem], numbered) if slug not in taken)
