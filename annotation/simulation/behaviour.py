"""How synthetic people behave: what kind they are, when they come, when they turn away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from annotation.errors import Conflict
from annotation.simulation.utilities import chance_for

SKIPS = 0.02
SHARES = ("skip", "dropout", "lapse", "careless", "contrarian")


class Kind(StrEnum):
    """What stands behind a person's answers."""

    SINCERE = "sincere"
    CARELESS = "careless"
    CONTRARIAN = "contrarian"


class Arrivals(StrEnum):
    """When people come: all at the beginning, one by one at random, or in a wave every day."""

    ALL = "all"
    POISSON = "poisson"
    WAVES = "waves"


@dataclass(frozen=True)
class Behaviour:
    """Probabilities of what people do; the defaults are those of a simulation without options.

    `utilities` gives groups their weights, trait by trait, instead of drawn ones.
    """

    skip: float = SKIPS
    dropout: float = 0.0
    lapse: float = 0.0
    careless: float = 0.0
    contrarian: float = 0.0
    arrivals: Arrivals = Arrivals.ALL
    days: float = 1.0
    utilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise Conflict(f"--{name} must be from 0 to 1.", code="wrong-option")
        if self.lapse == 1:
            raise Conflict("--lapse must be below 1, or nobody ever answers.", code="wrong-option")
        if self.careless + self.contrarian > 1:
            raise Conflict(
                "--careless and --contrarian together must not be above 1.", code="wrong-option"
            )
        if not 0 < self.days <= 3650:
            raise Conflict("--days must be above 0 and at most 3650.", code="wrong-option")

    def kind_of(self, person: int, seed: int) -> Kind:
        draw = chance_for(seed, "kind", str(person)).random()
        if draw < self.careless:
            return Kind.CARELESS
        return Kind.CONTRARIAN if draw < self.careless + self.contrarian else Kind.SINCERE

    def leaves_after(self, person: int, item: str, is_repeat: bool, seed: int) -> bool:
        """Whether the person is gone for good once they have judged this."""
        names = ("dropout", str(person), item, str(is_repeat))
        return self.dropout > 0 and chance_for(seed, *names).random() < self.dropout

    def walks_away(self, person: int, item: str, is_repeat: bool, visit: int, seed: int) -> bool:
        """Whether the person lets the lease run out on the `visit`-th meeting with an item."""
        names = ("lapse", str(person), item, str(is_repeat), str(visit))
        return self.lapse > 0 and chance_for(seed, *names).random() < self.lapse
