"""What of a campaign a design begins from."""

from annotation.models import Campaign


def planned_parts(campaign: Campaign) -> tuple[list[tuple[str, int, int | None]], int]:
    """The strata as (key, target for an item, quota), and how many items there are."""
    strata = list(campaign.strata.values_list("key", "target", "quota"))
    return strata, campaign.items.count()
