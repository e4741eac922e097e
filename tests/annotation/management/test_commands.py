import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from annotation.models import Coverage, Item, Judgment, JudgmentImport, Seat
from annotation.services.campaigns import open_campaign
from tests.factories import (
    AGE_QUESTION,
    AGE_STRATA,
    add_items,
    item_line,
    make_annotator,
    make_campaign,
    make_user,
    open_with_items,
)

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    said = io.StringIO()
    call_command(*arguments, stdout=said, stderr=io.StringIO(), **options)
    return said.getvalue()


def test_import_items_imports_a_file(tmp_path):
    campaign = make_campaign()
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps(item_line("q1")))
    assert run("import_items", campaign.slug, str(path)) == (
        f"{campaign.slug}: 1 items imported, 0 were there already (jsonl).\n"
    )
    assert run("import_items", campaign.slug, str(path), format="jsonl") == (
        f"{campaign.slug}: 0 items imported, 1 were there already (jsonl).\n"
    )
    assert Coverage.objects.count() == 1


def test_import_items_reads_a_table_by_named_columns(tmp_path):
    campaign = make_campaign()
    path = tmp_path / "pairs.csv"
    path.write_text('"q, asked",a,b,c,d\nWhy?,So.,No.,1,2\n')
    columns = ["prompt=q, asked", "response_1=a", "response_2=b", "metadata=c", "metadata=d"]
    for counts in ("1 items imported, 0 were", "0 items imported, 1 were"):
        assert run("import_items", campaign.slug, str(path), columns=columns) == (
            f"{campaign.slug}: {counts} there already (csv).\n"
        )
    item = Item.objects.get()
    assert (item.external_id, item.prompt, item.metadata) == ("row-2", "Why?", {"c": "1", "d": "2"})
    with pytest.raises(CommandError, match="columns: Say which column is the prompt"):
        run("import_items", campaign.slug, str(path), columns=["response_1=a"])


def test_import_items_says_what_is_wrong(tmp_path):
    campaign = make_campaign()
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps(item_line("q1")) + "\n{oops")
    said = io.StringIO()
    with pytest.raises(CommandError, match="1 line could not be read"):
        call_command("import_items", campaign.slug, str(path), stderr=said)
    assert said.getvalue().startswith("line 2: This line is not valid JSON")
    assert not Item.objects.exists()
    with pytest.raises(CommandError, match="There is no campaign 'nowhere'"):
        run("import_items", "nowhere", str(path))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("import_items", campaign.slug, str(tmp_path / "missing"))


def test_simulate_fills_a_campaign_through_the_services(tmp_path):
    campaign = open_with_items(4, questions=[AGE_QUESTION], strata=AGE_STRATA)
    truth = tmp_path / "truth.json"
    said = run("simulate", campaign.slug, annotators=6, seed=3, truth=truth)
    assert said.startswith(f"{campaign.slug}: 6 people gave ")
    assert set(Coverage.objects.values_list("stratum__key", "leased", "submitted")) == {
        ("young", 0, 2),
        ("old", 0, 1),
    }
    assert Judgment.objects.count() == 12
    assert Seat.objects.filter(stratum__key="young").count() == 3
    weights = json.loads(truth.read_text())["utilities"]
    assert set(weights) == {"young", "old"}
    assert set(weights["young"]) == {"t1", "t2", "t3", "t4", "t5"}
    assert weights["young"] != weights["old"]


def test_simulate_keeps_to_a_number_of_judgments_and_to_accounts():
    campaign = open_with_items(6, overlap=3)
    annotator = make_annotator()
    run("simulate", campaign.slug, accounts=[annotator.user.email], judgments=2, seed=1)
    assert set(Judgment.objects.values_list("annotator_id", flat=True)) == {annotator.pk}
    assert Judgment.objects.count() == 2


def test_simulate_says_what_is_wrong():
    draft = make_campaign()
    with pytest.raises(CommandError, match="Only an open campaign can be answered"):
        run("simulate", draft.slug)
    with pytest.raises(CommandError, match="There is no campaign 'nowhere'"):
        run("simulate", "nowhere")
    with pytest.raises(CommandError, match="--annotators must be at least 1"):
        run("simulate", draft.slug, annotators=0)
    nothing = open_with_items(1, strata=[{"key": "all", "target": 0}])
    with pytest.raises(CommandError, match="all targets are 0"):
        run("simulate", nothing.slug)
    researcher = make_user(Role.RESEARCHER)
    with pytest.raises(CommandError, match=f"Not annotators here: {researcher.email}"):
        run("simulate", draft.slug, accounts=[researcher.email])


def test_the_same_seed_gives_the_same_answers_and_another_seed_others():
    def answers(seed):
        campaign = make_campaign(overlap=2)
        add_items(campaign, 8)
        run("simulate", open_campaign(campaign).slug, annotators=2, seed=seed)
        given = Judgment.objects.filter(campaign=campaign)
        return sorted(
            (one.item.external_id, json.dumps(one.answers, sort_keys=True)) for one in given
        )

    assert answers(5) == answers(5)
    assert answers(5) != answers(6)


def test_import_judgments_imports_a_file_and_says_what_is_wrong(tmp_path):
    campaign = open_with_items(2)
    answers = {"overall": {"outcome": "tie"}}
    line = {"item_id": "q1", "annotator_id": "ann", "answers": answers}
    path = tmp_path / "judgments.jsonl"
    path.write_text(json.dumps(line))
    told = f"{campaign.slug}: {{}} judgments imported, {{}} were there already, {{}} people are new"
    assert run("import_judgments", campaign.slug, str(path)) == told.format(1, 0, 1) + " (jsonl).\n"
    assert run("import_judgments", campaign.slug, str(path)) == told.format(0, 1, 0) + " (jsonl).\n"
    assert JudgmentImport.objects.first().asserted_by == (
        "whoever runs this installation, on its command line"
    )
    said = io.StringIO()
    path.write_text(json.dumps({**line, "item_id": "q9"}))
    with pytest.raises(CommandError, match="1 line could not be taken"):
        call_command("import_judgments", campaign.slug, str(path), stderr=said)
    assert said.getvalue() == 'line 1: The campaign has no item "q9".\n'
    with pytest.raises(CommandError, match="There is no campaign 'nowhere'"):
        run("import_judgments", "nowhere", str(path))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("import_judgments", campaign.slug, str(tmp_path / "missing"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError, match="no table of judgments in"):
        run("import_judgments", campaign.slug, str(tmp_path / "folder"))


def test_import_judgments_wants_to_be_told_what_people_agreed_to(tmp_path):
    purposes = [{"key": "research", "label": "Research", "required": True}]
    campaign = open_with_items(1, consent={"text": "We publish.", "purposes": purposes})
    path = tmp_path / "judgments.jsonl"
    answers = {"overall": {"outcome": "tie"}}
    path.write_text(json.dumps({"item_id": "q1", "annotator_id": "ann", "answers": answers}))
    with pytest.raises(CommandError, match="State what the people agreed to"):
        run("import_judgments", campaign.slug, str(path))
    said = run("import_judgments", campaign.slug, str(path), "--purposes", "research")
    assert said.endswith("1 people are new (jsonl).\n")
