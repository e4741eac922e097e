"""What documentation is written from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from exports.derived import Made
from exports.documentation.counting import Counts, count, merged
from exports.enums import ReleaseProfile
from exports.formats.written import FinishedFile
from exports.frozen.frame import Facts, Frame, FrozenCampaign
from exports.models import Snapshot
from exports.profiles import Profile, profile_of
from exports.release import ShardRelease
from exports.tables import Table


def nothing_to_tell() -> None:
    """For those who need not hear that the work is alive."""


@dataclass(frozen=True)
class Part:
    """One campaign of a dataset: its frozen words, its facts, and the counts of released rows.

    `of` is what a heading needs to tell it from other campaigns; `least` the smallest number of
    people that is told.
    """

    campaign: FrozenCampaign
    facts: Facts
    counts: Counts
    least: int
    of: str

    @property
    def tells_strata(self) -> bool:
        """Whether what strata reached may be told.

        A release that leaves it out of `coverage` hides whose stratum is which: held against the
        named rows, the sums would tell it.
        """
        return bool(self.counts.cells) or not any(one.wanted for one in self.facts.strata)

    def in_order(self, strata: Iterable[str | None]) -> list[str | None]:
        """Strata as the campaign has them; those that it does not know of last, None at the end."""
        places = {one.key: place for place, one in enumerate(self.campaign.strata)}
        return sorted(
            strata, key=lambda one: (one is None, places.get(one or "", len(places)), one or "")
        )

    @property
    def has_strata(self) -> bool:
        """Whether the researchers drew strata, or everybody is in one."""
        return any(one.where for one in self.campaign.strata)


@dataclass
class Dataset:
    """A snapshot whose tables are written: its frame with the facts, and the tables' files.

    `frozen` is the frame as it was frozen, `frame` what its privacy profile lets be told of it.
    `alive` is told again and again while rows are counted, and may raise to stop that. `derived`
    are those of the files that are made from the tables.
    """

    snapshot: Snapshot
    frozen: Frame
    files: Sequence[FinishedFile]
    alive: Callable[[], None] = nothing_to_tell
    derived: Sequence[Made] = ()

    @cached_property
    def profile(self) -> Profile:
        return profile_of(self.snapshot, self.frozen)

    @cached_property
    def frame(self) -> Frame:
        return self.profile.told()

    @cached_property
    def tables(self) -> list[Table]:
        """The tables as they were written, under the snapshot's privacy profile."""
        return [self.profile.table(table) for table in self.frozen.tables]

    @property
    def shards(self) -> list[ShardRelease]:
        """The released rows, for what must be counted or drawn from them."""
        return [
            ShardRelease(self.snapshot, self.frozen, number)
            for number in range(self.snapshot.moment.shards)
        ]

    def files_of(self, table: str) -> list[FinishedFile]:
        return [file for file in self.files if file.table == table]

    def rows_of(self, table: str) -> int:
        return sum(file.rows or 0 for file in self.files_of(table))

    @cached_property
    def least(self) -> int:
        """The smallest number of people that documentation tells; 1 tells every number.

        A full release holds everybody's own rows, for those who run the campaign. In others it is
        the campaigns' smallest group, or `k` where that is larger.
        """
        choices = self.profile.choices
        if choices.profile == ReleaseProfile.FULL:
            return 1
        return max(choices.k, self.frame.least_people)

    @cached_property
    def parts(self) -> list[Part]:
        """The campaigns, in their order, with all that is counted of them."""
        shards = list(self.snapshot.shards.all())
        kept = [shard.counts for shard in shards if shard.counts is not None]
        whole = bool(shards) and len(kept) == len(shards)
        counts = merged(kept) if whole else count(self.shards, self.alive)
        several = len(self.frame.campaigns) > 1
        return [
            Part(
                campaign,
                facts,
                counts.get(campaign.slug, Counts()),
                self.least,
                f" in `{campaign.slug}`" if several else "",
            )
            for campaign, facts in zip(self.frame.campaigns, self.frame.facts, strict=True)
        ]

    @property
    def version(self) -> str:
        """The version of the first campaign's data, as three numbers."""
        return f"{self.frame.campaign.version}.0.0"

    def pattern_of(self, table: str) -> str:
        """What the names of a table's files have in common; the name where there is one."""
        names = [file.name for file in self.files_of(table)]
        if len(names) < 2:
            return names[0] if names else ""
        stem, rest = names[0].split("-00000-of-", 1)
        return f"{stem}-*-of-{rest}"
