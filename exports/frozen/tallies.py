"""Counting what passes by while it is frozen, so that nothing is counted in the database."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.frozen.frame import Facts, FrozenCampaign, StratumFacts

CELLS = ("target", "submitted", "leased")


@dataclass
class Tallies:
    """Counts by campaign, person and stratum; keys are the database's numbers."""

    judgments: Counter[int] = field(default_factory=Counter)
    superseded: Counter[int] = field(default_factory=Counter)
    repeats: Counter[int] = field(default_factory=Counter)
    after_lease: Counter[int] = field(default_factory=Counter)
    items: Counter[int] = field(default_factory=Counter)
    statuses: defaultdict[int, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )
    cells: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter[str]))
    languages: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    judgments_of: Counter[tuple[int, int]] = field(default_factory=Counter)
    assignments_of: Counter[tuple[int, int]] = field(default_factory=Counter)
    profiles: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    judged: defaultdict[int, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))
    rows: Counter[str] = field(default_factory=Counter)

    def see_judgments(self, batch: pa.RecordBatch) -> None:
        table = pa.Table.from_batches([batch])
        self.rows["judgments"] += batch.num_rows
        sums = table.group_by("campaign_pk", use_threads=False).aggregate(
            [
                ("judgment_id", "count"),
                ("supersedes", "count"),
                ("is_repeat", "sum"),
                ("after_lease", "sum"),
            ]
        )
        for row in sums.to_pylist():
            campaign = row["campaign_pk"]
            self.judgments[campaign] += row["judgment_id_count"]
            self.superseded[campaign] += row["supersedes_count"]
            self.repeats[campaign] += row["is_repeat_sum"] or 0
            self.after_lease[campaign] += row["after_lease_sum"] or 0
            own = table.filter(pc.equal(table["campaign_pk"], campaign))
            self.profiles[campaign].update(own["profile_pk"].unique().to_pylist())
            self.judged[campaign].append(own["item_pk"].unique().to_numpy())
        add_people(self.judgments_of, table)

    def see_assignments(self, batch: pa.RecordBatch) -> None:
        table = pa.Table.from_batches([batch])
        self.rows["assignments"] += batch.num_rows
        sums = table.group_by(["campaign_pk", "status"], use_threads=False).aggregate(
            [("assignment_id", "count")]
        )
        for row in sums.to_pylist():
            self.statuses[row["campaign_pk"]][row["status"]] += row["assignment_id_count"]
        add_people(self.assignments_of, table)

    def see_coverage(self, batch: pa.RecordBatch) -> None:
        self.rows["coverage"] += batch.num_rows
        table = pa.Table.from_batches([batch])
        sums = table.group_by("stratum_pk", use_threads=False).aggregate(
            [(name, "sum") for name in CELLS]
        )
        for row in sums.to_pylist():
            for name in CELLS:
                self.cells[row["stratum_pk"]][name] += row[f"{name}_sum"]

    def see_items(self, batch: pa.RecordBatch) -> None:
        self.rows["items"] += batch.num_rows
        table = pa.Table.from_batches([batch])
        sums = table.group_by(["campaign_pk", "language"], use_threads=False).aggregate(
            [("item_pk", "count")]
        )
        for row in sums.to_pylist():
            self.items[row["campaign_pk"]] += row["item_pk_count"]
            if row["language"]:
                self.languages[row["campaign_pk"]].add(row["language"])

    def facts_of(self, campaign: FrozenCampaign, seats: Sequence[int]) -> Facts:
        """What the documentation tells of one campaign; `seats` are the strata people sit in."""
        pk = campaign.pk
        people = Counter(seats)
        judged = self.judged[pk]
        count = len(np.unique(np.concatenate(judged))) if judged else 0
        return Facts(
            languages=sorted(self.languages[pk]),
            strata=[
                StratumFacts(
                    key=stratum.key,
                    people=people[stratum.pk],
                    target_per_item=stratum.target,
                    wanted=self.cells[stratum.pk]["target"],
                    submitted=self.cells[stratum.pk]["submitted"],
                    leased=self.cells[stratum.pk]["leased"],
                    open=self.open_places(stratum.pk),
                )
                for stratum in campaign.strata
            ],
            people=len(seats),
            judgments=self.judgments[pk],
            superseded=self.superseded[pk],
            repeats=self.repeats[pk],
            after_lease=self.after_lease[pk],
            items=self.items[pk],
            items_without_judgment=self.items[pk] - count,
            assignments_by_status=dict(sorted(self.statuses[pk].items())),
        )

    def open_places(self, stratum_pk: int) -> int:
        cells = self.cells[stratum_pk]
        return cells["target"] - cells["leased"] - cells["submitted"]


def add_people(counts: Counter[tuple[int, int]], table: pa.Table) -> None:
    sums = table.group_by(["campaign_pk", "annotator_pk"], use_threads=False).aggregate(
        [("item_pk", "count")]
    )
    for row in sums.to_pylist():
        counts[row["campaign_pk"], row["annotator_pk"]] += row["item_pk_count"]
