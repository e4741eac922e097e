"""Silent repeats in bulk, by the rule of serving."""

from collections import defaultdict, deque

from annotation.enums import AssignmentStatus
from annotation.models import Assignment, Campaign, Seat
from annotation.services.serving import JUDGMENTS_BEFORE_REPEAT, MOST_LOOKED_BACK, draw
from annotation.simulation.population import Person

LOOKED_AT = JUDGMENTS_BEFORE_REPEAT + MOST_LOOKED_BACK
Shown = tuple[int, list[str]]


class Repeats:
    """What people have judged lately, and which items they were asked again."""

    def __init__(self, campaign: Campaign) -> None:
        self.rate = campaign.repeat_rate
        self.answered: dict[int, deque[Shown]] = {}
        self.repeated: defaultdict[int, set[int]] = defaultdict(set)

    def remember(self, person: Person, item_id: int, order: list[str]) -> None:
        if self.rate:
            self.recent(person).append((item_id, order))

    def draw(self, person: Person, seat: Seat) -> Shown | None:
        """An item judged a while ago with its order reversed, or None for something new.

        `seat` is the person's with what has been counted on it so far.
        """
        if not self.rate:
            return None
        chance = draw(seat)
        if chance.random() >= self.rate:
            return None
        earlier = list(self.recent(person))[:-JUDGMENTS_BEFORE_REPEAT]
        asked_again = self.repeated[person.number]
        candidates = [shown for shown in earlier if shown[0] not in asked_again]
        if not candidates:
            return None
        item_id, order = chance.choice(candidates)
        asked_again.add(item_id)
        return item_id, order[::-1]

    def recent(self, person: Person) -> deque[Shown]:
        """The person's last answers, oldest first; read once from what earlier runs left."""
        if person.number not in self.answered:
            mine = Assignment.objects.filter(seat=person.seat)
            first = mine.filter(status=AssignmentStatus.SUBMITTED, is_repeat=False)
            latest = first.order_by("-ended_at").values_list("item_id", "presented_order")
            self.answered[person.number] = deque(
                reversed(list(latest[:LOOKED_AT])), maxlen=LOOKED_AT
            )
            again = mine.filter(is_repeat=True).values_list("item_id", flat=True)
            self.repeated[person.number].update(again)
        return self.answered[person.number]
