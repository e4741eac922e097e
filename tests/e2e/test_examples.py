"""The examples of docs/api.md, run as the page says against a running installation."""

import csv
import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import BASE_DIR
from tests.e2e.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("installation")]
PAGE = BASE_DIR / "docs" / "api.md"
# What differs from one installation, or from one run, to another.
VARIES = re.compile(
    r"(?<=Judgment )\d+|(?<=Snapshot )\d+|(?<=Judged: )t\d|greeting-\d|(?<= in )\S+"
)


def said_on_the_page(command: str) -> list[str]:
    """What the page shows under a command, without the command."""
    block = next(
        one
        for one in re.findall(r"```\n(\$ .*?)```", PAGE.read_text("utf-8"), re.DOTALL)
        if command in one
    )
    return block.splitlines()[1:]


def alike(lines: list[str]) -> list[str]:
    return [VARIES.sub("…", line) for line in lines]


def ran(arguments: list[str], **values: str) -> list[str]:
    done = subprocess.run(
        arguments,
        env={**os.environ, **values},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def judgments(folder: Path) -> list[dict[str, str]]:
    with gzip.open(folder / "judgments.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_python_goes_the_whole_way(installation: Installation, tmp_path: Path) -> None:
    script = BASE_DIR / "docs" / "examples" / "end_to_end.py"
    options = ["--base", installation.url, "--slug", "greetings"]
    out = tmp_path / "greetings"
    said = ran([sys.executable, str(script), *options, "--out", str(out)])
    assert alike(said) == alike(said_on_the_page("end_to_end.py"))
    assert {row["item_id"] for row in judgments(out)} == {f"greeting-{n}" for n in (1, 2, 3)}
    researcher = installation.client("researcher@demo.test")
    body = researcher.get("campaigns/greetings/").json()
    assert (body["title"], body["status"]) == ("Greetings, formal and not", "open")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not here")
def test_curl_goes_the_whole_way(installation: Installation, tmp_path: Path) -> None:
    script = BASE_DIR / "docs" / "examples" / "end_to_end.sh"
    out = tmp_path / "tea"
    values = {"BASE": installation.url, "SLUG": "tea", "OUT": str(out)}
    said = ran(["sh", str(script)], **values)
    assert alike(said) == alike(said_on_the_page("end_to_end.sh"))
    assert {row["item_id"] for row in judgments(out)} == {"t1", "t2", "t3"}


@pytest.mark.parametrize("name", ["end_to_end.py", "end_to_end.sh"])
def test_the_page_leads_to_the_example(name: str) -> None:
    assert f"(examples/{name})" in PAGE.read_text("utf-8")
