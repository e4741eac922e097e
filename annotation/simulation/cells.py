"""Open cells of a stratum in the order in which its campaign's strategy serves them."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from django.db import connection

from annotation.enums import Strategy
from annotation.models import Stratum
from annotation.simulation.utilities import chance_for

CELLS_AT_ONCE = 1000
# Where no more than this share of places drawn at random is taken, the rest is gone through.
FEW = 0.2

NEXT_CELLS = """
SELECT id, {key}, target - taken FROM annotation_coverage
WHERE stratum_id = %(stratum)s AND taken < target {after} ORDER BY {order} LIMIT %(most)s
"""
AT_RANDOM = """
SELECT cell.id FROM unnest(%(starts)s::int[]) WITH ORDINALITY AS start (shuffle, turn)
CROSS JOIN LATERAL (
    SELECT id FROM annotation_coverage
    WHERE stratum_id = %(stratum)s AND taken < target AND shuffle >= start.shuffle
    ORDER BY shuffle LIMIT 1) cell
ORDER BY start.turn
"""
COUNT = """
SELECT count(*) FROM annotation_coverage WHERE stratum_id = %(stratum)s AND taken < target
"""
KEY = ("taken", "shuffle", "id")


class Cells:
    """Walks through a stratum's open cells; each batch is a list of places, ids of cells."""

    def __init__(self, stratum: Stratum, strategy: str, seed: int) -> None:
        self.stratum = stratum
        self.strategy = strategy
        self.seed = seed
        self.taken = 0

    def batches(self) -> Iterator[list[int]]:
        """Lists of places, each made only when the one before has been written."""
        if self.strategy == Strategy.RANDOM:
            yield from self.drawn()
            yield from self.walk()
        elif self.strategy == Strategy.DEPTH_FIRST:
            yield from self.walk(backwards=True)
        else:
            yield from self.walk(one_each=True)

    def walk(self, *, one_each: bool = False, backwards: bool = False) -> Iterator[list[int]]:
        """By judgments and leases, then by the permutation.

        A cell that gets one has more than all that were looked at before, so it comes again
        later, until it is full.
        """
        after: Sequence[int] | None = None
        while rows := self.next_cells(after, backwards=backwards):
            yield [row[0] for row in rows for _ in range(1 if one_each else row[-1])]
            after = rows[-1][1:-1]

    def next_cells(self, after: Sequence[int] | None, *, backwards: bool) -> list[tuple[int, ...]]:
        sign = "<" if backwards else ">"
        statement = NEXT_CELLS.format(
            key=", ".join(KEY),
            after="" if after is None else f"AND ({', '.join(KEY)}) {sign} %(after)s",
            order=", ".join(f"{name} {'DESC' if backwards else 'ASC'}" for name in KEY),
        )
        names = {"after": None if after is None else tuple(after), "most": CELLS_AT_ONCE}
        return self.rows(statement, names)

    def drawn(self) -> Iterator[list[int]]:
        """Each place the first open cell from a random place in the permutation.

        Ends when people take few of the places that are drawn, `taken` of the last batch.
        """
        counted = self.rows(COUNT, {})[0][0]
        at_once = min(CELLS_AT_ONCE, max(1, counted // 2))
        self.taken = at_once
        for number in count():
            if self.taken <= FEW * at_once:
                return
            self.taken = 0
            chance = chance_for(self.seed, "start", self.stratum.key, str(number))
            starts = [chance.randint(-(2**31), 2**31 - 1) for _ in range(at_once)]
            yield [row[0] for row in self.rows(AT_RANDOM, {"starts": starts})]

    def rows(self, statement: str, names: dict[str, Any]) -> list[tuple[int, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"stratum": self.stratum.pk, **names})
            found: list[tuple[int, ...]] = cursor.fetchall()
        return found
