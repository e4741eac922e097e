"""What every file of judgments gives, whatever its format."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Rows = Iterator["Placed"]


class Placed(NamedTuple):
    """One record of a file and the line it stands on, or the `problem` with it.

    Lines count from 1: lines in text formats, records elsewhere. `file` is named where there are
    several.
    """

    line: int
    value: dict[str, Any] | None
    problem: str = ""
    file: str = ""

    def told(self, problem: str) -> tuple[int, str]:
        """A problem with this record, with its line, for people."""
        return self.line, f"{self.file}: {problem}" if self.file else problem


class JudgmentSource(ABC):
    """A file of judgments, or a dataset of several; read from start to end, any number of times.

    A judgment is in the shape of docs/judgment-files.md, a person
    `{"annotator_id", "profile_version", "profile": {question: answer}}`, an item in that of the
    item file.
    """

    # Bytes of the files on disk, and how many of them have been read by now.
    size: int = 0

    @property
    @abstractmethod
    def position(self) -> int: ...

    @abstractmethod
    def judgments(self) -> Rows: ...

    def people(self) -> Rows:
        """Answers of people about themselves, where the file has them apart from judgments."""
        return iter(())

    def items(self) -> Iterator[dict[str, Any]] | None:
        """The items that were judged, where the file has them."""
        return None


class Terms(NamedTuple):
    """How the campaign asks, and what was stated of a file that tells preferences only.

    `criterion` is what they answer, `strength` the one they are stored with, `columns` what the
    file calls the fields that have a name here.
    """

    task_type: str
    criterion: str
    strength: int | None = None
    columns: Mapping[str, str] = {}


class SourceRequest(NamedTuple):
    """A file on this machine, an empty folder to work in, and the most that may be unpacked."""

    path: Path
    work: Path
    longest_line: int
    most_bytes: int
    terms: Terms


Opener = Callable[[SourceRequest], JudgmentSource]
