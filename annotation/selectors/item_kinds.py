"""Which of a campaign's item strata an item belongs to, as SQL."""

import json

from annotation.models import Campaign

# The first of the item strata whose every `where` the item fits. Joined behind `item`, with the
# names of `kind_names`.
KIND_OF_ITEM = """
LEFT JOIN LATERAL (
    SELECT rule.value ->> 'key' AS key
    FROM jsonb_array_elements(%(item_strata)s::jsonb) WITH ORDINALITY AS rule
    WHERE NOT EXISTS (
        SELECT 1 FROM jsonb_each(rule.value -> 'where') AS part
        WHERE NOT part.value ? coalesce(
            CASE part.key WHEN 'language' THEN item.language ELSE item.metadata ->> part.key END,
            ''))
    ORDER BY rule.ordinality LIMIT 1
) kind ON %(has_item_strata)s
"""


def kind_names(campaign: Campaign) -> dict[str, str | bool]:
    """What `KIND_OF_ITEM` needs to know of the campaign."""
    return {
        "item_strata": json.dumps(campaign.item_strata),
        "has_item_strata": bool(campaign.item_strata),
    }
