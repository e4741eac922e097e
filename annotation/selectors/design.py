"""What of a campaign a design begins from."""

from annotation.models import Campaign


def planned_parts(campaign: Campaign) -> tuple[list[tuple[str, int, int | None]], int]:
    """The strata as (key, target for an item, quota), and how many items there are.

    Where an overlap is allocated to strata, an item's target is drawn; planning goes by the whole
    number nearest to what is expected, and by one at least where anything is.
    """
    rows = campaign.strata.values_list("key", "expected", "quota")
    strata = [
        (key, max(1, round(expected)) if expected else 0, quota) for key, expected, quota in rows
    ]
    return strata, campaign.items.count()
