"""Reference populations: margins read from a table, and matched to what the campaign asks.

Two kinds of tables are taken. One has the columns `question`, `option` and `share` (or `count`).
The other crosses answers: its first column has those of one question, further columns those of
others, joined by underscores, and each cell a share or count, as censuses are published; rows and
columns of totals (`All`, `Total`) are not read, sums are.
"""

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deeds import Deed
from accounts.models import Question, User
from accounts.services.trail import record
from analysis.errors import Unfit
from analysis.models import Population
from annotation.models import Campaign

LONG = ("question", "option")
SHARES = ("share", "count")
MOST_BYTES = 1024 * 1024
TOTALS = ("all", "total")
Shares = dict[str, float]


@transaction.atomic
def add_population(
    campaign: Campaign, *, name: str, source: str, content: bytes, added_by: User | None
) -> Population:
    """Keep the margins of a CSV table under a name; the same name again replaces it.

    Margins of answers that the campaign does not ask for are left out. Raises `Unfit` where the
    table cannot be read, or nothing of it is asked for.
    """
    margins = matched(read_margins(content), campaign)
    if not margins:
        raise refused(_("None of its answers are among those that this campaign asks for."))
    population, _new = Population.objects.update_or_create(
        campaign=campaign,
        name=name,
        defaults={"source": source, "margins": margins, "created_by": added_by},
    )
    record(Deed.POPULATION_ADDED, campaign=campaign, thing=population, by=added_by, name=name)
    return population


@transaction.atomic
def remove_population(population: Population) -> None:
    """Take it away; runs that were weighted to it stay, and no longer name it."""
    record(
        Deed.POPULATION_REMOVED,
        campaign=population.campaign_id,
        thing=population,
        name=population.name,
    )
    population.delete()


def refused(problem: str) -> Unfit:
    return Unfit(_("This table could not be read."), fields={"file": problem})


def read_margins(content: bytes) -> list[Shares]:
    """Shares by answer, as the table calls it, for each question. Raises `Unfit`."""
    if len(content) > MOST_BYTES:
        raise refused(_("The file is larger than one megabyte."))
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise refused(_("The file is no CSV table in UTF-8.")) from error
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2 or any(len(row) != len(rows[0]) for row in rows):
        raise refused(_("The table needs a line of headings and as many cells in every line."))
    header = [cell.strip() for cell in rows[0]]
    is_long = all(name in header for name in LONG)
    found = long_margins(header, rows[1:]) if is_long else crossed_margins(header, rows[1:])
    return [in_shares(one) for one in found]


def long_margins(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Shares]:
    value = next((name for name in SHARES if name in header), None)
    if value is None:
        raise refused(_("The table needs a column called “share” or “count”."))
    places = [header.index(name) for name in (*LONG, value)]
    margins: dict[str, Shares] = defaultdict(dict)
    for row in rows:
        question, option, share = (row[place].strip() for place in places)
        margins[question][option] = number(share)
    return list(margins.values())


def crossed_margins(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Shares]:
    """A margin for the first column, and one for each part of the other columns' names."""
    columns = [(place, name.split("_")) for place, name in enumerate(header) if place]
    columns = [(place, parts) for place, parts in columns if not is_total(parts)]
    depths = {len(parts) for _place, parts in columns}
    if len(depths) != 1:
        raise refused(_("Its headings do not name the same number of answers each."))
    margins: list[Shares] = [defaultdict(float) for _depth in range(1 + depths.pop())]
    for row in rows:
        if is_total(row[0].split()):
            continue
        for place, parts in columns:
            value = number(row[place])
            for margin, option in zip(margins, (row[0].strip(), *parts), strict=True):
                margin[option] += value
    return [dict(one) for one in margins]


def is_total(parts: Sequence[str]) -> bool:
    return bool(parts) and parts[0].casefold() in TOTALS


def number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise refused(_("“%(text)s” is no share or count.") % {"text": text[:40]})
    return value


def in_shares(margin: Mapping[str, float]) -> Shares:
    total = sum(margin.values())
    if total <= 0:
        raise refused(_("The shares of a question add up to nothing."))
    return {option: value / total for option, value in margin.items()}


def matched(margins: Sequence[Shares], campaign: Campaign) -> list[dict[str, Any]]:
    """Margins by the campaign's questions and option keys, each question once.

    A margin is a question's where every answer of it is one of the question's options, by key or
    label, however they are written.
    """
    found: dict[str, dict[str, Any]] = {}
    for question in campaign.questionnaire.questions.all():
        options = names_of(question)
        for margin in margins:
            keys = {option: options.get(plain(option)) for option in margin}
            if None in keys.values() or len(set(keys.values())) < len(keys):
                continue
            shares = {str(keys[option]): share for option, share in margin.items()}
            found.setdefault(question.key, {"question": question.key, "shares": shares})
    return list(found.values())


def names_of(question: Question) -> dict[str, str]:
    named = [
        (option[part], option["key"]) for option in question.options for part in ("label", "key")
    ]
    return {plain(name): key for name, key in named}


def plain(name: str) -> str:
    """“65 or older”, “65+ years old” and “65+” are one."""
    words = re.sub(r"\b(or|and) (more|older|over|above)\b", "+", name.casefold())
    words = re.sub(r"\byears?( of age| old)?\b|\bto\b", "", words)
    return re.sub(r"[^\w+]|_", "", words)
