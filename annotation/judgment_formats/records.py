"""From a raw record to a judgment that fits its item, or the reason why not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from annotation.content import sha256_of
from annotation.enums import Flag
from annotation.item_formats.records import LONGEST_ID, LONGEST_LANGUAGE, RecordProblem

AFTER_LEASE = "after_lease"
IMPORTED_FLAG = "imported"
# Read, in the order of docs/judgment-files.md.
READ = (
    *("item_id", "annotator_id", "answers", "judgment_id", "supersedes", "is_repeat", "reason"),
    *("confidence", "acceptable", "spans", "presented_order", "annotator_stratum"),
    *("profile_version", "profile", "flags", "active_ms", "elapsed_ms", "language"),
    *("submitted_at", "task_type", "content_hashes"),
)
# Told in datasets, and otherwise here: what was elsewhere is not what is in this campaign.
PASSED_OVER = (
    *("consent_version", "guideline_version", "is_final", "assignment_id", "strategy"),
    *("propensity", "software_version", "campaign"),
)
KNOWN = frozenset((*READ, *PASSED_OVER))
LARGEST_INTEGER = 2**53


class JudgmentRecord(NamedTuple):
    """A judgment as its file tells it; nothing of it has been held against the item yet."""

    item_id: str
    annotator_id: str
    judgment_id: str
    supersedes: str
    answers: Any
    reason: str
    confidence: Any
    acceptable: Any
    spans: Any
    presented_order: list[str]
    is_repeat: bool
    flags: list[str]
    stratum: str
    profile_version: int
    profile: dict[str, Any] | None
    active_ms: int | None
    elapsed_ms: int | None
    language: str
    submitted_at: datetime | None
    task_type: str
    content_hashes: dict[str, Any] | None

    def fingerprint(self) -> str:
        """Equal for equal judgments; raises ValueError for what cannot be stored."""
        moment = self.submitted_at and self.submitted_at.timestamp()
        return sha256_of(
            [
                *(self.item_id, self.annotator_id, self.supersedes, self.answers, self.reason),
                *(self.confidence, self.acceptable, self.spans, self.presented_order),
                *(self.is_repeat, sorted(self.flags), self.active_ms, self.elapsed_ms),
                *(self.language, moment),
            ]
        )


def judgment_record(raw: Mapping[str, Any]) -> JudgmentRecord:
    """Check the shape of a record; raises `RecordProblem`."""
    if not raw.keys() <= KNOWN:
        raise RecordProblem(f"Unknown field: {', '.join(sorted(raw.keys() - KNOWN))}.")
    return JudgmentRecord(
        item_id=needed_text(raw, "item_id"),
        annotator_id=needed_text(raw, "annotator_id"),
        judgment_id=short_text(raw, "judgment_id"),
        supersedes=short_text(raw, "supersedes"),
        answers=raw.get("answers"),
        reason=reason_of(raw),
        confidence=number_of(raw.get("confidence")),
        acceptable=raw.get("acceptable"),
        spans=raw.get("spans"),
        presented_order=texts(raw, "presented_order"),
        is_repeat=truth(raw, "is_repeat"),
        flags=flags_of(raw),
        stratum=short_text(raw, "annotator_stratum", 64),
        profile_version=whole_number(raw, "profile_version", least=1) or 1,
        profile=profile_of(raw.get("profile")),
        active_ms=whole_number(raw, "active_ms"),
        elapsed_ms=whole_number(raw, "elapsed_ms"),
        language=short_text(raw, "language", LONGEST_LANGUAGE),
        submitted_at=moment_of(raw.get("submitted_at")),
        task_type=short_text(raw, "task_type"),
        content_hashes=raw.get("content_hashes"),
    )


def person_record(raw: Mapping[str, Any]) -> tuple[str, int, dict[str, Any]]:
    """A row of the annotators' table: whose it is, the profile's version, the answers."""
    version = whole_number(raw, "profile_version", least=1) or 1
    return needed_text(raw, "annotator_id"), version, profile_of(raw.get("profile")) or {}


def needed_text(raw: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str:
    text = short_text(raw, name, longest)
    if not text.strip():
        raise RecordProblem(f"`{name}` must be a text that is not empty.")
    return text


def short_text(raw: Mapping[str, Any], name: str, longest: int = LONGEST_ID) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise RecordProblem(f"`{name}` must be a text of at most {longest} characters.")
    return value


def reason_of(raw: Mapping[str, Any]) -> str:
    reason = raw.get("reason")
    return reason.strip() if isinstance(reason, str) else reason or ""


def number_of(value: Any) -> Any:
    """Whole numbers as those with a point, as they are stored; what is no number stays."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def whole_number(raw: Mapping[str, Any], name: str, least: int = 0) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordProblem(f"`{name}` must be a whole number.")
    if not least <= value < LARGEST_INTEGER:
        raise RecordProblem(f"`{name}` must be a whole number from {least}.")
    return value


def truth(raw: Mapping[str, Any], name: str) -> bool:
    value = raw.get(name, False)
    if not isinstance(value, bool):
        raise RecordProblem(f"`{name}` must be true or false.")
    return value


def texts(raw: Mapping[str, Any], name: str) -> list[str]:
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RecordProblem(f"`{name}` must be a list of texts.")
    return value


def flags_of(raw: Mapping[str, Any]) -> list[str]:
    """Flags that are known here; that a judgment was imported before says nothing new."""
    flags = [flag for flag in dict.fromkeys(texts(raw, "flags")) if flag != IMPORTED_FLAG]
    unknown = [flag for flag in flags if flag != AFTER_LEASE and flag not in Flag.values]
    if unknown:
        raise RecordProblem(f"Unknown flag: {', '.join(unknown)}.")
    return flags


def profile_of(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise RecordProblem("`profile` must be an object of question: answer.")
    return {key: answer for key, answer in value.items() if answer is not None}


def moment_of(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    raise RecordProblem("`submitted_at` must be a moment in ISO 8601.")
