"""Content of items: what is valid, and the hashes that identify it."""

import hashlib
import json
import re
from json.encoder import encode_basestring
from typing import Any

# `\\u0000` as an escape, not as a backslash that is itself escaped.
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
ROLES = ("system", "user", "assistant", "tool")
# Made once: `json.dumps` with options makes another one for each value.
CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical_text(value: Any) -> str:
    """One text for equal values: sorted keys, no spaces.

    Raises ValueError for what JSON cannot hold (NaN).
    """
    # Most values are texts, and the encoder does the same with them in three times the time.
    return encode_basestring(value) if type(value) is str else CANONICAL.encode(value)


def canonical_json(value: Any) -> bytes:
    """The canonical text in UTF-8; raises ValueError for lone surrogates too."""
    return canonical_text(value).encode("utf-8")


def storable_bytes(value: Any) -> bytes:
    """The canonical JSON of what the database can hold; raises ValueError saying what it cannot."""
    try:
        encoded = canonical_json(value)
    except (ValueError, RecursionError) as error:
        raise ValueError("It holds characters or numbers that cannot be stored.") from error
    refuse_nul(encoded)
    return encoded


def refuse_nul(encoded: bytes) -> None:
    """Raise ValueError where canonical JSON holds a NUL, which PostgreSQL cannot store."""
    # The plain search is a hundred times as fast as the pattern and almost always enough.
    if rb"\u0000" in encoded and ESCAPED_NUL.search(encoded):
        raise ValueError("It holds a NUL character, which cannot be stored.")


def sha256_of(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def messages_of(content: str | list[dict[str, str]], *, role: str) -> list[dict[str, str]]:
    """Content as a list of turns; a plain text is one turn of `role`."""
    if isinstance(content, str):
        return [{"role": role, "content": content}]
    return content


def plain_text(content: str | list[dict[str, str]]) -> str:
    """Content as one text, for lists and previews."""
    if isinstance(content, str):
        return content
    return "\n\n".join(turn["content"] for turn in content)


def content_problem(content: Any, *, may_be_blank: bool = False) -> str:
    """What is wrong with a text-or-messages value, or "" for a valid one."""
    if isinstance(content, str):
        return "" if content.strip() or may_be_blank else "is empty"
    if not isinstance(content, list) or not content:
        return "must be a text or a list of messages"
    for turn in content:
        if not isinstance(turn, dict) or set(turn) != {"role", "content"}:
            return 'has a message that is not {"role", "content"}'
        if turn["role"] not in ROLES:
            return f"has a message whose role is not one of {', '.join(ROLES)}"
        if not isinstance(turn["content"], str):
            return "has a message whose content is not a text"
        if not turn["content"].strip() and not may_be_blank:
            return "has a message without text"
    return ""
