"""What synthetic people value: known group utilities over traits of responses."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# How strongly values decide: standard deviations of weights, shared, by group and by person.
COMMON_SPREAD = 0.6
GROUP_SPREAD = 1.2
PERSON_SPREAD = 0.4
# Traits given to responses that declare none; they mean nothing, but are the same for everybody.
HASHED_TRAITS = ("t1", "t2", "t3", "t4", "t5")


@dataclass(frozen=True)
class Weights:
    """Utility of a response = Σ weight × trait."""

    by_trait: Mapping[str, float]

    def utility(self, traits: Mapping[str, float]) -> float:
        return sum(self.by_trait.get(name, 0.0) * value for name, value in traits.items())


def traits_of(metadata: Mapping[str, Any], content_sha256: str) -> dict[str, float]:
    """The traits that a response's metadata declares, else five in [−1, 1] from its hash."""
    declared = metadata.get("traits")
    if isinstance(declared, dict) and declared:
        return {
            name: float(value) for name, value in declared.items() if isinstance(value, int | float)
        }
    digest = hashlib.sha256(content_sha256.encode()).digest()
    return {
        name: int.from_bytes(digest[4 * i : 4 * i + 4]) / 2**31 - 1
        for i, name in enumerate(HASHED_TRAITS)
    }


def group_weights(group: str, traits: Sequence[str], seed: int) -> Weights:
    """A group's true weights: a part shared by everybody, and the group's own."""
    return Weights(
        {
            name: gauss(seed, "common", name, spread=COMMON_SPREAD)
            + gauss(seed, "group", group, name, spread=GROUP_SPREAD)
            for name in sorted(traits)
        }
    )


def person_weights(group: Weights, person: int, seed: int) -> Weights:
    """A person's weights: the group's, and what is their own."""
    return Weights(
        {
            name: weight + gauss(seed, "person", str(person), name, spread=PERSON_SPREAD)
            for name, weight in group.by_trait.items()
        }
    )


def gauss(seed: int, *names: str, spread: float) -> float:
    """A normal draw that depends on nothing but the seed and the names."""
    return chance_for(seed, *names).gauss(0.0, spread)


def chance_for(seed: int, *names: str) -> random.Random:
    """A random source that is the same in every run for the same seed and names."""
    return random.Random(f"{seed}:" + ":".join(names))
