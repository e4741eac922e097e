"""Texts of items, as far as they are needed to see which are alike."""

from collections.abc import Sequence

from annotation.models import Campaign, Item

ITEMS_AT_ONCE = 1000


def prompts_of(campaign: Campaign, pks: Sequence[int], most_characters: int) -> dict[int, str]:
    """By item, the beginning of its prompt; of a conversation all turns after each other."""
    items = Item.objects.filter(campaign=campaign, pk__in=pks).values_list("pk", "prompt")
    found = {}
    for pk, prompt in items.iterator(chunk_size=ITEMS_AT_ONCE):
        text = prompt if isinstance(prompt, str) else " ".join(turn["content"] for turn in prompt)
        found[pk] = text[:most_characters]
    return found
