"""How much answers vary, question by question and stratum by stratum, learned from all of them.

A handful of answers says little of its own spread: three people who agree may be three of a
crowd that does, or chance. What tells them apart is how often such answers went together
elsewhere. So the cells, one question in one stratum, are seen as of a few classes, each with its
own shares of grades; and which classes a question's cells are of depends on the question's type,
so that what one stratum answered tells something of the others. Both are learned from the data by
maximum likelihood (latent class analysis: Lazarsfeld & Henry 1968; with two levels: Vermunt 2003),
by expectation-maximisation (Dempster, Laird & Rubin 1977). Nothing is drawn at random.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CELL_CLASSES = 8
QUESTION_TYPES = 6
STEPS = 30
# Worth of answers that every share gets beforehand, so that none is ever nought.
PRIOR = 0.5
# Worth of answers with which a class keeps to where it began. Few answers never prove that cells
# differ; this lets them be taken to, until there are enough to tell.
ANCHOR = 5.0
# More questions than this tell nothing new of the classes; the time to learn them is bounded.
LEARNED_FROM = 2000
QUESTIONS_AT_ONCE = 2000


@dataclass(frozen=True)
class Classes:
    """What was learned: shares of types (types), of classes in a type and stratum (types ×
    strata × classes), and of grades in a class (classes × grades); the last axis sums to 1."""

    types: Floats
    classes: Floats
    grades: Floats


def expected_variances(counts: npt.NDArray[np.int64], grades: Sequence[float]) -> Floats:
    """The expected variance of one answer, in squared units of `grades`: questions × strata.

    `counts` is how often each grade was given: questions × strata × grades. A cell without any
    answer has what the question's other cells, or all, let expect.
    """
    step = -(-len(counts) // LEARNED_FROM)
    learned = learn(counts[::step].astype(np.float64), np.asarray(grades, dtype=np.float64))
    values = np.asarray(grades, dtype=np.float64)
    by_class = learned.grades @ values**2 - (learned.grades @ values) ** 2
    found = [
        memberships(counts[first : first + QUESTIONS_AT_ONCE].astype(np.float64), learned)[1]
        @ by_class
        for first in range(0, len(counts), QUESTIONS_AT_ONCE)
    ]
    return np.concatenate(found)


def learn(counts: Floats, values: Floats) -> Classes:
    """Shares that make the counts likely, after a fixed number of steps."""
    learned = begun = beginning(counts, values)
    for _step in range(STEPS):
        of_types, of_classes, jointly = memberships(counts, learned)
        classes = jointly + PRIOR / CELL_CLASSES
        grades = np.einsum("qsc,qsg->cg", of_classes, counts) + ANCHOR * begun.grades
        types = of_types.sum(axis=0) + PRIOR
        learned = Classes(types / types.sum(), normed(classes), normed(grades))
    return learned


def beginning(counts: Floats, values: Floats) -> Classes:
    """Classes of cells by their mean, from lowest to highest; types of questions likewise."""
    overall = counts.sum(axis=(0, 1)) + PRIOR
    overall /= overall.sum()
    cells = counts.reshape(-1, counts.shape[-1])
    parts = np.array_split(by_mean(cells, values), CELL_CLASSES)
    grades = normed(np.array([cells[part].sum(axis=0) + overall for part in parts]))
    questions = counts.sum(axis=1)
    of_types = np.full((len(counts), QUESTION_TYPES), 0.02)
    for number, part in enumerate(np.array_split(by_mean(questions, values), QUESTION_TYPES)):
        of_types[part, number] = 1.0
    of_types = normed(of_types)
    of_classes = normed(likelihoods(counts, grades))
    classes = np.einsum("qt,qsc->tsc", of_types, of_classes) + PRIOR
    return Classes(of_types.mean(axis=0), normed(classes), grades)


def memberships(counts: Floats, learned: Classes) -> tuple[Floats, Floats, Floats]:
    """Probabilities given the answers: of types (questions × types) and of classes (questions ×
    strata × classes); and the latter summed over questions within each type."""
    likely = likelihoods(counts, learned.grades)
    within = np.einsum("qsc,tsc->qts", likely, learned.classes)
    log_types = np.log(within).sum(axis=2) + np.log(learned.types)
    of_types = normed(np.exp(log_types - log_types.max(axis=1, keepdims=True)))
    weights = of_types[:, :, None] / within
    of_classes = np.einsum("qts,tsc->qsc", weights, learned.classes) * likely
    jointly = np.einsum("qts,qsc->tsc", weights, likely) * learned.classes
    return of_types, of_classes, jointly


def likelihoods(counts: Floats, grades: Floats) -> Floats:
    """Of each cell's counts under each class, up to a factor of the cell."""
    logs = counts @ np.log(grades).T
    likely: Floats = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return likely


def by_mean(counts: Floats, values: Floats) -> npt.NDArray[np.int64]:
    return np.argsort(counts @ values / np.maximum(counts.sum(axis=1), 1), kind="stable")


def normed(weights: Floats) -> Floats:
    """Made to sum to 1 along the last axis."""
    shares: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return shares
