"""One simulation under way: what it was asked for, and what has happened."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from annotation.models import Campaign, Judgment
from annotation.simulation.behaviour import Behaviour
from annotation.simulation.meeting import SKIPPING_MS, Meeting, Outcome, Sheet, answered
from annotation.simulation.population import Person
from annotation.simulation.report import SimulationReport
from annotation.simulation.utilities import chance_for


@dataclass
class Run:
    """What both modes of simulating share."""

    campaign: Campaign
    seed: int
    behaviour: Behaviour
    most_each: int | None
    on_progress: Callable[[int], None]
    report: SimulationReport = field(default_factory=SimulationReport)
    # How often a person has let an item's lease lapse, so that the next meeting may end otherwise.
    lapsed: Counter[tuple[int, str]] = field(default_factory=Counter)

    def meet(self, person: Person, sheet: Sheet, *, is_repeat: bool) -> Meeting:
        """What the person does with the item; it depends on the seed and names only."""
        item, number, seed = sheet.external_id, person.number, self.seed
        visit = self.lapsed[number, item]
        if self.behaviour.walks_away(number, item, is_repeat, visit, seed):
            self.lapsed[number, item] += 1
            return Meeting(Outcome.LAPSED, self.campaign.lease_minutes * 60_000)
        chance = chance_for(seed, "answer", str(number), item, str(is_repeat))
        if chance.random() < self.behaviour.skip:
            return Meeting(Outcome.SKIPPED, SKIPPING_MS)
        answer = answered(self.campaign, sheet.utilities(person.weights), chance)
        leaves = self.behaviour.leaves_after(number, item, is_repeat, seed)
        return Meeting(Outcome.JUDGED, answer.active_ms or 0, answer, leaves)

    def count(self, meeting: Meeting) -> None:
        self.report.judgments += meeting.outcome == Outcome.JUDGED
        self.report.skips += meeting.outcome == Outcome.SKIPPED
        self.report.lapses += meeting.outcome == Outcome.LAPSED
        self.report.dropouts += meeting.leaves

    def left_before(self, person: Person) -> bool:
        """Whether the person has left for good, in this run or an earlier one of this seed."""
        if not self.behaviour.dropout:
            return False
        judged = Judgment.objects.filter(assignment__seat=person.seat)
        return any(
            self.behaviour.leaves_after(person.number, item, is_repeat, self.seed)
            for item, is_repeat in judged.values_list("item__external_id", "is_repeat")
        )
