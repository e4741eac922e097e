"""Strata as cells of questions: chosen by clicking, written as rows like any other."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.forms.text_lists import write_where

MOST_CELLS = 100
MOST_KEY = 64
# What can be done with an option: a band of its own, one with the option before it, or none.
ALONE, WITH_BEFORE, LEFT_OUT = "alone", "before", "out"
OTHERS = "others"
# Answers that a cell does not name, and people who would rather not say.
SHARE_OF_OTHERS = "5"
DECIMALS = 4


@dataclass(frozen=True)
class Band:
    """Options of one question taken together; `share` is theirs of the population, if stated."""

    options: tuple[str, ...]
    share: float | None


@dataclass(frozen=True)
class SplitOption:
    """One option with the fields that say what becomes of it."""

    key: str
    label: str
    name: str
    place: str
    share: str

    @property
    def places(self) -> list[tuple[str, str]]:
        return [
            (ALONE, _("by itself")),
            (WITH_BEFORE, _("with the one above")),
            (LEFT_OUT, _("left to the others")),
        ]


@dataclass(frozen=True)
class SplitQuestion:
    """A question that strata can be made of."""

    key: str
    label: str
    is_chosen: bool
    is_multiple: bool
    options: list[SplitOption]


class StrataBuilder:
    """Reads what was clicked, from a form or from nothing yet; makes strata of it."""

    def __init__(
        self, questions: Sequence[Mapping[str, Any]], data: Mapping[str, Any] | None
    ) -> None:
        self.data = data or {}
        self.problem = ""
        self.target = self.text("split_target") if "split_target" in self.data else "2"
        self.has_others = "split_others" in self.data or "split_target" not in self.data
        self.others_share = self.text("split_others_share") or SHARE_OF_OTHERS
        chosen = self.data.getlist("split") if isinstance(self.data, QueryDict) else []
        self.questions = [
            SplitQuestion(
                key=one["key"],
                label=one["label"],
                is_chosen=one["key"] in chosen,
                is_multiple=one["kind"] == "multiple",
                options=[self.option(one["key"], option) for option in one["options"]],
            )
            for one in questions
            if one["key"] and one["options"]
        ]

    def option(self, question: str, option: Mapping[str, str]) -> SplitOption:
        name = f"split-{question}-{option['key']}"
        return SplitOption(
            key=option["key"],
            label=option["label"],
            name=name,
            place=self.text(f"{name}-place") or ALONE,
            share=self.text(f"{name}-share"),
        )

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    def build(self, data: QueryDict) -> QueryDict:
        """A copy of what the form sent, its strata replaced by the cells that were clicked.

        Where that cannot be done, `problem` says why and the strata stay.
        """
        try:
            rows = self.rows()
        except ValueError as problem:
            self.problem = str(problem)
            return data
        data = data.copy()
        for name in [name for name in data if name.startswith("strata-")]:
            del data[name]
        for number, row in enumerate(rows):
            for name, value in row.items():
                data[f"strata-{number}-{name}"] = value
        return data

    def rows(self) -> list[dict[str, str]]:
        """The cells as rows of the strata; raises ValueError with what is missing."""
        chosen = [one for one in self.questions if one.is_chosen]
        if not chosen:
            raise ValueError(_("Choose at least one question to build strata from."))
        bands = [bands_of(one) for one in chosen]
        count = math.prod(len(one) for one in bands)
        if not count:
            raise ValueError(_("Every option of a question is left out; keep one at least."))
        if count > MOST_CELLS:
            raise ValueError(
                ngettext(
                    "That makes %(count)d stratum; take options together until there are %(most)d.",
                    "That makes %(count)d strata; take options together until there are %(most)d.",
                    count,
                )
                % {"count": count, "most": MOST_CELLS}
            )
        keys = [one.key for one in chosen]
        rows = [self.row(keys, cell) for cell in product(*bands)]
        rows += [self.others()] if self.has_others else []
        number_repeats(rows)
        return rows

    def row(self, keys: Sequence[str], cell: Sequence[Band]) -> dict[str, str]:
        """A stratum of one band of each question; its share is the product of theirs.

        That is what it would be if the answers to the questions had nothing to do with each other.
        """
        shares = [one.share for one in cell if one.share is not None]
        return {
            "key": ".".join("+".join(one.options) for one in cell)[:MOST_KEY],
            "where": write_where(
                {key: list(one.options) for key, one in zip(keys, cell, strict=True)}
            ),
            "target": self.target,
            "share": written(math.prod(share / 100 for share in shares) * 100) if shares else "",
        }

    def others(self) -> dict[str, str]:
        is_shared_out = not self.target
        return {
            "key": OTHERS,
            "where": "",
            "target": "" if is_shared_out else "1",
            "share": self.others_share if is_shared_out else "",
        }


def bands_of(question: SplitQuestion) -> list[Band]:
    """The options that stay, each by itself or with the one before it.

    Raises ValueError for a share that is no number.
    """
    taken: list[tuple[list[str], list[float]]] = []
    for option in question.options:
        if option.place == LEFT_OUT:
            continue
        if option.place != WITH_BEFORE or not taken:
            taken.append(([], []))
        options, shares = taken[-1]
        options.append(option.key)
        if option.share:
            shares.append(read_share(option))
    return [Band(tuple(options), sum(shares) if shares else None) for options, shares in taken]


def read_share(option: SplitOption) -> float:
    try:
        share = float(option.share.replace(",", "."))
    except ValueError:
        share = math.nan
    if not 0 <= share <= 100:  # also where it is no number
        raise ValueError(_("%(option)s: give a share from 0 to 100.") % {"option": option.label})
    return share


def written(share: float) -> str:
    return f"{round(share, DECIMALS):.{DECIMALS}f}".rstrip("0").rstrip(".")


def number_repeats(rows: Sequence[dict[str, str]]) -> None:
    """Keys that became the same when they were cut get a number at their end."""
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if row["key"] in seen:
            row["key"] = f"{row['key'][: MOST_KEY - 5]}_{number}"
        seen.add(row["key"])
