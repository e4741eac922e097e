"""The command writes what the service publishes."""

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command

from exports.models import Snapshot
from tests.exports.builders import pairwise_campaign

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("export_dataset", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_copies_the_published_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Between beginning and end it is told by the clock, which runs faster than a busy machine.
    monkeypatch.setattr("exports.services.work.SECONDS_BETWEEN_REPORTS", 3600)
    pairwise_campaign()
    folder = tmp_path / "new" / "folder"
    out, err = run("pairs", "--format", "jsonl", "--out", str(folder))
    snapshot = Snapshot.objects.get()
    assert (snapshot.state, snapshot.format, snapshot.created_by) == ("done", "jsonl", None)
    files = {file.name: file.sha256 for file in snapshot.files.all()}
    assert files == {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert "figure-coverage.svg" in files
    assert str(folder) in out
    assert "judgments.jsonl.gz" in out
    assert "4 rows" in out
    assert err.splitlines() == [
        "  0 %  0 of 21 rows done",
        "100 %  21 of 21 rows done",
    ]


def test_stable_names_may_be_asked_for(tmp_path: Path):
    built = pairwise_campaign()
    run("pairs", "--format", "csv", "--out", str(tmp_path / "out"), "--pseudonyms", "stable")
    assert Snapshot.objects.get().pseudonyms == "stable"
    assert built.annotator("ada").pseudonym


def test_an_unknown_campaign_is_named(tmp_path: Path):
    with pytest.raises(CommandError, match='There is no campaign "none"'):
        run("none", "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path):
    pairwise_campaign()
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(CommandError, match="is not empty; nothing was written"):
        run("pairs", "--out", str(tmp_path))
    assert not Snapshot.objects.exists()


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path):
    pairwise_campaign()
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="cannot be used"):
        run("pairs", "--out", str(tmp_path / "file"))


def test_a_failed_snapshot_is_an_error_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    pairwise_campaign()
    monkeypatch.setattr(FileSystemStorage, "_save", broken)
    with pytest.raises(CommandError, match="no space left"):
        run("pairs", "--out", str(tmp_path / "out"))
    assert list((tmp_path / "out").iterdir()) == []


def test_an_interrupt_calls_the_snapshot_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    pairwise_campaign()
    monkeypatch.setattr("exports.services.snapshots.freeze", interrupted)
    with pytest.raises(CommandError, match="Called off"):
        run("pairs", "--out", str(tmp_path / "out"))
    assert Snapshot.objects.get().state == "cancelled"


def test_derived_formats_come_along(tmp_path: Path):
    pairwise_campaign()
    soft = '{"format": "trl-reward", "mode": "soft", "name": "all"}'
    run("pairs", "--out", str(tmp_path / "out"), "--training", "trl-kto", "--training", soft)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "trl-kto-overall-train.jsonl",
        "trl-kto-overall-train-sidecar.jsonl",
        "trl-kto.json",
        "trl-reward-all-soft-overall-train.jsonl",
        "judgments.parquet",
    } <= names


@pytest.mark.parametrize(
    ("training", "message"),
    [
        ("dpo", "format: There is no such format; there are trl-preference"),
        ('{"format": "trl-kto", "seed": -1}', "seed: Must be a whole number"),
        ('{"format": ', "--training is no JSON"),
    ],
)
def test_formats_that_are_not_possible_are_refused(tmp_path: Path, training: str, message: str):
    pairwise_campaign()
    with pytest.raises(CommandError, match=message):
        run("pairs", "--out", str(tmp_path / "out"), "--training", training)
    assert not Snapshot.objects.exists()
