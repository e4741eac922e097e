"""What every derived format is: told of a slice, given source after source, then finished."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.functional import Promise

from exports.derived.options import Option, Options
from exports.derived.slices import Alive, Kept, Slice, Survey
from exports.derived.sources import Source, column_of
from exports.derived.texts import Texts
from exports.derived.weights import WEIGHTS, Weights
from exports.tables import Column


@dataclass(frozen=True)
class Made:
    """A finished file. `rows` is None for files that explain, `split` the side that rows for a
    trainer are of. `key` and `mode` are those of the request that it was made for, `columns` what
    its rows hold; empty where it is no table. `is_bounds` are those that account for what rules
    removed."""

    path: Path
    rows: int | None = None
    split: str = ""
    is_sidecar: bool = False
    is_bounds: bool = False
    columns: Sequence[Column] = ()
    key: str = ""
    mode: str = ""


@dataclass(frozen=True)
class Task:
    """One request under way: its choices, what its slice holds, and where files go."""

    key: str
    options: Options
    survey: Survey
    folder: Path
    alive: Alive

    @property
    def stem(self) -> str:
        """What all file names of the request begin with."""
        return f"{self.key}-{self.options.name}" if self.options.name else self.key


class Maker(ABC):
    """Writes the files of one request, reading one source after the other."""

    def __init__(self, task: Task) -> None:
        self.task, self.options = task, task.options
        self.left_out: Counter[str] = Counter(task.survey.left_out)
        self.slice = Slice(task.options)
        self.weights: Weights = WEIGHTS[task.options.weights](task.options, task.survey)

    @abstractmethod
    def add(self, source: Source, texts: Texts, work: Path) -> None:
        """Write the rows of one source; `work` is a folder for what is not to stay."""

    @abstractmethod
    def finish(self) -> Iterator[Made]:
        """Close everything; the files in the order in which they are published."""

    def judgments(self, source: Source) -> Iterator[pa.RecordBatch]:
        """The judgments of the slice."""
        for batch in self.slice.judgments(source):
            self.task.alive()
            yield batch

    def weighed(self, source: Source, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """These columns of the slice's judgments, with `stratum` and `weight` beside them."""
        for batch in self.judgments(source):
            found = {name: column_of(batch, name) for name in columns}
            found["stratum"] = column_of(batch, "annotator_stratum")
            found["weight"] = pa.array(self.weights.of(batch))
            yield pa.RecordBatch.from_pydict(found)

    def comparisons(self, source: Source) -> Iterator[pa.RecordBatch]:
        """The comparisons of the slice, with the stratum and the weight of their judgments."""
        kept = self._kept(source)
        wanted = pa.array(list(self.options.criteria), pa.string())
        for batch in source.batches("comparisons"):
            self.task.alive()
            if len(batch):
                rows = kept.narrowed(batch)
                if len(wanted):
                    inside = pc.is_in(rows.column("criterion"), wanted)
                    self.left_out["other_criteria"] += len(rows) - inside.true_count
                    rows = rows.filter(inside)
                yield rows

    def _kept(self, source: Source) -> Kept:
        ids, strata, weights = [], [], []
        for batch in self.slice.judgments(source):
            ids.append(batch.column("judgment_id").to_numpy())
            strata.append(column_of(batch, "annotator_stratum").cast(pa.string()))
            weights.append(self.weights.of(batch))
        return Kept(
            np.concatenate(ids) if ids else np.empty(0, np.int64),
            pa.concat_arrays(strata) if strata else pa.array([], pa.string()),
            np.concatenate(weights) if weights else np.empty(0),
        )

    @property
    def told(self) -> dict[str, Any]:
        """What was left out and why, and how many judgments the slice holds."""
        return {
            "judgments": self.task.survey.judgments,
            "annotators": len(self.task.survey.annotators),
            "left_out": {key: number for key, number in sorted(self.left_out.items()) if number},
        }


class DerivedFormat(ABC):
    """A format of the registry: what it is, what can be chosen, and who makes it."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    description: ClassVar[str | Promise]
    # Names of the files it makes, as patterns.
    makes: ClassVar[Sequence[str]]
    options: ClassVar[Sequence[Option]]

    @abstractmethod
    def maker(self, task: Task) -> Maker: ...

    def compares(self, options: Options) -> bool:
        """Whether it is made from comparisons, so that judgments without any give it nothing."""
        return False

    def companions(self, made: Sequence[tuple[Options, Made]], folder: Path) -> Iterator[Made]:
        """Files that serve all requests of this format together."""
        return iter(())


def described(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Choices for the file that describes the data, without those that say nothing."""
    return {key: value for key, value in chosen.items() if value not in ("", [], {}, (), None)}
