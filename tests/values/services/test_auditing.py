"""An audit from corpus to files: exact counts, the same files again, resumed and called off."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage

from annotation.enums import JobState
from annotation.kept import patterns
from annotation.services.jobs import request_cancel
from tests.values.builders import KIND, audit_of, corpus, labelled_sample, run
from values.errors import Unfit
from values.models import Audit
from values.selectors import corpus as reading
from values.services import auditing
from values.services.auditing import request_audit
from values.tasks import run_audit

pytestmark = pytest.mark.django_db
KINDNESS, JUSTICE = "empathy-helpfulness", "justice-rights"


def content(audit: Audit, name: str) -> str:
    with default_storage.open(audit.files.get(name=name).stored_name) as file:
        text: str = file.read().decode()
    return text


def table(audit: Audit, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(audit, name), newline="")))


def share(audit: Audit, value: str, side: str, method: str = "told") -> Any:
    assert audit.results is not None
    rows = [one for one in audit.results["shares"] if one["stratum"] is None]
    return next(one for one in rows if one["value"] == value)[method][side]


def test_both_sides_are_counted_exactly():
    source = corpus(40)
    audit = audit_of(source, labelled_sample(source))
    assert (audit.state, audit.error) == (JobState.DONE, "")
    assert audit.results["corpus"] == {
        "campaign": source.slug,
        "sides": "metadata",
        "texts": 80,
        "chosen": 40,
        "rejected": 40,
    }
    assert share(audit, KINDNESS, "chosen")["share"] == 1.0
    assert share(audit, KINDNESS, "rejected")["share"] == 0.25
    assert share(audit, KINDNESS, "difference")["share"] == 0.75
    assert share(audit, JUSTICE, "difference") == {"share": 0.0, "interval": [0.0, 0.0]}
    low, high = share(audit, KINDNESS, "rejected")["interval"]
    assert 0.1 < low < 0.25 < high < 0.42
    by_key = {one["key"]: one for one in audit.results["values"]}
    assert by_key[KINDNESS]["f1"] == 1.0
    assert by_key[KINDNESS]["ceiling"]["f1"] == 1.0
    # Two of three see justice where it is: told of all of these texts, 2/3 of the cases are right.
    assert by_key[JUSTICE]["precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert by_key[JUSTICE]["recall"] == 1.0
    assert by_key["wisdom-knowledge"]["enough"] is False
    assert "f1" not in by_key["wisdom-knowledge"]
    adjusted = share(audit, JUSTICE, "chosen", "adjusted")["share"]
    assert adjusted == pytest.approx(1 / 3, abs=0.06)  # half of texts, two in three people


def test_files_are_those_of_the_paper_and_more():
    source = corpus(40)
    audit = audit_of(source, labelled_sample(source))
    names = [file.name for file in audit.files.all()]
    assert names == [
        *("report.html", "classifier.csv", "labels.csv", "labels.jsonl"),
        *("predictions-chosen.csv", "predictions-rejected.csv", "predictions.jsonl"),
        *("results.json", "shares.csv"),
    ]
    kind = "Empathy/Helpfulness"
    rejected = table(audit, "predictions-rejected.csv")
    assert sum(row["Prediction"] == kind for row in rejected) == 10
    assert all(KIND in row["Text"] for row in rejected if row["Prediction"] == kind)
    labels = table(audit, "labels.csv")
    assert {row["Label"] for row in labels} == {"", kind, "Justice/Human Rights & Animal Rights"}
    first = json.loads(content(audit, "labels.jsonl").splitlines()[0])
    assert first["people"] == 3
    assert set(first["shares"]) == {one["key"] for one in audit.results["values"]}
    assert len(content(audit, "predictions.jsonl").splitlines()) == 80
    assert json.loads(content(audit, "results.json")) == audit.results
    report = content(audit, "report.html")
    assert "<svg" in report
    assert "Not enough" in report
    assert "http" not in report.replace("http://www.w3.org/2000/svg", "")


def test_the_same_run_again_gives_the_same_files():
    source = corpus(40)
    labels = labelled_sample(source)
    first, again = audit_of(source, labels, seed=4), audit_of(source, labels, seed=4)
    other = audit_of(source, labels, seed=5)
    assert sums(first) == sums(again)
    assert sums(first) != sums(other)


def sums(audit: Audit) -> dict[str, str]:
    return dict(audit.files.values_list("name", "sha256"))


def test_a_killed_audit_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "BATCH_ITEMS", 10)
    source = corpus(40)
    labels = labelled_sample(source)
    whole = audit_of(source, labels)
    audit = request_audit(source, labels, requested_by=None)
    kept = auditing.keep_part

    def dies(audit: Audit, number: int, *rest: Any) -> None:
        if number == 2:
            raise KeyboardInterrupt
        kept(audit, number, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(auditing, "keep_part", dies)
        with pytest.raises(KeyboardInterrupt):
            run(audit)
    audit.refresh_from_db()
    assert (audit.state, audit.parts.count(), audit.steps_done) == (JobState.RUNNING, 2, 20)
    made: list[int] = []

    def counted(audit: Audit, number: int, *rest: Any) -> None:
        made.append(number)
        kept(audit, number, *rest)

    monkeypatch.setattr(auditing, "keep_part", counted)
    run(audit)
    assert (audit.state, made, audit.steps_done) == (JobState.DONE, [2, 3], 40)
    assert sums(audit) == sums(whole)
    assert audit.parts.count() == 0
    assert list(Path(settings.WORK_DIR).iterdir()) == []


def test_a_cancelled_audit_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "BATCH_ITEMS", 10)
    source = corpus(40)
    audit = request_audit(source, labelled_sample(source), requested_by=None)
    kept = auditing.keep_part

    def calls_off(audit: Audit, number: int, *rest: Any) -> None:
        kept(audit, number, *rest)
        if number == 1:
            request_cancel(audit)

    monkeypatch.setattr(auditing, "keep_part", calls_off)
    run_audit(audit.pk)
    audit.refresh_from_db()
    assert (audit.state, audit.results) == (JobState.CANCELLED, None)
    assert audit.parts.count() == audit.files.count() == 0
    assert not default_storage.exists(f"audits/{audit.pk}")


def test_too_small_a_sample_is_refused_in_words():
    source = corpus(40)
    audit = audit_of(source, labelled_sample(source, size=12))
    assert audit.state == JobState.FAILED
    assert audit.error.startswith("Too few labels: no value has 10 labelled prompts that carry it")
    assert is_kept(audit.error)
    alone = audit_of(source, labelled_sample(source, people=2, slug="two"))
    assert alone.state == JobState.FAILED


def is_kept(sentence: str) -> bool:
    """Whether a stored sentence can be told in its reader's language."""
    return any(pattern.fullmatch(sentence) for _text, pattern in patterns())


def test_more_labels_than_memory_should_hold_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(auditing, "MOST_LABELLED", 9)
    source = corpus(12)
    audit = audit_of(source, labelled_sample(source, size=10, people=2))
    assert (audit.state, audit.error) == (
        JobState.FAILED,
        "An audit learns from 9 texts at most.",
    )
    assert is_kept(audit.error)


def test_what_is_not_possible_is_refused_at_once():
    source = corpus(12)
    labels = labelled_sample(source, size=10)
    with pytest.raises(Unfit):
        request_audit(labels, labels, sides="judgments", requested_by=None)
    with pytest.raises(Unfit):
        request_audit(source, labels, criterion="nothing", requested_by=None)
