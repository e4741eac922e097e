"""What people said of why they answered as they did, for those who run the campaign."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.models import AnalysisRun
from annotation.models import Judgment

# Read at once: of a hundred items that are listed the first ones are opened.
MOST_REASONS = 500


@dataclass(frozen=True)
class Reason:
    """Somebody's own words, under their pseudonym."""

    stratum: str
    pseudonym: str
    text: str


def reasons_on(
    run: AnalysisRun, item_ids: Sequence[str], strata: Sequence[str]
) -> dict[str, list[Reason]]:
    """By item, the reasons of people of these strata whose judgments stood then and stand now.

    One query. People who have withdrawn are not among them, whenever the run was made.
    """
    found = (
        Judgment.objects.filter(
            campaign=run.campaign_id,
            item__external_id__in=item_ids,
            stratum__key__in=strata,
            pk__lte=run.highest,
            is_repeat=False,
            erased_at=None,
            superseded_by=None,
            assignment__seat__withdrawn_at=None,
        )
        .exclude(reason="")
        .order_by("stratum__position", "pk")
        .values_list("item__external_id", "stratum__key", "annotator__pseudonym", "reason")
    )
    reasons: dict[str, list[Reason]] = {}
    for item, *parts in found[:MOST_REASONS]:
        reasons.setdefault(item, []).append(Reason(*parts))
    return reasons
