"""The published harmless pairs from file to report, labelled by a simulated crowd."""

import gzip
from pathlib import Path

import pytest

from annotation.enums import JobState
from annotation.models import ItemImport, Judgment
from annotation.services.campaigns import open_campaign
from annotation.services.imports import import_items
from annotation.services.jobs import run_job
from annotation.simulation.answering import simulate_campaign, synthetic_annotators
from annotation.simulation.behaviour import Behaviour
from tests.factories import import_bytes, make_campaign
from tests.values.builders import audit_of
from values.services.sampling import draw_sample

DATA = Path(__file__).resolve().parents[2].parent / "shared/data/hh-rlhf/harmless-test.jsonl.gz"
TEXTS, PEOPLE = 300, 5


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not here")
@pytest.mark.django_db(transaction=True)
def test_both_sides_of_the_published_pairs_are_audited():
    source = make_campaign(slug="harmless")
    assert import_bytes(source, gzip.decompress(DATA.read_bytes())).created_count == 2312
    sample, item_import = draw_sample(
        source,
        slug="harmless-values",
        title="Harmless: values",
        size=TEXTS,
        seed=1,
        people=PEOPLE,
        taxonomy=None,
        drawn_by=source.owner,
    )
    run_job(ItemImport, item_import.pk, import_items)
    campaign = open_campaign(sample.campaign)
    people = synthetic_annotators(campaign, PEOPLE, seed=1)
    simulate_campaign(campaign, annotators=people, seed=1, behaviour=Behaviour(skip=0.0), fast=True)
    assert Judgment.objects.filter(campaign=campaign).count() == TEXTS * PEOPLE
    audit = audit_of(source, campaign)
    assert (audit.state, audit.error) == (JobState.DONE, "")
    results = audit.results
    assert results is not None
    # Four answers are blank; they are texts of the corpus, but none that could be drawn.
    assert results["corpus"] == {
        "campaign": "harmless",
        "sides": "metadata",
        "texts": 4624,
        "chosen": 2312,
        "rejected": 2312,
    }
    labels = results["labels"]
    assert (labels["texts"], labels["people"], labels["judgments"]) == (TEXTS, PEOPLE, 1500)
    known = [one for one in results["values"] if one["enough"]]
    assert len(results["shares"]) == len(known) > 0
    for one in known:
        assert one["ceiling"]["f1"] is not None
        assert sum(line["texts"] for line in one["reliability"]) == TEXTS
    for one in results["shares"]:
        told = one["told"]
        difference = told["chosen"]["share"] - told["rejected"]["share"]
        assert told["difference"]["share"] == pytest.approx(difference, abs=2e-6)
        for side in ("chosen", "rejected", "difference"):
            low, high = told[side]["interval"]
            assert low <= told[side]["share"] <= high
    rows = dict(audit.files.values_list("name", "rows"))
    assert rows["predictions.jsonl"] == 4624
    assert rows["labels.jsonl"] == TEXTS
    assert rows["shares.csv"] == 6 * len(known)
