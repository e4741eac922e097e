"""Samples: balanced, repeatable, and silent about sides to whoever labels them."""

from collections import Counter
from typing import Any

import pytest

from accounts.enums import Role
from annotation.enums import CampaignStatus, JobState
from annotation.models import Campaign, Item, ItemImport, Response
from annotation.services.campaigns import open_campaign
from annotation.services.imports import import_items
from annotation.services.jobs import run_job
from tests.factories import api, import_lines, item_line, make_campaign, make_user, take_part
from tests.values.builders import corpus
from values.errors import Unfit
from values.models import ValueSample
from values.services.sampling import draw_sample, drawn_responses, free_slug
from values.services.taxonomies import add_taxonomy

pytestmark = pytest.mark.django_db


def drawn(source: Campaign, **parts: Any) -> ValueSample:
    said = {"slug": free_slug(source), "title": "Labels", "size": 20, "seed": 1, "people": 5}
    sample, job = draw_sample(source, **{"taxonomy": None, **said, **parts}, drawn_by=source.owner)
    run_job(ItemImport, job.pk, import_items)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return sample


def test_a_sample_is_a_draft_campaign_of_texts_one_each():
    source = corpus(40)
    sample = drawn(source)
    campaign = sample.campaign
    assert (campaign.status, campaign.task_type) == (CampaignStatus.DRAFT, "values")
    assert (campaign.overlap, campaign.owner) == (5, source.owner)
    assert campaign.criterion_keys == ["values"]
    responses = Response.objects.filter(item__campaign=campaign)
    assert (responses.count(), campaign.items.count(), sample.size) == (20, 20, 20)
    assert Counter(one.metadata["side"] for one in responses) == {"chosen": 10, "rejected": 10}
    for one in responses.select_related("item"):
        origin = Response.objects.get(
            item__campaign=source,
            item__external_id=one.metadata["corpus_item"],
            external_id=one.metadata["corpus_response"],
        )
        assert (one.content, one.item.prompt) == (origin.content, origin.item.prompt)
        assert one.metadata["side"] == origin.metadata["side"]


def test_the_same_seed_draws_the_same_texts_and_another_seed_others():
    source = corpus(40)
    ids = [[one.pk for one in drawn_responses(source, 20, seed)] for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]
    assert len(set(ids[0])) == 20


def test_topics_and_lengths_have_their_turn():
    source = make_campaign()
    lines = [
        {
            **item_line(f"q{number}"),
            "metadata": {"topic": "rare" if number % 10 == 0 else "common"},
        }
        for number in range(60)
    ]
    import_lines(source, lines)
    topics = Counter(one.item.metadata["topic"] for one in drawn_responses(source, 12, 1))
    assert topics == {"rare": 6, "common": 6}


def test_more_than_there_is_draws_all_of_it_and_blank_texts_never():
    source = make_campaign()
    line = item_line("q1")
    line["responses"][0]["text"] = " \n"
    import_lines(source, [line, *[item_line(f"q{n}") for n in range(2, 7)]])
    assert len(drawn_responses(source, 100, 1)) == 11


def test_whoever_labels_learns_no_side():
    source = corpus(12)
    campaign = open_campaign(drawn(source).campaign)
    seat = take_part(campaign)
    client = api(seat.annotator.user)
    served = client.post(f"/api/v1/campaigns/{campaign.slug}/next/")
    assert served.status_code == 200
    for word in ("chosen", "rejected", "corpus", source.slug):
        assert word not in served.content.decode().lower()


def test_an_uploaded_taxonomy_is_what_people_are_asked_by():
    source = corpus(12)
    values = [{"key": "joy", "label": "Joy", "description": "Delight.", "sub_values": ["fun"]}]
    taxonomy, _new = add_taxonomy(source.owner, key="joys", title="J", source="", values=values)
    sample = drawn(source, size=10, taxonomy=taxonomy)
    assert sample.taxonomy == taxonomy
    (asked,) = sample.campaign.criteria[0]["scale"]["values"]
    assert asked == {"key": "joy", "label": "Joy", "description": "Delight. fun"}


def test_slugs_are_found_and_bad_sizes_refused():
    source = corpus(12, slug="hh")
    assert free_slug(source) == "hh-values"
    drawn(source, size=10)
    assert free_slug(source) == "hh-values-2"
    with pytest.raises(Unfit):
        drawn(source, size=9)
    with pytest.raises(Unfit):
        drawn(make_campaign(make_user(Role.RESEARCHER)))
    assert Item.objects.filter(campaign__sampled_from__isnull=False).count() == 10
