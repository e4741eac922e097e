"""Whose turn it is, in simulated time. It orders what people do and is stamped on nothing."""

import heapq
import math
from collections.abc import Iterable

from annotation.simulation.behaviour import Arrivals, Behaviour
from annotation.simulation.population import Person
from annotation.simulation.utilities import chance_for

DAY = 24 * 3600.0
# Judgments in a session: one, and exponentially many more of this mean.
SESSION_MEAN = 24.0
# Between sessions: log-normal, median 20 hours.
LOG_BREAK = math.log(20 * 3600)
BREAK_SPREAD = 0.5
# A wave comes within about an hour.
WAVE_MEAN = 1200.0

Turn = tuple[float, int, Person]


def arrival_of(person: int, behaviour: Behaviour, seed: int) -> float:
    """When a person comes, in simulated seconds since the beginning.

    Arrivals of a Poisson process, given their number, are independent and uniform.
    """
    chance = chance_for(seed, "arrival", str(person))
    if behaviour.arrivals == Arrivals.POISSON:
        return chance.uniform(0, behaviour.days * DAY)
    if behaviour.arrivals == Arrivals.WAVES:
        return chance.randrange(math.ceil(behaviour.days)) * DAY + chance.expovariate(1 / WAVE_MEAN)
    return 0.0


class Schedule:
    """A queue of people by simulated time. Where all come at once, they take turns."""

    def __init__(self, people: Iterable[Person], behaviour: Behaviour, seed: int) -> None:
        self.behaviour = behaviour
        self.seed = seed
        self.turns: list[Turn] = [
            (arrival_of(person.number, behaviour, seed), person.number, person) for person in people
        ]
        heapq.heapify(self.turns)
        self.sessions: dict[int, tuple[int, int]] = {}

    def next(self) -> Turn | None:
        """The earliest turn, taken off the queue; None where nobody is left."""
        return heapq.heappop(self.turns) if self.turns else None

    def put_back(self, turn: Turn) -> None:
        """The turn was not used."""
        heapq.heappush(self.turns, turn)

    def again(self, turn: Turn, took_ms: int) -> None:
        """The person did something for so long, and goes on: at once, or after a break."""
        time, number, person = turn
        if self.behaviour.arrivals == Arrivals.ALL:
            time += 1
        else:
            time += took_ms / 1000 + self.pause_after(number)
        heapq.heappush(self.turns, (time, number, person))

    def pause_after(self, number: int) -> float:
        """Seconds until the person goes on: none within a session."""
        session, left = self.sessions.get(number) or (0, self.session_length(number, 0))
        if left > 1:
            self.sessions[number] = (session, left - 1)
            return 0.0
        self.sessions[number] = (session + 1, self.session_length(number, session + 1))
        chance = chance_for(self.seed, "break", str(number), str(session))
        return chance.lognormvariate(LOG_BREAK, BREAK_SPREAD)

    def session_length(self, number: int, session: int) -> int:
        chance = chance_for(self.seed, "session", str(number), str(session))
        return 1 + int(chance.expovariate(1 / SESSION_MEAN))

    @property
    def people(self) -> list[Person]:
        """Everybody who is still in the queue."""
        return [person for _time, _number, person in self.turns]
