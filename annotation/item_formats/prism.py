"""PRISM's utterances: one row a response, the rows of one turn of a conversation an item.

What was said before the turn, with the answers that were chosen, is part of the prompt. So the
rows of a conversation must stand together, in the order of its turns, as in the published file.
Scores and choices are kept as metadata of the responses, which annotators never see; who gave them
is for the import of judgments. Field names as in HannahRoseKirk/prism-alignment,
`utterances.jsonl`.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any, BinaryIO

from annotation.item_formats.base import RawRecord, megabytes
from annotation.item_formats.entries import read_entries
from annotation.item_formats.published import Published, neutral_id
from annotation.item_formats.records import RecordProblem
from annotation.item_formats.turns import ASSISTANT, USER, Turn, prompt_of

CONVERSATION, TURN, PERSON = "conversation_id", "turn", "user_id"
PROMPT, RESPONSE, MODEL, SCORE, IF_CHOSEN = (
    *("user_prompt", "model_response", "model_name"),
    *("score", "if_chosen"),
)
NEEDED = (CONVERSATION, TURN, PROMPT, RESPONSE)
# Told once of an item, where all of its rows say the same.
OF_THE_TURN = (CONVERSATION, TURN, "interaction_id", "conversation_type")
MADE_OF = (PERSON, PROMPT, RESPONSE, MODEL)
TRUE = (True, 1, "True", "true")
# One more than any campaign takes, so that too many are seen and not all of them held.
MOST_ROWS = 11


class Conversation:
    """What was said up to now in the conversation that is being read."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.key: Any = None
        self.next_turn = 0
        self.said: list[Turn] = []

    def turn(self, rows: Iterable[RawRecord]) -> RawRecord:
        """The rows of the next turn as one entry, or the problem with it."""
        line, kept, size = 0, [], 0
        for row in islice(rows, MOST_ROWS):
            line = line or row.line
            assert row.value is not None  # noqa: S101 - grouped by what they hold
            missing = [name for name in NEEDED if row.value.get(name) is None]
            if missing:
                return self.lost(row.line, f"This record lacks {', '.join(missing)}.")
            size += len(str(row.value[PROMPT])) + len(str(row.value[RESPONSE]))
            if size > self.longest:
                return self.lost(row.line, f"This record is longer than {megabytes(self.longest)}.")
            kept.append(row.value)
        return self.told(line, kept, size)

    def told(self, line: int, rows: list[dict[str, Any]], size: int) -> RawRecord:
        key, turn = rows[0][CONVERSATION], rows[0][TURN]
        if turn == 0:
            self.key, self.next_turn, self.said = key, 0, []
        if (key, turn) != (self.key, self.next_turn):
            return self.lost(line, "What was said before this turn is not in the file before it.")
        if size + sum(len(one["content"]) for one in self.said) > self.longest:
            return self.lost(line, f"This record is longer than {megabytes(self.longest)}.")
        prompt = [*self.said, {"role": USER, "content": str(rows[0][PROMPT])}]
        chosen = [row for row in rows if row.get(IF_CHOSEN) in TRUE]
        self.next_turn = turn + 1 if chosen else -1
        if chosen:
            answer = {"role": ASSISTANT, "content": str(chosen[0][RESPONSE])}
            self.said = [one for one in (*prompt, answer) if one["content"].strip()]
        return RawRecord(line, {"prompt": prompt_of(prompt), "rows": rows})

    def lost(self, line: int, problem: str) -> RawRecord:
        """A turn that cannot be read; those after it would lack what was said."""
        self.next_turn = -1
        return RawRecord(line, None, problem)


def read_turns(file: BinaryIO, longest: int) -> Iterator[RawRecord]:
    """Each turn with its prompt and its `rows`; its line is that of the first of them."""
    conversation = Conversation(longest)
    for place, rows in groupby(read_entries(file, longest), key=place_of):
        if place is None:
            yield from rows
        else:
            yield conversation.turn(rows)


def place_of(row: RawRecord) -> tuple[Any, Any] | None:
    return None if row.value is None else (row.value.get(CONVERSATION), row.value.get(TURN))


def item_of(_line: int, entry: dict[str, Any]) -> dict[str, Any]:
    rows = entry["rows"]
    first = rows[0]
    if any(row[PROMPT] != first[PROMPT] for row in rows):
        raise RecordProblem("The responses of this turn do not answer the same prompt.")
    models = [row.get(MODEL) for row in rows]
    return {
        "id": neutral_id("prism", f"{first[CONVERSATION]}-{first[TURN]}", models),
        "prompt": entry["prompt"],
        "responses": [
            {
                "id": f"r{place}",
                "text": row[RESPONSE],
                "model": row.get(MODEL),
                "metadata": {
                    name: one
                    for name, one in row.items()
                    if name not in (*OF_THE_TURN, *MADE_OF) and one is not None
                },
            }
            for place, row in enumerate(rows, start=1)
        ],
        "metadata": {
            "source": "prism",
            **{name: first[name] for name in OF_THE_TURN if first.get(name) is not None},
        },
    }


PRISM = Published(item_of, read_turns)
