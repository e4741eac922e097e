"""What a computation suggests to look at: items worth more of their kind, and items much alike.

Nobody judged any of this, and it is never counted with what people judged.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.selectors.texts import prompts_of
from analysis.services.methods.base import Found, Work, parameters_of
from analysis.services.methods.disagreement import METHOD, SOURCE, disagreement
from analysis.services.tables import Row, Table, row, table

MOST_EXTENDED = 20
LARGEST_Q = 0.1
# Every item is held against every other, so there is a limit to how many and how long.
MOST_ITEMS = 3000
MOST_CHARACTERS = 2000
ROWS_AT_ONCE = 250
LETTERS = 5
ALIKE = 0.8
MOST_PAIRS = 100


def suggestions(work: Work) -> Found:
    """For each criterion: items to extend, and items whose prompts are much alike."""
    parted = disagreement(work)
    alike = list(alike_tables(work))
    return {key: [*extend_tables(work, parted[key]), *alike] for key in work.judged.criteria}


def extend_tables(work: Work, parted: Sequence[Table]) -> Iterator[Table]:
    """Items on which strata part ways more than chance would have it, furthest first."""
    for one in parted:
        rows = [
            {name: value for name, value in each.items() if name != "means"}
            for each in one["rows"]
            if each["q"] <= LARGEST_Q and each["estimate"] > each["expected"]
        ]
        yield table(
            "extend",
            rows[:MOST_EXTENDED],
            measure="divergence",
            method=f"{METHOD}; those with q up to {LARGEST_Q}",
            source=SOURCE,
            parameters={**one["parameters"], "largest_q": LARGEST_Q, "listed": MOST_EXTENDED},
        )


def alike_tables(work: Work) -> Iterator[Table]:
    """Pairs of items whose prompts share most of their runs of letters."""
    judged = work.judged
    pks = judged.items[:MOST_ITEMS].tolist()
    texts = prompts_of(work.campaign, pks, MOST_CHARACTERS)
    told = [(place, texts[pk]) for place, pk in enumerate(pks) if texts.get(pk, "").strip()]
    if len(told) < 2:
        return
    rows = [
        alike_row(judged.item_ids[told[one][0]], judged.item_ids[told[other][0]], likeness)
        for likeness, one, other in pairs_alike(work, [text for _place, text in told])
    ]
    yield table(
        "alike",
        rows,
        measure="likeness",
        method=f"cosine of the prompts' runs of {LETTERS} letters, weighted by rarity (tf-idf)",
        source="Salton and Buckley (1988)",
        parameters=parameters_of(work, items=len(told), least=ALIKE, listed=MOST_PAIRS),
    )


def pairs_alike(work: Work, texts: Sequence[str]) -> list[tuple[float, int, int]]:
    """The likest pairs with their likeness, likest first; each pair once."""
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(LETTERS, LETTERS), sublinear_tf=True)
    vectors = letters.fit_transform(texts).tocsr()
    found: list[tuple[float, int, int]] = []
    for start in range(0, len(texts), ROWS_AT_ONCE):
        work.alive()
        likeness = (vectors[start : start + ROWS_AT_ONCE] @ vectors.T).tocoo()
        one, other = likeness.row + start, likeness.col
        near = (likeness.data >= ALIKE) & (one < other)
        found += zip(
            np.minimum(likeness.data[near], 1.0).tolist(),
            one[near].tolist(),
            other[near].tolist(),
            strict=True,
        )
        found = sorted(found, key=lambda pair: (-pair[0], pair[1:]))[:MOST_PAIRS]
    return found


def alike_row(one: str, other: str, likeness: float) -> Row:
    """Of two texts; nobody's judgment is in it."""
    return row(
        {"item": one, "likest": other},
        estimate=likeness,
        lower=None,
        upper=None,
        n=2,
        annotators=0,
    )
