"""An audit of values from a file of transcripts to the report, part by part, in this process."""

import hashlib
import io
import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from django.core.files.base import File

from accounts.models import User
from annotation.models import Campaign, ItemImport
from annotation.services.campaigns import open_campaign
from annotation.services.imports import import_items, request_import
from annotation.services.jobs import run_job
from annotation.simulation.answering import simulate_campaign, synthetic_annotators
from annotation.simulation.behaviour import Behaviour
from bench.figures import Rate
from bench.fixtures import new_campaign
from values.models import Audit
from values.services.auditing import Parameters, make_audit, request_audit
from values.services.sampling import draw_sample, free_slug

PAIRS, TEXTS, PEOPLE = 2312, 300, 5
VOCABULARY = 4000
Made = TypeVar("Made")


def measure_audit(transcripts: Path | None) -> tuple[list[Rate], dict[str, Any]]:
    """Texts a second of each part, the whole last; and the parameters of the audit."""
    content = transcripts.read_bytes() if transcripts else made_up(PAIRS)
    rates: list[Rate] = []

    def timed(what: str, rows: int, work: Callable[[], Made]) -> Made:
        begun, cpu = time.perf_counter(), time.process_time()
        made = work()
        took = time.perf_counter() - begun
        rates.append(Rate(what, rows, took, cpu_s=time.process_time() - cpu))
        return made

    corpus = timed("import, in pairs", content.count(b"\n"), lambda: imported(content))
    labels = timed("sample drawn and imported, in texts", TEXTS, lambda: sampled(corpus))
    timed("labelled by the crowd, in judgments", TEXTS * PEOPLE, lambda: labelled(labels))
    parameters = Parameters()
    audit = timed("audit, in texts", 2 * corpus.items.count(), lambda: audited(corpus, labels))
    if audit.state != "done":
        raise RuntimeError(f"The audit failed: {audit.error}")
    whole = Rate("from file to report, in texts", 2 * corpus.items.count(), 0.0)
    whole.seconds = sum(one.seconds for one in rates)
    whole.cpu_s = sum(one.cpu_s for one in rates)
    return [*rates, whole], asdict(parameters)


def made_up(pairs: int) -> bytes:
    """Transcripts of about a hundred words, for where the published file is not at hand."""
    chance = random.Random(1)
    words = [hashlib.sha256(str(n).encode()).hexdigest()[: 3 + n % 7] for n in range(VOCABULARY)]

    def said(count: int) -> str:
        return " ".join(chance.choice(words) for _word in range(count))

    lines = []
    for _pair in range(pairs):
        begin = f"\n\nHuman: {said(40)}\n\nAssistant: "
        sides = {side: begin + said(60) for side in ("chosen", "rejected")}
        lines.append(json.dumps(sides))
    return "\n".join([*lines, ""]).encode()


def imported(content: bytes) -> Campaign:
    campaign = new_campaign("transcripts")
    job = request_import(
        campaign,
        content=File(io.BytesIO(content), name="transcripts"),
        file_name="transcripts",
        requested_by=None,
    )
    run_job(ItemImport, job.pk, import_items)
    return campaign


def sampled(corpus: Campaign) -> Campaign:
    owner: User = corpus.owner
    sample, job = draw_sample(
        corpus,
        slug=free_slug(corpus),
        title="Labels",
        size=TEXTS,
        seed=1,
        people=PEOPLE,
        taxonomy=None,
        drawn_by=owner,
    )
    run_job(ItemImport, job.pk, import_items)
    return open_campaign(sample.campaign)


def labelled(campaign: Campaign) -> None:
    people = synthetic_annotators(campaign, PEOPLE, seed=1)
    simulate_campaign(campaign, annotators=people, seed=1, behaviour=Behaviour(skip=0.0), fast=True)


def audited(corpus: Campaign, labels: Campaign) -> Audit:
    audit = request_audit(corpus, labels, requested_by=None)
    run_job(Audit, audit.pk, make_audit)
    audit.refresh_from_db()
    return audit
