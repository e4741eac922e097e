"""What models answered as columns of codes: beside what people judged, in arrays of their own."""

import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from analysis.arrays.judged import Judged
from analysis.arrays.reading import (
    BLOCK_BYTES,
    JUDGMENT_COLUMNS,
    RESPONSES,
    Gathered,
    items_in,
    one_state,
)
from annotation.models import Campaign
from annotation.selectors.copied import copied_blocks, copy_out
from annotation.selectors.model_judgments import Machine

WHERE = """
FROM annotation_modeljudgment m
JOIN annotation_item i ON i.id = m.item_id AND i.check_answers IS NULL
WHERE m.campaign_id = %(campaign)s AND m.created_at <= %(as_of)s
"""
MACHINES = f"""
SELECT m.model, m.prompt_version, m.settings, count(*), count(DISTINCT m.item_id)
{WHERE}
GROUP BY m.model, m.prompt_version, m.settings ORDER BY m.model, m.prompt_version, m.settings
"""
ANSWERS = f"""
SELECT m.id, m.item_id,
       dense_rank() OVER (ORDER BY m.model, m.prompt_version, m.settings) - 1, 0, 0, '', m.answers
{WHERE}
ORDER BY m.id
"""


@dataclass(frozen=True)
class Answered:
    """Models' answers: of `given`, annotator k is `machines[k]`, and the one stratum is nobody's.

    `given.digest` is the SHA-256 of the numbers of all answers that were read.
    """

    machines: list[Machine]
    given: Judged


def machine_of(model: str, version: str, settings: str, judgments: int, items: int) -> Machine:
    return Machine(model, version, json.loads(settings), judgments, items)


def answered_by_models(campaign: Campaign, as_of: datetime) -> Answered | None:
    """What models had answered by then, check items left out; None where there is nothing.

    Read in one transaction that sees one state of the database.
    """
    names: dict[str, Any] = {"campaign": campaign.pk, "as_of": as_of}
    with tempfile.TemporaryDirectory(prefix="variorum-models-") as folder:
        answers, responses = Path(folder, "answers"), Path(folder, "responses")
        with one_state():
            with connection.cursor() as cursor:
                cursor.execute(MACHINES, names)
                machines = [machine_of(*row) for row in cursor.fetchall()]
            if not machines:
                return None
            copy_out(ANSWERS, names, answers)
            copy_out(RESPONSES, names, responses)
        gathered = Gathered(campaign, items_in(responses), np.array([0], np.int64))
        for block in copied_blocks(answers, JUDGMENT_COLUMNS, block_bytes=BLOCK_BYTES):
            gathered.add(block)
        return Answered(machines, gathered.judged([""]))
