"""Pairs of transcripts, one chosen and one rejected: JSON Lines as anthropics/hh-rlhf has them.

A transcript is `\\n\\nHuman: …\\n\\nAssistant: …`. What both begin with becomes the prompt, turn by
turn, and what is left a response each. Which was chosen is kept as `side` in the response's
metadata, which annotators never see; neither ids nor positions tell it.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord
from annotation.item_formats.jsonl import read_jsonl
from annotation.item_formats.turns import ASSISTANT, USER, Turn, response_of, shared_start

FIELDS = {"chosen", "rejected"}
CHOSEN, REJECTED = "chosen", "rejected"
SPEAKER = re.compile(r"(?:\A|\n\n)(Human|Assistant): ?")
ROLES = {"Human": USER, "Assistant": ASSISTANT}


def read_hh_rlhf(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Records as items `hh-<line>` with the responses `r1` and `r2`."""
    for record in read_jsonl(file, longest):
        yield record if record.value is None else item_of(record.line, record.value)


def item_of(line: int, entry: dict[str, Any]) -> RawRecord:
    if set(entry) != FIELDS or not all(isinstance(one, str) for one in entry.values()):
        return RawRecord(line, None, "This record is not one `chosen` and one `rejected` text.")
    chosen, rejected = turns_of(entry[CHOSEN]), turns_of(entry[REJECTED])
    shared = shared_start(chosen, rejected)
    if not shared:
        return RawRecord(line, None, "The two transcripts do not begin alike.")
    sides = {CHOSEN: chosen[len(shared) :], REJECTED: rejected[len(shared) :]}
    return RawRecord(
        line,
        {
            "id": f"hh-{line}",
            "prompt": shared[0]["content"] if len(shared) == 1 else shared,
            "responses": [
                {"id": f"r{place}", "text": response_of(sides[side]), "metadata": {"side": side}}
                for place, side in enumerate(in_telling_no_order(entry), start=1)
            ],
            "language": "en",
            "metadata": {"source": "hh-rlhf", "turns": len(shared)},
        },
    )


def turns_of(transcript: str) -> list[Turn]:
    """The turns of a transcript; turns in which nothing is said are left out, but for the last."""
    parts = SPEAKER.split(transcript)
    turns = [
        {"role": ROLES[speaker], "content": said.strip()}
        for speaker, said in zip(parts[1::2], parts[2::2], strict=True)
    ]
    return [turn for turn in turns[:-1] if turn["content"]] + turns[-1:]


def in_telling_no_order(entry: dict[str, str]) -> list[str]:
    """Both sides in an order that their texts alone decide."""
    return sorted(FIELDS, key=lambda side: hashlib.sha256(entry[side].encode()).digest())
