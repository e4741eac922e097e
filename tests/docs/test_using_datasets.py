"""The snippets of docs/using-datasets.md, run as the page says on a dataset made as it says.

Those that train run where torch and trl are installed: see tests/exports/derived/test_trainers.py.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.exports.builders import pairwise_campaign
from tests.exports.derived.tiny import saved_model

PAGE = Path(__file__).parents[2] / "docs" / "using-datasets.md"
# The first that a snippet imports is what it is about.
LIBRARIES = ("trl", "datasets", "pandas", "polars", "duckdb")
SETTINGS = {"max_steps": 2, "use_cpu": True, "per_device_train_batch_size": 2, "report_to": []}


def parts() -> Iterator[tuple[str, str]]:
    """The page's headings, each with the text under it."""
    _before, *found = re.split(r"^## (.*)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    yield from zip(found[::2], found[1::2], strict=True)


def snippets() -> Iterator[Any]:
    for heading, text in parts():
        for number, code in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL), 1):
            used = next(one for one in LIBRARIES if re.search(rf"(import|from) {one}\b", code))
            marks = [pytest.mark.slow] if used == "trl" else []
            yield pytest.param(used, code, id=f"{heading} {number}", marks=marks)


def training_arguments() -> list[str]:
    """What the page's command asks for besides the tables, as arguments."""
    text = PAGE.read_text(encoding="utf-8")
    command = re.search(r"export_dataset CAMPAIGN --out dataset (.*?)\n\n", text, re.DOTALL)
    assert command
    return shlex.split(command[1].replace("\\\n", " "))


@pytest.fixture
def beside_dataset(tmp_path: Path, settings: Any, transactional_db: None) -> Path:
    """A folder with a dataset in it, made by the page's own command."""
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "storage")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    settings.WORK_DIR = tmp_path / "work"
    pairwise_campaign()
    out = str(tmp_path / "dataset")
    call_command("export_dataset", "pairs", "--out", out, *training_arguments())
    return tmp_path


def test_the_page_has_a_snippet_for_every_library():
    assert {one.values[0] for one in snippets()} == set(LIBRARIES)


@pytest.mark.parametrize(("library", "code"), list(snippets()))
def test_a_snippet_runs(beside_dataset: Path, library: str, code: str):
    pytest.importorskip(library, reason=f"{library} is not installed")
    given = ""
    if library == "trl":
        pytest.importorskip("torch", reason="torch is not installed")
        given = f"MODEL = {saved_model(beside_dataset / 'model')!r}\nSETTINGS = {SETTINGS!r}\n"
    script = beside_dataset / "snippet.py"
    script.write_text(given + code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=beside_dataset,
        env={
            **os.environ,
            "HF_HOME": str(beside_dataset / "hub"),
            "HF_HUB_OFFLINE": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
