"""Synthetic texts whose values are known: two words decide, the rest is noise."""

import numpy as np

from values.classifier import Labelled

WORDS = ("lamp", "river", "stone", "window", "paper", "garden", "wheel", "cloud", "market", "song")
KIND, FAIR = "gentle kindness", "equal justice"


def sample(texts: int = 120, people: int = 5, *, noise: float = 0.0, seed: int = 1) -> Labelled:
    """Texts of which every other one speaks of kindness, every third of justice, none of `never`.

    Each person says what the words say but errs with probability `noise`. Two texts share a prompt.
    """
    chance = np.random.default_rng(seed)
    written, tags, text_of, person_of = [], [], [], []
    for number in range(texts):
        said = [number % 2 == 0, number % 3 == 0, False]
        parts = [*chance.choice(WORDS, 6)]
        parts += [KIND] if said[0] else []
        parts += [FAIR] if said[1] else []
        written.append(" ".join(parts))
        for person in range(people):
            tags.append([one != (chance.random() < noise) for one in said[:2]] + [False])
            text_of.append(number)
            person_of.append(person)
    return Labelled(
        ["kind", "fair", "never"],
        written,
        [f"prompt {number // 2}" for number in range(texts)],
        np.array(tags),
        np.array(text_of),
        np.array(person_of),
    )
