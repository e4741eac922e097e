"""From predictions in storage to an audit's results and files."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from annotation.services.storing import discard_folder
from values.charts import charts_of
from values.classifier import Tally
from values.models import Audit, AuditFile
from values.selectors.corpus import CHOSEN, EVERYBODY, REJECTED
from values.selectors.labels import Labels
from values.services.files import (
    PredictedText,
    discard_parts,
    folder_of,
    json_text,
    publish_file,
    read_parts,
)
from values.services.reporting import Body, Learned, Slices, results_body

LABELS, DISTRIBUTIONS = "labels.csv", "labels.jsonl"
PREDICTIONS = {CHOSEN: "predictions-chosen.csv", REJECTED: "predictions-rejected.csv"}
ALL_PREDICTIONS = "predictions.jsonl"
SHARES, CLASSIFIER, RESULTS, REPORT = "shares.csv", "classifier.csv", "results.json", "report.html"
SHARE_COLUMNS = ("stratum", "value", "method", "side", "share", "low", "high")
CLASSIFIER_COLUMNS = (
    *("key", "label", "enough", "prompts_with", "prompts_without", "precision", "recall", "f1"),
    *("f1_low", "f1_high", "false_positive_rate", "brier", "calibration_error"),
    *("ceiling_precision", "ceiling_recall", "ceiling_f1"),
)
Row = Sequence[Any]
Write = Callable[[Row], None]


def publish(audit: Audit, labels: Labels, learned: Learned, slices: Slices) -> None:
    """Write everything, bring it to storage, and then tell of it in one transaction."""
    discard_folder(folder_of(audit, "files"))
    with work_folder(audit) as folder:
        rows: dict[str, int] = {}
        write_labels(folder, labels, learned, audit.parameters["threshold"], rows)
        tally, counts = write_predictions(audit, folder, labels, learned, slices, rows)
        results = results_body(audit, labels, learned, slices, tally, counts)
        write_numbers(folder, results, rows)
        write_report(folder, audit, results)
        files = [publish_file(audit, path, rows.get(path.name)) for path in in_order(folder)]
    with transaction.atomic():
        audit.files.all().delete()
        AuditFile.objects.bulk_create(files)
        audit.results = results
        audit.save(update_fields=["results"])
    discard_parts(audit)


@contextmanager
def work_folder(audit: Audit) -> Iterator[Path]:
    """An empty folder on this machine's disk; what a killed attempt left in it is taken away."""
    folder = Path(settings.WORK_DIR) / f"audit-{audit.pk}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def in_order(folder: Path) -> list[Path]:
    """The report first."""
    return sorted(folder.iterdir(), key=lambda path: (path.name != REPORT, path.name))


@contextmanager
def table(folder: Path, name: str, header: Row, rows: dict[str, int]) -> Iterator[Write]:
    """A CSV file (RFC 4180); how many rows it got is noted."""
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        rows[name] = 0

        def write(row: Row) -> None:
            writer.writerow(row)
            rows[name] += 1

        yield write


def write_labels(
    folder: Path, labels: Labels, learned: Learned, threshold: float, rows: dict[str, int]
) -> None:
    """`Text, Label` as the paper has it, a row for each value that enough people saw in a text, and
    beside it every text with all its shares."""
    names = [value["label"] for value in labels.taxonomy["values"]]
    labelled = labels.labelled
    lines = folder / DISTRIBUTIONS
    with table(folder, LABELS, ("Text", "Label"), rows) as write, lines.open("w") as file:
        for place, text in enumerate(labelled.texts):
            shares = labelled.shares[place]
            for name in told_names(names, shares, threshold):
                write((text, name))
            body = {
                "item": labels.item_ids[place],
                "text": text,
                "side": labels.sides[place] or None,
                "people": int(labelled.people[place]),
                "shares": {
                    key: round(float(share), 6)
                    for key, share in zip(labelled.values, shares, strict=True)
                },
            }
            file.write(json.dumps(body, ensure_ascii=False) + "\n")
    rows[DISTRIBUTIONS] = len(labelled.texts)


def told_names(names: Sequence[str], shares: Any, threshold: float) -> list[str]:
    """What a text is told to carry; "" stands for none of it."""
    told = [name for name, share in zip(names, shares, strict=True) if share >= threshold]
    return told or [""]


def write_predictions(
    audit: Audit,
    folder: Path,
    labels: Labels,
    learned: Learned,
    slices: Slices,
    rows: dict[str, int],
) -> tuple[Tally, Body]:
    """`Text, Prediction` for either side, every text with its distribution; and the corpus' sums.

    A text is on the side on which it weighs more; what weighs the same on both is on neither.
    """
    threshold = audit.parameters["threshold"]
    known = [labels.taxonomy["values"][number] for number in learned.known]
    names, keys = [one["label"] for one in known], [one["key"] for one in known]
    tally = Tally(len(slices.keys), len(known), audit.parameters["draws"], audit.parameters["seed"])
    counts = {"texts": 0, CHOSEN: 0, REJECTED: 0}
    with ExitStack() as stack:
        tables = {
            side: stack.enter_context(table(folder, name, ("Text", "Prediction"), rows))
            for side, name in PREDICTIONS.items()
        }
        lines = stack.enter_context((folder / ALL_PREDICTIONS).open("w", encoding="utf-8"))
        for number, texts in enumerate(read_parts(audit)):
            add_to(tally, number, texts, slices, threshold)
            for one in texts:
                side = side_told(one)
                counts["texts"] += 1
                if side:
                    counts[side] += 1
                    for name in told_names(names, one.probabilities, threshold):
                        tables[side]((one.text, name))
                lines.write(json.dumps(prediction_body(one, keys), ensure_ascii=False) + "\n")
    rows[ALL_PREDICTIONS] = counts["texts"]
    return tally, counts


def prediction_body(one: PredictedText, keys: Sequence[str]) -> Body:
    up, down = one.weights.get(EVERYBODY, (0.0, 0.0))
    return {
        "item": one.item_id,
        "response": one.response_id,
        "text": one.text,
        CHOSEN: round(up, 6),
        REJECTED: round(down, 6),
        "probabilities": dict(zip(keys, one.probabilities, strict=True)),
    }


def side_told(one: PredictedText) -> str:
    up, down = one.weights.get(EVERYBODY, (0.0, 0.0))
    return CHOSEN if up > down else REJECTED if down > up else ""


def add_to(
    tally: Tally, number: int, texts: Sequence[PredictedText], slices: Slices, threshold: float
) -> None:
    if not texts:
        return
    _ids, item_of = np.unique([one.item for one in texts], return_inverse=True)
    nothing = (0.0, 0.0)
    weights = np.array([[one.weights.get(key, nothing) for key in slices.keys] for one in texts])
    told = np.array([one.probabilities for one in texts]) >= threshold
    tally.add(number, item_of, weights, told.astype(float))


def write_numbers(folder: Path, results: Body, rows: dict[str, int]) -> None:
    """The report's tables as CSV, and everything as JSON."""
    with table(folder, SHARES, SHARE_COLUMNS, rows) as write:
        for one in results["shares"]:
            for method in ("told", "adjusted"):
                for side, found in one[method].items():
                    low, high = (found or {}).get("interval") or (None, None)
                    share = found["share"] if found else None
                    write((one["stratum"], one["value"], method, side, share, low, high))
    with table(folder, CLASSIFIER, CLASSIFIER_COLUMNS, rows) as write:
        for one in results["values"]:
            low, high = one.get("f1_interval") or (None, None)
            ceiling = one.get("ceiling", {})
            flat = {
                **one,
                "f1_low": low,
                "f1_high": high,
                **{f"ceiling_{name}": number for name, number in ceiling.items()},
            }
            write([flat.get(name) for name in CLASSIFIER_COLUMNS])
    (folder / RESULTS).write_text(json_text(results), encoding="utf-8")


def write_report(folder: Path, audit: Audit, results: Body) -> None:
    """One HTML file that needs nothing else; always in English, so that equal runs are equal."""
    with translation.override("en"):
        context = {"audit": audit, "results": results, "charts": charts_of(results)}
        text = render_to_string("values/report_file.html", context)
    (folder / REPORT).write_text(text, encoding="utf-8")
