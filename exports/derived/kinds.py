"""A slice by kind: people who prefer alike, found within the release that the files are made of.

Whose kind is whose is worked out while a file is made and then forgotten: it stands in no file,
and a row is a share of enough people of the kind. Kinds are those of
`analysis.estimators.clusters`, found over the slice, by one criterion, without asking who people
are; each judgment of a person counts by how likely the person is of the kind.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from threadpoolctl import threadpool_limits

from analysis.estimators.clusters import MOST, Clusters, clusters, number_of_clusters
from analysis.estimators.data import Comparisons, UnfitData
from analysis.services.withholding import withheld
from exports.derived.options import OptionProblem, Options
from exports.derived.slices import Alive, FoundKind, Kept, Slice, Survey
from exports.derived.sources import Source, column_of

# With fewer people there is nothing to hold kinds against.
LEAST_PEOPLE = 10
GRADED, TIE = "graded", "tie"
SEPARATOR = "\x1f"
Numbers = npt.NDArray[np.int64]
# Person, the two systems, and what was preferred: four rows.
Pairs = npt.NDArray[np.int64]


def kind_of(options: Options, survey: Survey, sources: Sequence[Source], alive: Alive) -> FoundKind:
    """The kind that a request asks for. Raises `OptionProblem` where it cannot be told of."""
    wanted = options.kind or 1
    given, systems, criterion = judged_pairs(options, survey, sources, alive)
    least = max((source.bounds.least for source in sources), default=0)
    people = len(np.unique(given.annotator))
    if len(systems) < 2 or people < max(LEAST_PEOPLE, least):
        raise OptionProblem(
            _("Kinds need judgments of two systems by %(people)s people at least.")
            % {"people": max(LEAST_PEOPLE, least)},
            "kind",
        )
    with threadpool_limits(limits=1):
        found, behind = kinds_among(given, min(MOST, people // least), options.seed)
    alive()
    sizes = np.bincount(found.label[found.label >= 0], minlength=len(found.share))
    check_is_told(wanted, sizes, least)
    return FoundKind(
        members(found, wanted - 1, survey.annotators),
        least,
        {
            "kind": wanted,
            "kinds": len(found.share),
            "criterion": criterion,
            "annotators": people,
            "annotators_of_the_kind": int(sizes[wanted - 1]),
            "annotators_of_the_kind_in_a_row_at_least": least,
            "utilities": utilities(found, wanted - 1, systems),
            "method": found.method,
            "behind_the_best_number_of_kinds": behind,
            "seed": options.seed,
        },
    )


def kinds_among(given: Comparisons, most: int, seed: int) -> tuple[Clusters, list[float]]:
    """As many kinds as foretell best what people say who are left out, and how far others are."""
    try:
        choice = number_of_clusters(given, most=most, seed=seed)
        found = clusters(given, choice.number, seed=seed)
    except UnfitData as error:
        raise OptionProblem(_("These judgments tell of no kinds of people."), "kind") from error
    return found, [rounded(one) for one in choice.behind]


def check_is_told(kind: int, sizes: Numbers, least: int) -> None:
    if kind > len(sizes):
        raise OptionProblem(
            _("Kinds of people in this slice: %(number)s.") % {"number": len(sizes)}, "kind"
        )
    if (withheld(sizes, least) | (sizes < least))[kind - 1]:
        raise OptionProblem(
            _("This kind is of too few people, or would give another one away."), "kind"
        )


def members(found: Clusters, kind: int, annotators: Sequence[str]) -> dict[str, float]:
    """How likely each person is of the kind; of whom nothing is known, as likely as anybody."""
    known = np.nan_to_num(found.membership[:, kind], nan=float(found.share[kind]))
    return dict(zip(annotators, np.maximum(known, 1e-9).tolist(), strict=True))


def utilities(found: Clusters, kind: int, systems: Sequence[str]) -> dict[str, float]:
    """What the kind prefers, best first: by system, in logits, mean 0."""
    utility = found.utility[kind]
    best = np.argsort(-utility, kind="stable")
    return {systems[one]: rounded(utility[one]) for one in best if not np.isnan(utility[one])}


def rounded(value: float) -> float:
    return float(f"{value:.6g}")


def judged_pairs(
    options: Options, survey: Survey, sources: Sequence[Source], alive: Alive
) -> tuple[Comparisons, list[str], str]:
    """Preferences and ties between two systems over all sources, the systems' names, and by what.

    A ranking counts as its pairs. Raises `OptionProblem` where judgments are by several criteria.
    """
    criteria: set[str] = set()
    systems: dict[str, int] = {}
    parts = [np.empty((4, 0), np.int64)]
    annotators = pa.array(survey.annotators, pa.string())
    for source in sources:
        known = systems_of(source, systems)
        for batch in compared(options, source):
            alive()
            criteria.update(batch.column("criterion").unique().to_pylist())
            parts.append(numbered(batch, annotators, known))
    if len(criteria) > 1:
        raise OptionProblem(
            _("Kinds are found by one criterion: name one of %(known)s.")
            % {"known": ", ".join(sorted(criteria))},
            "criteria",
        )
    given, names = in_order(np.concatenate(parts, axis=1), systems, len(survey.annotators))
    return given, names, "".join(criteria)


def compared(options: Options, source: Source) -> Iterator[pa.RecordBatch]:
    """What the slice's judgments compare by the criteria that were asked for."""
    kept = kept_judgments(Slice(options), source)
    wanted = pa.array(list(options.criteria), pa.string())
    for batch in source.batches("comparisons"):
        rows = kept.narrowed(batch)
        if len(wanted):
            rows = rows.filter(pc.is_in(rows.column("criterion"), wanted))
        yield rows.filter(pc.is_in(rows.column("outcome"), pa.array([GRADED, TIE])))


def kept_judgments(part: Slice, source: Source) -> Kept:
    ids = [batch.column("judgment_id").to_numpy() for batch in part.judgments(source)]
    all_ids = np.concatenate([np.empty(0, np.int64), *ids])
    return Kept(all_ids, pa.nulls(len(all_ids), pa.string()), np.ones(len(all_ids)))


def systems_of(source: Source, systems: dict[str, int]) -> tuple[pa.Array, Numbers]:
    """Keys of a source's responses, and their systems' numbers; new systems are added.

    One number more, -1, stands at the end, for responses of which no system is known.
    """
    keys: list[str] = []
    numbers: list[int] = []
    for batch in source.batches("responses"):
        names = column_of(batch, "model").to_pylist()
        for key, name in zip(key_of(batch, "response_id").to_pylist(), names, strict=True):
            if name:
                keys.append(key)
                numbers.append(systems.setdefault(name, len(systems)))
    return pa.array(keys, pa.string()), np.array([*numbers, -1], np.int64)


def key_of(batch: pa.RecordBatch, response: str) -> pa.Array:
    """Names a response among all items'."""
    return pc.binary_join_element_wise(batch.column("item_id"), batch.column(response), SEPARATOR)


def numbered(batch: pa.RecordBatch, annotators: pa.Array, known: tuple[pa.Array, Numbers]) -> Pairs:
    """Rows of two different, known systems."""
    keys, system = known
    people = pc.index_in(batch.column("annotator_id"), annotators).to_numpy(zero_copy_only=False)
    a, b = (
        system[pc.index_in(key_of(batch, name), keys).fill_null(-1).to_numpy(zero_copy_only=False)]
        for name in ("response_a", "response_b")
    )
    preference = batch.column("preference").to_numpy(zero_copy_only=False)
    told = (a >= 0) & (b >= 0) & (a != b)
    return np.stack([np.asarray(one[told], np.int64) for one in (people, a, b, preference)])


def in_order(pairs: Pairs, systems: dict[str, int], people: int) -> tuple[Comparisons, list[str]]:
    """With systems in the order of their names, so that nothing hangs on the order of rows."""
    names = sorted(systems)
    place = np.empty(len(names), np.int64)
    for number, name in enumerate(names):
        place[systems[name]] = number
    annotator, a, b, preference = pairs
    given = Comparisons(
        annotator=annotator,
        item=np.zeros(len(annotator), np.int64),
        a=place[a],
        b=place[b],
        outcome=preference,
        n_systems=len(names),
        n_annotators=people,
    )
    return given, names
