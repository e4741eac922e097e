"""The whole loop over REST: create, import, join, judge at once, export, compare."""

import gzip
import hashlib
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.installation import Client, Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
CAMPAIGN = {
    "slug": "sixty-pairs",
    "title": "Sixty real pairs",
    "task_type": "pairwise",
    "criteria": [{"key": "overall", "label": "Which is better?", "scale": "graded"}],
    "questions": [
        {
            "key": "age",
            "label": "Age?",
            "kind": "single",
            "options": [{"key": "young", "label": "Young"}, {"key": "old", "label": "Old"}],
        }
    ],
    "strata": [
        {"key": "young", "where": {"age": ["young"]}, "target": 2},
        {"key": "old", "where": {"age": ["old"]}, "target": 1},
    ],
    "consent": {
        "text": "May we?",
        "purposes": [
            {"key": "research", "label": "Research", "required": True},
            {"key": "demographics", "label": "Publishing demographics", "required": False},
        ],
    },
}
PEOPLE = {"ann": "young", "ben": "young", "cem": "young", "dora": "old", "eli": "old"}
PASSWORD = "a-long-enough-password"


def sixty_lines(pandalm: Path) -> list[dict[str, Any]]:
    entries = json.loads(pandalm.read_text())[:60]
    return [
        {
            "id": f"pair-{entry['idx']}",
            "prompt": f"{entry['instruction']}\n\n{entry['input']}".strip(),
            "responses": [
                {"id": f"r{number}", "text": str(entry[f"response{number}"]), "model": model}
                for number, model in enumerate(entry["cmp_key"].split("_"), start=1)
            ],
        }
        for entry in entries
    ]


def judge_all(client: Client, slug: str, seed: int) -> list[dict[str, Any]]:
    """Judge until nothing is served; every submission is sent twice, as a retry would be."""
    chance = random.Random(seed)
    given: list[dict[str, Any]] = []
    while True:
        served = client.post(f"campaigns/{slug}/next/")
        if served.status_code == 204:
            if served.headers["Variorum-Reason"] == "waiting":
                continue
            return given
        assert served.status_code == 200, served.text
        given.append(judge_one(client, served.json(), chance, served.text))


def judge_one(
    client: Client, body: dict[str, Any], chance: random.Random, raw: str
) -> dict[str, Any]:
    order = [response["id"] for response in body["item"]["responses"]]
    answer = chance.choice(
        [
            {"preferred": order[0], "strength": 2},
            {"preferred": order[1], "strength": 1},
            {"outcome": "tie"},
            {"outcome": "both_bad"},
        ]
    )
    path = f"assignments/{body['id']}/judgment/"
    key = {"Idempotency-Key": f"key-{body['id']}"}
    sent = {"answers": {"overall": answer}, "active_ms": 1000}
    first = client.post(path, json=sent, headers=key)
    assert first.status_code == 201, first.text
    again = client.post(path, json=sent, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    return {
        "judgment_id": first.json()["judgment_id"],
        "item_id": body["item"]["id"],
        "answers": {"overall": answer},
        "order": order,
        "raw": raw,
    }


def download(client: Client, slug: str, folder: Path) -> Path:
    """Export as JSON Lines and fetch every file, checking its checksum."""
    asked = client.post(f"campaigns/{slug}/exports/", json={"format": "jsonl"})
    assert asked.status_code == 202, asked.text
    snapshot = client.wait_for(f"exports/{asked.json()['id']}/")
    for file in snapshot["files"]:
        answer = client.get(f"exports/{snapshot['id']}/files/{file['name']}")
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        (folder / file["name"]).write_bytes(answer.content)
    return folder


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def outcome(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Five people judge sixty pairs at once; what was acknowledged, and what was exported."""
    pandalm = Path(__file__).resolve().parents[2].parent / "shared/data/pandalm/testset-v1.json"
    if not pandalm.exists():
        pytest.skip("the shared data is not here")
    lines = sixty_lines(pandalm)
    researcher = installation.client("researcher@demo.test")
    admin = installation.client("admin@demo.test")
    slug = CAMPAIGN["slug"]
    assert researcher.post("campaigns/", json=CAMPAIGN).status_code == 201
    body = "\n".join(json.dumps(line) for line in lines).encode()
    # In pieces of unknown number: a streamed body has no length.
    sent = researcher.post(
        f"campaigns/{slug}/items/", data=(body[i : i + 10_000] for i in range(0, len(body), 10_000))
    )
    assert sent.status_code == 202, sent.text
    imported = researcher.wait_for(f"imports/{sent.json()['id']}/")
    assert imported["created"] == 60
    assert researcher.post(f"campaigns/{slug}/open/").status_code == 200
    clients = {}
    for name, age in PEOPLE.items():
        user = {"email": f"{name}@loop.test", "password": PASSWORD, "role": "annotator"}
        assert admin.post("users/", json=user).status_code == 201
        clients[name] = installation.client(user["email"], PASSWORD)
        purposes = ["research"] if name == "dora" else ["research", "demographics"]
        joined = clients[name].post(
            f"campaigns/{slug}/join/",
            json={"consent": {"version": 1, "purposes": purposes}, "answers": {"age": age}},
        )
        assert joined.status_code == 201, joined.text
        assert joined.json()["stratum"] == age
    with ThreadPoolExecutor(len(clients)) as pool:
        work = {
            name: pool.submit(judge_all, client, slug, number)
            for number, (name, client) in enumerate(clients.items())
        }
        given = {name: future.result(timeout=240) for name, future in work.items()}
    folder = download(researcher, slug, tmp_path_factory.mktemp("snapshot"))
    return {"lines": lines, "given": given, "folder": folder, "researcher": researcher}


def test_every_acknowledged_judgment_is_exported_once_with_the_same_answer(outcome):
    acknowledged = [one for given in outcome["given"].values() for one in given]
    exported = {row["judgment_id"]: row for row in table(outcome["folder"], "judgments")}
    assert len(table(outcome["folder"], "judgments")) == len(exported) == len(acknowledged) == 180
    for one in acknowledged:
        row = exported[one["judgment_id"]]
        assert row["item_id"] == one["item_id"]
        assert row["answers"] == one["answers"]
        assert row["presented_order"] == one["order"]
        assert row["is_final"] is True


def test_people_keep_one_pseudonym_each_and_their_consent_is_kept(outcome):
    rows = {row["judgment_id"]: row for row in table(outcome["folder"], "judgments")}
    annotators = {row["annotator_id"]: row for row in table(outcome["folder"], "annotators")}
    assert len(annotators) == 5
    for name, given in outcome["given"].items():
        names = {rows[one["judgment_id"]]["annotator_id"] for one in given}
        assert len(names) == 1
        age = annotators[names.pop()]["age"]
        assert age == (None if name == "dora" else PEOPLE[name])


def test_coverage_hits_each_target_exactly(outcome):
    body = outcome["researcher"].get("campaigns/sixty-pairs/coverage/").json()
    assert {
        (one["stratum"], one["target"], one["leased"], one["submitted"]) for one in body["items"]
    } == {
        ("young", 2, 0, 2),
        ("old", 1, 0, 1),
    }
    assert len(body["items"]) == 120
    assert [(one["stratum"], one["submitted"]) for one in body["strata"]] == [
        ("young", 120),
        ("old", 60),
    ]
    exported = table(outcome["folder"], "coverage")
    assert Counter((row["stratum"], row["target"], row["submitted"]) for row in exported) == {
        ("young", 2, 2): 60,
        ("old", 1, 1): 60,
    }


def test_nobody_met_an_item_twice(outcome):
    for given in outcome["given"].values():
        assert len({one["item_id"] for one in given}) == len(given)


def test_first_shown_shares_are_balanced(outcome):
    shown = Counter(
        (PEOPLE[name], one["order"][0]) for name, given in outcome["given"].items() for one in given
    )
    assert shown == {("young", "r1"): 60, ("young", "r2"): 60, ("old", "r1"): 30, ("old", "r2"): 30}


def test_a_stratum_that_would_tell_withheld_demographics_does_not_leave(outcome):
    rows = {row["judgment_id"]: row for row in table(outcome["folder"], "judgments")}
    for name, given in outcome["given"].items():
        strata = {rows[one["judgment_id"]]["annotator_stratum"] for one in given}
        assert strata == {None if name == "dora" else PEOPLE[name]}


def test_nothing_hidden_reached_an_annotator(outcome):
    models = {response["model"] for line in outcome["lines"] for response in line["responses"]}
    seen = "\n".join(one["raw"] for given in outcome["given"].values() for one in given)
    # A model's own name may stand in its text; what is looked for is the field.
    texts = json.dumps([line["prompt"] for line in outcome["lines"]]) + json.dumps(
        [response["text"] for line in outcome["lines"] for response in line["responses"]]
    )
    for model in models:
        assert model in texts or model not in seen
    for hidden in ('"model"', "@loop.test", "@demo.test", '"answers"', '"stratum"', '"annotator"'):
        assert hidden not in seen


def test_no_mail_address_leaves_with_the_snapshot(outcome):
    for path in outcome["folder"].iterdir():
        content = path.read_bytes()
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
        assert b"@loop.test" not in plain
    manifest = json.loads((outcome["folder"] / "MANIFEST.json").read_text())
    named = {file["name"]: file for file in manifest["files"]}
    for path in outcome["folder"].iterdir():
        if path.name != "MANIFEST.json":
            assert named[path.name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_pandalm_test_set_is_one_request_away(installation, pandalm):
    researcher = installation.client("researcher@demo.test")
    body = {"slug": "pandalm-whole", "title": "PandaLM", "task_type": "pairwise", "overlap": 3}
    assert researcher.post("campaigns/", json=body).status_code == 201
    sent = researcher.post("campaigns/pandalm-whole/items/", data=pandalm.read_bytes())
    imported = researcher.wait_for(f"imports/{sent.json()['id']}/")
    assert (imported["format"], imported["created"]) == ("pandalm", 999)


def test_bad_files_are_refused_line_by_line_and_nothing_stays(installation):
    researcher = installation.client("researcher@demo.test")
    body = {"slug": "bad-files", "title": "Bad", "task_type": "pairwise", "overlap": 1}
    assert researcher.post("campaigns/", json=body).status_code == 201
    good = json.dumps(
        {
            "id": "a",
            "prompt": "p",
            "responses": [{"id": "x", "text": "1"}, {"id": "y", "text": "2"}],
        }
    ).encode()
    other = good.replace(b'"p"', b'"other"')
    single = b'{"id": "b", "prompt": "p", "responses": [{"id": "x", "text": "1"}]}'
    cases = {
        b"{malformed": 2,
        other: 2,
        single: 2,
        b'{"id": "' + b"x" * 20_000_000 + b'"}': 2,
        b"\xff\xfe\xfd": 2,
    }
    for bad, line in cases.items():
        sent = researcher.post("campaigns/bad-files/items/", data=good + b"\n" + bad + b"\n")
        job = researcher.wait_for(f"imports/{sent.json()['id']}/", "failed")
        assert [error["line"] for error in job["errors"]] == [line], job
        assert job["created"] == 0
    sent = researcher.post("campaigns/bad-files/items/", data=b"PK\x03\x04" + b"\0" * 1000)
    job = researcher.wait_for(f"imports/{sent.json()['id']}/", "failed")
    assert "ZIP archive" in job["errors"][0]["message"]
    assert researcher.get("campaigns/bad-files/").json()["items"] == 0
