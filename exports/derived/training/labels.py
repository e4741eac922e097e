"""Judgments as good or bad single responses, for training on unpaired labels."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from exports.derived.grouping import Row
from exports.derived.options import SOFT, Options

# In place of a criterion: whether a response is acceptable is asked once for an item.
ACCEPTABLE_CRITERION = "acceptable"


@dataclass(frozen=True)
class Label:
    """One response and whether it is desirable; `share` as in `Preference`.

    `preferred` is what was preferred by whoever it comes from: the response of the pair that was
    chosen, or the one called good; None where nothing was.
    """

    criterion: str
    response: str
    desirable: bool
    weight: float
    share: float | None
    beside: dict[str, Any]
    preferred: str | None = None


def compared_labels(
    rows: Sequence[Row], options: Options, left_out: Counter[str]
) -> Iterator[Label]:
    """Of a graded comparison one good and one bad response, of both_bad two bad ones."""
    found = (label for row in rows for label in labels_in(row, left_out))
    yield from shared_labels(list(found)) if options.mode == SOFT else found


def labels_in(row: Row, left_out: Counter[str]) -> Iterator[Label]:
    preferred = None
    if row["outcome"] == "both_bad":
        verdicts = ((row["response_a"], False), (row["response_b"], False))
    elif row["outcome"] == "depends":
        left_out["depends"] += 1
        return
    elif row["preference"] == 0:
        left_out["ties"] += 1
        return
    else:
        b_is_better = row["preference"] > 0
        preferred = row["response_b" if b_is_better else "response_a"]
        verdicts = ((row["response_a"], not b_is_better), (row["response_b"], b_is_better))
    for response, desirable in verdicts:
        yield said(row, row["criterion"], response, desirable, preferred)


def accepted_labels(
    rows: Sequence[Row], options: Options, left_out: Counter[str]
) -> Iterator[Label]:
    """What people said of each response by itself: acceptable or not."""
    found = []
    for row in rows:
        said_so = json.loads(row["acceptable"]) if row["acceptable"] else {}
        if not said_so:
            left_out["not_asked"] += 1
        found += [
            said(
                row,
                ACCEPTABLE_CRITERION,
                response,
                bool(verdict),
                response if verdict else None,
            )
            for response, verdict in said_so.items()
        ]
    yield from shared_labels(found) if options.mode == SOFT else found


def said(row: Row, criterion: str, response: str, desirable: bool, preferred: str | None) -> Label:
    beside = {
        "judgment_id": row["judgment_id"],
        "annotator_id": row["annotator_id"],
        "stratum": row["stratum"],
        "weight": row["weight"],
        "item_id": row["item_id"],
        "criterion": criterion,
        "response_id": response,
        "label": desirable,
        "outcome": row.get("outcome"),
        "source": row.get("source", ACCEPTABLE_CRITERION),
    }
    return Label(criterion, response, desirable, row["weight"], None, beside, preferred)


def shared_labels(labels: Sequence[Label]) -> Iterator[Label]:
    """The share of each verdict on each response, in two rows where people differ."""
    weights: dict[tuple[str, str], dict[bool, float]] = {}
    counts: Counter[tuple[str, str, bool]] = Counter()
    for label in labels:
        verdicts = weights.setdefault((label.criterion, label.response), {})
        verdicts[label.desirable] = verdicts.get(label.desirable, 0.0) + label.weight
        counts[label.criterion, label.response, label.desirable] += 1
    for (criterion, response), verdicts in weights.items():
        whole = sum(verdicts.values())
        for desirable in (True, False):
            if desirable not in verdicts:
                continue
            share = verdicts[desirable] / whole
            beside = {
                "item_id": labels[0].beside["item_id"],
                "criterion": criterion,
                "response_id": response,
                "label": desirable,
                "soft_label": share,
                "weight": whole,
                "n": counts[criterion, response, True] + counts[criterion, response, False],
                "n_desirable": counts[criterion, response, True],
                "n_undesirable": counts[criterion, response, False],
            }
            preferred = response if desirable else None
            yield Label(criterion, response, desirable, share, share, beside, preferred)
