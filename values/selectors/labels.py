"""What people said of the texts of a campaign of task type *values*."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from annotation.content import plain_text
from annotation.models import Campaign, Judgment, Response
from annotation.task_types.scales import clean_values_scale, value_keys
from values.classifier.labelled import Labelled

MOST_LABELLED = 20_000


@dataclass(frozen=True)
class Labels:
    """Labelled texts, with what the classifier does not look at.

    `item_ids` and `sides` are by text, `stratum_of` by person: the key of the stratum they judged
    in, "" where nobody knows it any more. `taxonomy` is the scale by which people were asked.
    """

    labelled: Labelled
    taxonomy: dict[str, Any]
    item_ids: list[str] = field(default_factory=list)
    sides: list[str] = field(default_factory=list)
    stratum_of: list[str] = field(default_factory=list)


def counting_judgments(campaign: Campaign, until: int) -> QuerySet[Judgment]:
    """Everybody's newest answers among judgments up to a number: no repeats, nothing erased."""
    newest = Q(superseded_by=None) | Q(superseded_by__pk__gt=until)
    return Judgment.objects.filter(
        newest,
        campaign=campaign,
        pk__lte=until,
        erased_at=None,
        is_repeat=False,
        item__check_answers__isnull=True,
    )


def taxonomy_asked(campaign: Campaign, criterion: str) -> dict[str, Any]:
    """The scale of a criterion of a values campaign."""
    scale = next(one["scale"] for one in campaign.criteria if one["key"] == criterion)
    return clean_values_scale(scale)


def labels_of(campaign: Campaign, criterion: str, until: int) -> Labels:
    """All labelled texts and their judgments, in the order of items; two queries."""
    taxonomy = taxonomy_asked(campaign, criterion)
    keys = value_keys(taxonomy)
    rows = counting_judgments(campaign, until).order_by("item", "pk")
    judged = list(
        rows.values_list("item", "annotator", "stratum__key", f"answers__{criterion}__values")
    )
    texts = text_rows(campaign, {row[0] for row in judged})
    place = {item: number for number, item in enumerate(texts)}
    people: dict[int, int] = {}
    stratum_of: list[str] = []
    tags, text_of, person_of = [], [], []
    for item, annotator, stratum, values in judged:
        if item not in place or values is None:
            continue
        if annotator not in people:
            people[annotator] = len(people)
            stratum_of.append(stratum or "")
        tags.append([key in values for key in keys])
        text_of.append(place[item])
        person_of.append(people[annotator])
    labelled = Labelled(
        list(keys),
        [row["text"] for row in texts.values()],
        [row["group"] for row in texts.values()],
        np.array(tags, dtype=bool).reshape(len(tags), len(keys)),
        np.array(text_of, dtype=np.int64),
        np.array(person_of, dtype=np.int64),
    )
    return Labels(
        labelled,
        taxonomy,
        [row["item"] for row in texts.values()],
        [row["side"] for row in texts.values()],
        stratum_of,
    )


def text_rows(campaign: Campaign, items: Iterable[int]) -> dict[int, dict[str, str]]:
    """The one response of each item that was judged: its text, its prompt's hash, its side."""
    wanted = set(items)
    responses = Response.objects.filter(item__campaign=campaign).order_by("item")
    rows = responses.values_list(
        "item", "item__external_id", "content", "metadata", "item__content_hashes__prompt"
    )
    return {
        item: {
            "item": external_id,
            "text": plain_text(content),
            "side": str(metadata.get("side") or ""),
            "group": prompt or external_id,
        }
        for item, external_id, content, metadata, prompt in rows.iterator()
        if item in wanted
    }
