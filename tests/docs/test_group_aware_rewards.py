"""The snippets of docs/group-aware-rewards.md, run one after the other as the page says.

Runs where torch is installed, which the test requirements leave out for its size:
`uv pip install torch` adds it.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from annotation.services.campaigns import open_campaign
from tests.analysis.builders import QUESTION
from tests.factories import import_lines, judge, make_campaign, serve, take_part

PAGE = Path(__file__).parents[2] / "docs" / "group-aware-rewards.md"
ITEMS = 32
# The young prefer what is warm, the old what is brief; both what is right.
RESPONSES = {
    "warm": "Dear friend, gladly and kindly: {answer}, and do take good care of yourself.",
    "brief": "{answer}.",
    "wrong": "Nobody knows, go away, who cares.",
}
TOLD = """
print("TOLD", json.dumps({"agreed": agreed, "placed": placed, "strata": strata}))
assert worst_off.le(mixed + 1e-6).all()
"""


def snippets() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def arguments() -> list[str]:
    """What the page's command asks for besides the folder."""
    text = PAGE.read_text(encoding="utf-8")
    command = re.search(r"export_dataset CAMPAIGN --out dataset (.*?)\n\n", text, re.DOTALL)
    assert command
    return shlex.split(command[1].replace("\\\n", " "))


def parted_campaign() -> str:
    """Six people of each stratum, of whom all but one prefer as their stratum does."""
    strata = [{"key": key, "where": {"age": [key]}, "target": 6} for key in ("young", "old")]
    campaign = make_campaign(questions=[QUESTION], strata=strata)
    lines = []
    for number in range(ITEMS):
        first, second = ("brief", "wrong") if number % 4 == 0 else ("warm", "brief")
        responses = [
            {"id": f"r{place}", "text": RESPONSES[kind].format(answer=f"it is {number}")}
            for place, kind in enumerate((first, second))
        ]
        prompt = f"What about number {number}?"
        lines.append({"id": f"q{number}", "prompt": prompt, "responses": responses})
    import_lines(campaign, lines)
    campaign = open_campaign(campaign)
    for stratum in ("young", "old"):
        for person in range(6):
            seat = take_part(campaign, age=[stratum])
            for _item in range(ITEMS):
                assignment = serve(seat)
                judge(assignment, {"overall": answer(assignment, stratum, person)})
    return campaign.slug


def answer(assignment: Any, stratum: str, person: int) -> dict[str, Any]:
    favoured = "Dear friend" if (stratum == "young") == (person > 0) else "it is"
    texts = {one.external_id: one.content for one in assignment.item.responses.all()}
    right = {key: text for key, text in texts.items() if "Nobody knows" not in text}
    chosen = next((key for key, text in right.items() if text.startswith(favoured)), None)
    return {"preferred": chosen or min(right), "strength": 1}


def test_every_snippet_is_whole():
    found = snippets()
    assert len(found) == 6
    for code in found:
        compile(code, "snippet", "exec")
    assert "trl-preference" in " ".join(arguments())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_heads_learn_what_their_strata_prefer(tmp_path: Path, settings: Any):
    pytest.importorskip("torch", reason="torch is not installed; see the head of this file")
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "storage")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    settings.WORK_DIR = tmp_path / "work"
    slug = parted_campaign()
    call_command("export_dataset", slug, "--out", str(tmp_path / "dataset"), *arguments())
    script = tmp_path / "guide.py"
    script.write_text("\n".join([*snippets(), TOLD]), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.rsplit("TOLD", 1)[1])
    assert told["strata"] == ["old", "young"]
    for stratum in ("old", "young"):
        agreed = told["agreed"][stratum]
        # One in six thinks as the other stratum does, on three items of four.
        assert agreed["own"] > 0.8
        assert agreed["own"] >= agreed["common"]
    gains = [one["own"] - one["common"] for one in told["agreed"].values()]
    assert max(gains) > 0.15
    assert sum(told["placed"].values()) == pytest.approx(1)
    assert max(told["placed"].values()) > 0.6
