"""Local suppression: blanking single answers until nobody stands out.

People with equal answers form a class. Afterwards every class but the one of people without any
answer has at least `k` people, and so has that one where anybody's answers were blanked: a person
blanked alone would be the one that a reader misses elsewhere. A blank counts as a value of its
own, not as a match for any other. This is k-anonymity in the sense of L. Sweeney, "Achieving
k-anonymity privacy protection using generalization and suppression", International Journal of
Uncertainty, Fuzziness and Knowledge-Based Systems 10(5), 2002, with cells suppressed locally as
by A. Meyerson and R. Williams, "On the complexity of optimal k-anonymity", PODS 2004. The best
choice of cells is NP-hard (ibid.); this one is greedy.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# An answer: the chosen options' keys, or None where there is nothing to read.
Answer = tuple[str, ...] | None
Combination = tuple[Answer, ...]
# What blanking an answer at a place loses, from 0 to 1.
Cost = Callable[[int, tuple[str, ...]], float]


@dataclass(frozen=True)
class Move:
    """So many people of a class get fewer answers, and so belong to another one."""

    source: Combination
    target: Combination
    people: int


def everything(_place: int, _answer: tuple[str, ...]) -> float:
    """The cost of blanking where all answers are worth the same."""
    return 1.0


def order_of(combination: Combination) -> tuple[tuple[bool, tuple[str, ...]], ...]:
    return tuple((answer is not None, answer or ()) for answer in combination)


def blanked(combination: Combination, place: int) -> Combination:
    return (*combination[:place], None, *combination[place + 1 :])


class Classes:
    """How many people have each combination, and which differ in one place only."""

    def __init__(self, counts: Mapping[Combination, int]) -> None:
        self.counts: dict[Combination, int] = {}
        self._alike: defaultdict[tuple[int, Combination], set[Combination]] = defaultdict(set)
        for combination, people in counts.items():
            if people:
                self._put(combination, people)

    def alike(self, place: int, target: Combination) -> list[Combination]:
        """The classes that become `target` when blanked at the place, fewest people first."""
        found = self._alike[place, target]
        return sorted(found, key=lambda one: (self.counts[one], order_of(one)))

    def move(self, move: Move) -> None:
        left = self.counts[move.source] - move.people
        if left:
            self.counts[move.source] = left
        else:
            del self.counts[move.source]
            for place, answer in enumerate(move.source):
                if answer is not None:
                    self._alike[place, blanked(move.source, place)].discard(move.source)
        self._put(move.target, self.counts.get(move.target, 0) + move.people)

    def _put(self, combination: Combination, people: int) -> None:
        if combination not in self.counts:
            for place, answer in enumerate(combination):
                if answer is not None:
                    self._alike[place, blanked(combination, place)].add(combination)
        self.counts[combination] = people


def suppress(
    counts: Mapping[Combination, int], k: int, cost: Cost = everything
) -> tuple[list[Move], dict[Combination, int]]:
    """The moves, in their order, after which every class is large enough, and those classes.

    `counts` says how many people have each combination; all combinations are equally long. The
    smallest class goes first, in the way that costs least; ties go by the combinations' order,
    so that equal counts give equal moves.
    """
    classes = Classes(counts)
    moves: list[Move] = []
    heap = [(people, order_of(one), one) for one, people in classes.counts.items() if people < k]
    heapq.heapify(heap)
    while heap:
        people, _order, smallest = heapq.heappop(heap)
        if classes.counts.get(smallest) != people or all(one is None for one in smallest):
            continue
        for move in cheapest(classes, smallest, k, cost):
            classes.move(move)
            moves.append(move)
            for changed in (move.source, move.target):
                now = classes.counts.get(changed, k)
                if now < k:
                    heapq.heappush(heap, (now, order_of(changed), changed))
    if any(all(one is None for one in move.target) for move in moves):
        moves += fill_residue(classes, k)
    return moves, classes.counts


def cheapest(classes: Classes, small: Combination, k: int, cost: Cost) -> list[Move]:
    """Moves that bring a small class to safety at once, or one step towards others."""
    whole: list[tuple[float, int, list[Move]]] = []
    partly: list[tuple[int, float, int, list[Move]]] = []
    for place, answer in enumerate(small):
        if answer is None:
            continue
        moves, missing = joined(classes, small, place, k)
        lost = sum(move.people * cost(place, move.source[place] or ()) for move in moves)
        if missing <= 0:
            whole.append((lost, place, moves))
        else:
            own = [move for move in moves if move.source == small]
            partly.append((missing, lost, place, own))
    if whole:
        return min(whole, key=lambda one: one[:2])[2]
    return min(partly, key=lambda one: one[:3])[3]


def joined(classes: Classes, small: Combination, place: int, k: int) -> tuple[list[Move], int]:
    """What blanking a class at a place takes, and how many people are still missing then.

    Where those who are there already are too few, small classes beside it come along, then some
    people of large ones that can spare them.
    """
    target = blanked(small, place)
    moves = [Move(small, target, classes.counts[small])]
    missing = k - classes.counts[small] - classes.counts.get(target, 0)
    for other in classes.alike(place, target):
        if missing <= 0:
            break
        people = classes.counts[other]
        if other == small:
            continue
        coming = people if people < k else min(missing, people - k)
        if coming:
            moves.append(Move(other, target, coming))
            missing -= coming
    return moves, missing


def fill_residue(classes: Classes, k: int) -> list[Move]:
    """Blank further people, until those without any answer are enough to hide among."""
    moves: list[Move] = []
    width = len(next(iter(classes.counts)))
    nothing: Combination = (None,) * width
    while 0 < classes.counts.get(nothing, 0) < k and len(classes.counts) > 1:
        others = [one for one in classes.counts if one != nothing]
        missing = k - classes.counts[nothing]
        largest = max(others, key=lambda one: (classes.counts[one], order_of(one)))
        donor, coming = largest, missing
        if classes.counts[largest] - missing < k:
            donor = min(others, key=lambda one: (classes.counts[one], order_of(one)))
            coming = classes.counts[donor]
        moves.append(Move(donor, nothing, coming))
        classes.move(moves[-1])
    return moves
