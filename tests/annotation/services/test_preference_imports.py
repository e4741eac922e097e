"""Published tables of preferences: items, people and judgments from the same file."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.core.management import call_command

from annotation.enums import JobState
from annotation.errors import Unfit
from annotation.models import Campaign, ImportedAnnotator, Judgment, JudgmentImport
from annotation.services.campaigns import open_campaign
from annotation.services.jobs import run_job
from annotation.services.judgment_imports import import_judgments, request_judgment_import
from tests.factories import import_lines, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)

SHARED = Path(__file__).resolve().parents[3].parent / "shared/data"
PANDALM = SHARED / "pandalm/testset-v1.json"
UKPCONVARG = SHARED / "ukpconvarg/judgments.jsonl.gz"
PAIR = {
    "pair": "7_9",
    "annotator": "w1",
    "topic": "Cats or dogs?",
    "a1": "Cats.",
    "a2": "Dogs.",
    "label": "a2",
    "place": "left aside",
}
COLUMNS = "item_id=pair, annotator_id=annotator, prompt=topic\nresponse_1=a1, response_2=a2"
ENTRY = {
    **{"idx": 4, "cmp_key": "alpha-7b_beta-7b", "instruction": "Say it.", "input": "Hello"},
    **{"response1": "Hi", "response2": "Oh", "annotator1": 1, "annotator2": 0, "annotator3": 2},
}


def emptied(**parts: Any) -> Campaign:
    return open_campaign(make_campaign(**parts))


def ran(campaign: Campaign, content: bytes, **parts: Any) -> JudgmentImport:
    job = request_judgment_import(
        campaign,
        content=File(io.BytesIO(content)),
        file_name="judgments",
        **{"purposes": None, "asserted_by": "lab", "requested_by": None, **parts},
    )
    run_job(JudgmentImport, job.pk, import_judgments)
    return JudgmentImport.objects.get(pk=job.pk)


def done(campaign: Campaign, content: bytes, **parts: Any) -> JudgmentImport:
    job = ran(campaign, content, **parts)
    told = [str(problem) for problem in job.problems.all()]
    assert (job.state, job.error, told) == (JobState.DONE, "", [])
    return job


def lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def answers(campaign: Campaign) -> list[Any]:
    given = Judgment.objects.filter(campaign=campaign).order_by("pk")
    return [one["overall"] for one in given.values_list("answers", flat=True)]


def test_a_table_of_pairs_makes_items_people_and_judgments():
    campaign = emptied()
    labels = ["a1", "a2", "equal", "1", 2, 0, 2.0, "Both_Bad", "r1", "response_2"]
    rows = [{**PAIR, "annotator": f"w{n}", "label": label} for n, label in enumerate(labels)]
    job = done(campaign, lines(*rows), columns=COLUMNS, strength=1)
    assert (job.format, job.created_count, job.people_count) == ("pairs", 10, 10)
    item = campaign.items.get()
    assert (item.external_id, item.prompt) == ("7_9", "Cats or dogs?")
    assert list(item.responses.values_list("external_id", "content")) == [
        ("r1", "Cats."),
        ("r2", "Dogs."),
    ]
    one, two = ({"preferred": key, "strength": 1} for key in ("r1", "r2"))
    tie, bad = {"outcome": "tie"}, {"outcome": "both_bad"}
    assert answers(campaign) == [one, two, tie, one, two, tie, two, bad, one, two]
    assert all(one.presented_order == [] for one in Judgment.objects.all())
    text = Judgment.objects.first().guideline.text
    assert text.endswith("states the strength of every preference as 1 (slightly).")
    again = done(campaign, lines(*rows), columns=COLUMNS, strength=1)
    assert (again.created_count, again.unchanged_count) == (0, 10)


def test_a_csv_table_in_the_names_of_here_needs_no_columns_and_may_lack_the_texts():
    campaign = emptied()
    import_lines(
        campaign,
        [{"id": "q", "prompt": "?", "responses": [{"id": k, "text": k} for k in ("r1", "r2")]}],
    )
    table = b"item_id,annotator_id,label,reason\nq,ann,2,Longer\nq,ben,tie,\n"
    done(campaign, table, format="pairs", strength=2)
    assert answers(campaign) == [{"preferred": "r2", "strength": 2}, {"outcome": "tie"}]
    assert Judgment.objects.earliest("pk").reason == "Longer"


def test_a_language_may_be_named_as_in_item_files():
    campaign = emptied()
    row = {**PAIR, "annotator": "ann", "label": "a1", "speaks": "English"}
    done(campaign, lines(row), columns=f"{COLUMNS}\nlanguage=speaks", strength=1)
    assert campaign.items.get().language == "en"
    assert Judgment.objects.get().language == "en"


def test_a_campaign_that_ranks_needs_no_strength():
    campaign = emptied(task_type="ranking")
    rows = [{**PAIR, "annotator": label, "label": label} for label in ("a2", "equal")]
    done(campaign, lines(*rows), columns=COLUMNS)
    assert answers(campaign) == [{"ranking": [["r2"], ["r1"]]}, {"ranking": [["r1", "r2"]]}]


@pytest.mark.parametrize(
    ("row", "parts", "problem"),
    [
        ({"label": "neither"}, {}, "line 1: The label 'neither' is none of a1, a2, "),
        ({"label": None}, {}, "line 1: It lacks label."),
        ({"annotator": None}, {}, "line 1: It lacks annotator."),
        ({}, {"strength": None}, "line 1: This file does not tell how clearly"),
    ],
)
def test_what_is_no_preference_is_refused(row: Any, parts: Any, problem: str):
    job = ran(emptied(), lines({**PAIR, **row}), **{"columns": COLUMNS, "strength": 1, **parts})
    assert job.state == JobState.FAILED
    told = [str(one) for one in job.problems.all()] or [f"line 1: {job.error}"]
    assert len(told) == 1
    assert told[0].startswith(problem)
    assert not Judgment.objects.exists()


def test_other_campaigns_take_no_preferences_between_two():
    job = ran(emptied(task_type="rating"), lines(PAIR), columns=COLUMNS)
    assert "are for pairwise campaigns and rankings" in str(job.problems.get())
    job = ran(emptied(task_type="ranking"), lines({**PAIR, "label": "both_bad"}), columns=COLUMNS)
    assert str(job.problems.get()) == "line 1: A ranking cannot say that both are bad."


@pytest.mark.parametrize(
    ("parts", "field", "told"),
    [
        ({"columns": "pear=a"}, "columns", "Unknown: pear. There are item_id, "),
        ({"columns": "label"}, "columns", "Say which column holds label, as in label=column."),
        (
            {"columns": COLUMNS, "format": "csv"},
            "columns",
            "Only the columns of a table of pairs can be named.",
        ),
        ({"strength": 3}, "strength", "Must be 1 (slightly) or 2 (clearly)."),
    ],
)
def test_what_was_stated_wrongly_is_refused_at_once(parts: Any, field: str, told: str):
    with pytest.raises(Unfit) as unfit:
        ran(emptied(), lines(PAIR), **parts)
    assert list(unfit.value.fields) == [field]
    assert unfit.value.fields[field].startswith(told)


def test_pandalm_is_found_out_and_brings_its_items():
    campaign = emptied()
    job = done(campaign, json.dumps([ENTRY]).encode(), strength=2)
    assert (job.format, job.created_count, job.people_count) == ("pandalm", 3, 3)
    assert campaign.items.get().external_id == "pandalm-4"
    assert answers(campaign) == [
        {"preferred": "r1", "strength": 2},
        {"outcome": "tie"},
        {"preferred": "r2", "strength": 2},
    ]
    failed = ran(campaign, b'[{"cmp_key": "a_b"}]', strength=2)
    assert "This record lacks idx" in str(failed.problems.get())


@pytest.mark.skipif(not PANDALM.exists(), reason="the shared data is not here")
def test_pandalms_test_set_comes_in_whole():
    campaign = emptied()
    call_command("import_judgments", campaign.slug, str(PANDALM), "--strength", "1")
    assert campaign.items.count() == 999
    assert ImportedAnnotator.objects.count() == 3
    kinds = Counter(one.get("preferred", one.get("outcome")) for one in answers(campaign))
    entries = json.loads(PANDALM.read_bytes())
    labels = Counter(one[f"annotator{n}"] for one in entries for n in (1, 2, 3))
    assert sum(kinds.values()) == 2997
    assert kinds == {"tie": labels[0], "r1": labels[1], "r2": labels[2]}


@pytest.mark.skipif(not UKPCONVARG.exists(), reason="the shared data is not here")
def test_ukpconvarg_comes_in_whole():
    campaign = emptied()
    columns = COLUMNS.replace("\n", ", ").split(", ")
    command = ("import_judgments", campaign.slug, str(UKPCONVARG), "--strength", "2")
    call_command(*command, "--columns", *columns)
    kinds = Counter(one.get("preferred", one.get("outcome")) for one in answers(campaign))
    assert kinds == {"r1": 5845, "r2": 5686, "tie": 2656}
    assert sum(kinds.values()) == 14187
    assert campaign.items.count() == 2845
    assert ImportedAnnotator.objects.filter(campaign=campaign).count() == 1763
