"""Drawing texts of a corpus into a campaign of its own, for people to label."""

import io
import json
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import User
from accounts.services.trail import record
from annotation.enums import ItemFormat, TaskTypeKey
from annotation.models import Campaign, ItemImport, Response
from annotation.serializers.campaign import CampaignSerializer
from annotation.services.campaigns import create_campaign
from annotation.services.imports import request_import
from values.errors import Unfit
from values.models import Taxonomy, ValueSample
from values.taxonomies import scale_of

LEAST_TEXTS, MOST_TEXTS = 10, 5_000
CRITERION = "values"
# Both sides have as many texts. On each, cells (a third by length × the topic in the metadata of an
# item) give a text in turn, in an order drawn by the seed, until there are enough.
DRAW = """
WITH texts AS (
    SELECT response.id,
           coalesce(response.metadata ->> 'side', '') AS side,
           coalesce(item.metadata ->> 'topic', '') AS topic,
           ntile(3) OVER (ORDER BY length(response.content #>> '{}'), response.id) AS size,
           hashtextextended(item.external_id || chr(31) || response.external_id, %(seed)s) AS draw
    FROM annotation_response response JOIN annotation_item item ON item.id = response.item_id
    WHERE item.campaign_id = %(campaign)s AND item.check_answers IS NULL
      AND length(btrim(response.content #>> '{}', E' \n\r\t')) > 0
), dealt AS (
    SELECT id, side, draw,
           row_number() OVER (PARTITION BY side, size, topic ORDER BY draw, id) AS turn
    FROM texts
), sided AS (
    SELECT id, draw, row_number() OVER (PARTITION BY side ORDER BY turn, draw, id) AS turn
    FROM dealt
), drawn AS (
    SELECT id, draw FROM sided ORDER BY turn, draw, id LIMIT %(size)s
)
SELECT id FROM drawn ORDER BY draw, id
"""


@transaction.atomic
def draw_sample(
    corpus: Campaign,
    *,
    slug: str,
    title: str,
    size: int,
    seed: int,
    people: int,
    taxonomy: Taxonomy | None,
    drawn_by: User,
) -> tuple[ValueSample, ItemImport]:
    """A draft campaign of task type *values* with up to `size` texts, each judged by `people`.

    Its items come by an import, which a worker does. Which side a text was on is kept in the
    metadata of its response, which annotators never see. Raises `Unfit` where the corpus has no
    texts or the size is not one, `Conflict` where the slug is in use.
    """
    if not LEAST_TEXTS <= size <= MOST_TEXTS:
        limits = _("Must be from %(least)s to %(most)s.") % {
            "least": LEAST_TEXTS,
            "most": MOST_TEXTS,
        }
        raise Unfit(_("This is no size of a sample."), fields={"size": limits})
    drawn = drawn_responses(corpus, size, seed)
    if not drawn:
        raise Unfit(
            _("This campaign has no texts to draw from."), fields={"size": _("Nothing to draw.")}
        )
    campaign = create_campaign(drawn_by, sample_spec(slug, title, people, taxonomy))
    content = b"\n".join(item_lines(drawn))
    item_import = request_import(
        campaign,
        content=File(io.BytesIO(content), name="sample"),
        file_name=f"{corpus.slug}, {len(drawn)} texts",
        format=ItemFormat.JSONL,
        requested_by=drawn_by,
    )
    sample = ValueSample.objects.create(
        corpus=corpus,
        campaign=campaign,
        taxonomy=taxonomy,
        size=len(drawn),
        seed=seed,
        created_by=drawn_by,
    )
    record(
        Deed.SAMPLE_DRAWN,
        campaign=corpus,
        thing=sample,
        by=drawn_by,
        size=sample.size,
        into=campaign.slug,
    )
    return sample, item_import


def drawn_responses(corpus: Campaign, size: int, seed: int) -> list[Response]:
    """The sample of this seed in the order of its draw; the same for the same corpus."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW, {"campaign": corpus.pk, "size": size, "seed": seed})
        ids = [row[0] for row in cursor.fetchall()]
    found = Response.objects.select_related("item").in_bulk(ids)
    return [found[pk] for pk in ids]


def sample_spec(slug: str, title: str, people: int, taxonomy: Taxonomy | None) -> Any:
    scale = scale_of(taxonomy.values) if taxonomy else None
    question = "Which values does the text speak for?"
    body = CampaignSerializer(
        data={
            "slug": slug,
            "title": title,
            "task_type": TaskTypeKey.VALUES.value,
            "overlap": people,
            "criteria": [{"key": CRITERION, "label": question, "scale": scale}],
        }
    )
    body.is_valid(raise_exception=True)
    return body.validated_data


def item_lines(drawn: list[Response]) -> Iterator[bytes]:
    for number, response in enumerate(drawn, start=1):
        item = response.item
        origin = {"corpus_item": item.external_id, "corpus_response": response.external_id}
        side = response.metadata.get("side")
        metadata = {**origin, "side": side} if side else origin
        line = {
            "id": f"t{number}",
            "prompt": item.prompt,
            "responses": [{"id": "text", "text": response.content, "metadata": metadata}],
            "language": item.language or None,
        }
        yield json.dumps(line, ensure_ascii=False).encode()


def free_slug(corpus: Campaign) -> str:
    """A slug that nobody has taken, for a sample of this corpus."""
    base = slugify(f"{corpus.slug[:52]}-values")
    taken = set(Campaign.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug
        for number in range(1, len(taken) + 2)
        for slug in [base if number == 1 else f"{base}-{number}"]
        if slug not in taken
    )
