"""What a simulation did, and the truth that it did it with."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from annotation.simulation.population import Person


@dataclass
class SimulationReport:
    """Counts of this run. `true_weights` is by group, `people_behind` by pseudonym."""

    people: int = 0
    people_by_kind: dict[str, int] = field(default_factory=dict)
    judgments: int = 0
    skips: int = 0
    lapses: int = 0
    dropouts: int = 0
    seconds: float = 0.0
    true_weights: dict[str, dict[str, float]] = field(default_factory=dict)
    people_behind: dict[str, dict[str, str]] = field(default_factory=dict)

    def introduce(self, people: list[Person]) -> None:
        """Note who takes part."""
        self.people = len(people)
        self.people_by_kind = dict(Counter(person.kind.value for person in people))
        self.people_behind = {
            person.seat.annotator.pseudonym: {
                "group": person.seat.stratum_key,
                "kind": person.kind.value,
            }
            for person in people
        }

    def truth(self) -> dict[str, Any]:
        """What an analysis should find, for the truth file."""
        return {"utilities": self.true_weights, "people": self.people_behind}

    def lines(self) -> list[str]:
        """The rest of the report, one thing a line."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.people_by_kind.items()))
        rate = self.judgments / self.seconds if self.seconds else 0.0
        return [
            f"  people      {kinds or 'none'}",
            f"  left early  {self.dropouts}",
            f"  let lapse   {self.lapses}",
            f"  took        {self.seconds:.1f} s, {rate:.0f} judgments a second",
        ]
