"""What people answered, how steadily, and what is missing."""

from annotation.enums import AssignmentStatus
from exports.documentation.cells import small_words, without_small
from exports.documentation.counting import KINDS_OF_ANSWER, OTHER, SAME, SAME_SIDE
from exports.documentation.dataset import Part
from exports.documentation.figures import ANSWERS, Answers, answers_of
from exports.documentation.markdown import bullets, figure, grid, section
from exports.documentation.sections.asking import share
from exports.documentation.sections.purpose import unsaid
from exports.documentation.wording import counted, verb

# A share of preferences for what stands first that is worth a word, given enough of them.
NOTEWORTHY, ENOUGH = 0.05, 100


def what_people_answered(part: Part) -> str:
    found = answers_of(part)
    kinds = [
        kind for kind in KINDS_OF_ANSWER if any(one.kinds and kind in one.kinds for one in found)
    ]
    if not found:
        return section(f"What people answered{part.of}", "There are no comparisons.")
    hidden = any(one.kinds is None for one in found)
    return section(
        f"What people answered{part.of}",
        "How the pairs of responses in `comparisons` were answered; a ranking counts with all its "
        "pairs. Final judgments only, repeats left out: one answer for each person, item and "
        "criterion. These are descriptions of the rows, not estimates for a population.",
        small_words(part.least) if hidden else "",
        grid(
            ["criterion", "stratum", "pairs", *kinds],
            [answers_row(one, kinds) for one in found],
        ),
        figure(
            ANSWERS.name,
            "Bars of how pairs were answered, by criterion and stratum. The table above holds the "
            "same numbers as shares.",
        ),
    )


def answers_row(one: Answers, kinds: list[str]) -> tuple[str, ...]:
    stratum = "everybody" if one.stratum is None else one.stratum
    if one.kinds is None:
        return (f"`{one.criterion}`", stratum, *(["small"] * (len(kinds) + 1)))
    shares = [share(one.kinds.get(kind, 0), one.pairs) for kind in kinds]
    return (f"`{one.criterion}`", stratum, f"{one.pairs:,}", *shares)


def quality(part: Part) -> str:
    return section(
        f"How steady the answers are{part.of}",
        "None of this was used to leave out a row or a person, and no disagreement with others "
        "counts as an error.",
        bullets([*times(part), *reasons(part), *circumstances(part)]),
        repeats(part),
        positions(part),
    )


def times(part: Part) -> list[str]:
    middle = part.counts.seconds(0.5)
    if middle is None:
        return ["Time at work on the page is not known."]
    low, high = part.counts.seconds(0.05), part.counts.seconds(0.95)
    return [
        f"Time at work on the page (`active_ms`): half of the judgments took at most {middle:g} s, "
        f"one in twenty at most {low:g} s, nineteen in twenty at most {high:g} s."
    ]


def reasons(part: Part) -> list[str]:
    all_of_them = sum(part.counts.judgments.values())
    return [
        f"{part.counts.reasons:,} of {counted(all_of_them, 'judgment')} come with a reason in the "
        "person's own words in this release."
    ]


def circumstances(part: Part) -> list[str]:
    facts = part.facts
    return [
        f"{counted(facts.superseded, 'judgment')} {verb(facts.superseded, 'supersedes')} an "
        "earlier one, where somebody changed their mind; both are included, `is_final` tells the "
        "last.",
        f"{counted(facts.after_lease, 'judgment')} {verb(facts.after_lease, 'was')} accepted after "
        "the time for the item had run out (`flags`).",
    ]


def repeats(part: Part) -> str:
    found = part.counts.repeats
    if not found:
        return (
            "No repeats were answered, so nothing is known about how steadily people answer the "
            "same question twice."
        )
    rows = []
    for criterion in sorted(found):
        said, whole = found[criterion], sum(found[criterion].values())
        rows.append(
            (
                f"`{criterion}`",
                f"{whole:,}",
                *(share(said[one], whole) for one in (SAME, SAME_SIDE, OTHER)),
            )
        )
    return "\n\n".join(
        [
            "### The same question asked twice",
            grid(
                [
                    "criterion",
                    "pairs asked twice",
                    *(f"answer: {one}" for one in (SAME, SAME_SIDE, OTHER)),
                ],
                rows,
            ),
            "A repeat shows the item in reversed order. Its answer is held against the same "
            "person's first one, pair by pair, both final.",
        ]
    )


def positions(part: Part) -> str:
    counts = part.counts
    rows = [
        (
            f"`{criterion}`",
            f"{number:,}",
            share(counts.first_preferred[criterion], number),
        )
        for criterion, number in sorted(counts.preferred.items())
        if number
    ]
    if not rows:
        return ""
    return "\n\n".join(
        [
            "### Does it matter what stands first?",
            grid(["criterion", "pairs with a preference", "for the one shown first"], rows),
            "Half would be expected where the place on the screen does not matter and the order "
            "is balanced.",
        ]
    )


def known_gaps(part: Part) -> str:
    facts, counts = part.facts, part.counts
    statuses = facts.assignments_by_status
    still_open = sum(one.open for one in facts.strata)
    gaps = [
        *short_strata(part),
        f"{counted(facts.items_without_judgment, 'item')} without any judgment, of "
        f"{facts.items:,}.",
        f"{counted(still_open, 'place')} of the design that nobody fills (`never_served`), "
        f"{statuses.get(AssignmentStatus.LEASED, 0):,} being answered at the as-of moment.",
        f"{statuses.get(AssignmentStatus.SKIPPED, 0):,} skipped, "
        f"{statuses.get(AssignmentStatus.RELEASED, 0):,} given back, "
        f"{statuses.get(AssignmentStatus.EXPIRED, 0):,} lapsed assignments: what people were "
        "shown and did not answer is no random part of the items.",
        *unanswered(part),
        *position_bias(part),
        "A null in `annotators` does not tell whether a person rather not said, was not asked, "
        "or did not agree to release the answer.",
    ]
    if part.has_strata and counts.judgments[None]:
        gaps.append(
            f"{counted(counts.judgments[None], 'judgment')} without `annotator_stratum`: it is "
            "null for people who did not agree to release the answers that strata are made of. "
            "Sums over `coverage` include them, and may let their stratum be inferred: do not try."
        )
    return section(f"Known gaps{part.of}", bullets(gaps), unsaid(part))


def short_strata(part: Part) -> list[str]:
    """Strata that have not reached their target, the furthest away first."""
    if not part.tells_strata:
        wanted = sum(one.wanted for one in part.facts.strata)
        submitted = sum(one.submitted for one in part.facts.strata)
        return [
            f"{submitted:,} of {counted(wanted, 'judgment')} wanted are there "
            f"({share(submitted, wanted)}); which strata are short is not told in this release."
        ]
    short = sorted(
        (one for one in part.facts.strata if one.submitted < one.wanted),
        key=lambda one: (one.submitted / one.wanted, one.key),
    )
    if not short:
        return ["Every stratum has reached its target."] if part.facts.items else []
    named = ", ".join(f"`{one.key}` ({share(one.submitted, one.wanted)} reached)" for one in short)
    return [f"Short of target: {named}."]


def unanswered(part: Part) -> list[str]:
    """Questions that nothing is released of for somebody."""
    people = part.counts.people
    lines = []
    for name, silent in sorted(part.counts.silent.items(), key=lambda one: (-one[1], one[0])):
        cells = {"": silent, **{f"={key}": n for key, n in part.counts.answers[name].items()}}
        told = without_small(cells, part.least, adds_up=True)[""]
        if told and silent < people:
            lines.append(f"`{name}` {share(silent, people)}")
        elif silent == people and people:
            lines.append(f"`{name}` nobody's")
    if not lines:
        return []
    return [f"People of whom no answer is released, by question: {', '.join(lines)}."]


def position_bias(part: Part) -> list[str]:
    """Criteria for which what stands first is preferred, or avoided, noticeably often."""
    counts = part.counts
    found = [
        f"`{criterion}` ({share(counts.first_preferred[criterion], number)} for the first)"
        for criterion, number in sorted(counts.preferred.items())
        if number >= ENOUGH and abs(counts.first_preferred[criterion] / number - 0.5) > NOTEWORTHY
    ]
    return [f"Preferences lean on the place on the screen: {', '.join(found)}."] if found else []
