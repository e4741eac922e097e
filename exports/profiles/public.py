"""For everybody: k-anonymous over all that is told of people, days instead of moments."""

import pyarrow as pa

from exports.profiles.guarded import Guarded, Treatment, day_of

MOMENTS = {
    "judgments": ("submitted_at",),
    "assignments": ("served_at", "ended_at", "lease_expires_at"),
}
DAY_WORDS = " In this release the beginning of that day."
# What people read, and would rather not read, tells of them.
TELLING = (("judgments", "language"), ("assignments", "skip_kind"))
TELLING_WORDS = " Left out of this release, as it tells of the person."


class Public(Guarded):
    """Nothing is told of people but the chosen questions."""

    others_leave = False

    def words_on(self, table: str, column: str) -> str:
        if column in MOMENTS.get(table, ()):
            return DAY_WORDS
        if (table, column) in TELLING:
            return TELLING_WORDS
        return super().words_on(table, column)

    def treatments(self, table: str) -> dict[str, Treatment]:
        found = super().treatments(table)
        for column in MOMENTS.get(table, ()):
            found[column] = on_days(column)
        for one, column in TELLING:
            if one == table:
                found[column] = nothing_in(column)
        return found


def on_days(column: str) -> Treatment:
    return lambda batch: day_of(batch.column(column))


def nothing_in(column: str) -> Treatment:
    return lambda batch: pa.nulls(len(batch), batch.column(column).type)
