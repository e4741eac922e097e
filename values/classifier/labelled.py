"""Texts with what each person said of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Labelled:
    """A sample of texts, and the judgments on them.

    `groups` names, for each text, what it must not be torn from in cross-validation: its prompt.
    A judgment is a row of `tags` (judgments × values: whether the person saw the value in the
    text); `text_of` and `person_of` say whose it is and of which text, by number.
    """

    values: Sequence[str]
    texts: Sequence[str]
    groups: Sequence[str]
    tags: Bools
    text_of: Ints
    person_of: Ints

    @cached_property
    def people(self) -> Floats:
        """How many people judged each text."""
        return np.bincount(self.text_of, minlength=len(self.texts)).astype(float)

    @cached_property
    def chosen(self) -> Floats:
        """Texts × values: how many people saw the value in the text."""
        found = np.zeros((len(self.texts), len(self.values)))
        np.add.at(found, self.text_of, self.tags.astype(float))
        return found

    @cached_property
    def shares(self) -> Floats:
        """Texts × values: the share of its people who saw the value in the text."""
        shares: Floats = self.chosen / np.maximum(self.people, 1)[:, None]
        return shares

    @cached_property
    def group_numbers(self) -> Ints:
        """The groups as numbers, from 0 in the order in which they first occur."""
        known: dict[str, int] = {}
        return np.array([known.setdefault(one, len(known)) for one in self.groups], dtype=np.int64)

    def only(self, wanted: Bools) -> "Labelled":
        """The texts at which `wanted` is true, with the judgments on them."""
        kept = np.flatnonzero(wanted)
        number = np.full(len(self.texts), -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        rows = wanted[self.text_of] if len(self.text_of) else np.zeros(0, dtype=bool)
        return Labelled(
            self.values,
            [self.texts[place] for place in kept.tolist()],
            [self.groups[place] for place in kept.tolist()],
            self.tags[rows],
            number[self.text_of[rows]],
            self.person_of[rows],
        )

    def with_values(self, wanted: Sequence[int]) -> "Labelled":
        """The same texts and judgments, with some of the values."""
        return replace(
            self, values=[self.values[one] for one in wanted], tags=self.tags[:, list(wanted)]
        )
