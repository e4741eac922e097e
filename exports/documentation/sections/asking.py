"""How people were asked: paradigm, criteria, guideline, order, assignment, exposure."""

from annotation.enums import AssignmentStatus, Paradigm, Strategy
from annotation.task_types.scales import scale_words
from exports.documentation.cells import number_text
from exports.documentation.counting import BEGUN, NOTHING, REACHED
from exports.documentation.dataset import Part
from exports.documentation.figures import ALL_STRATA, COVERAGE, NOT_NAMED, reached_by_stratum
from exports.documentation.markdown import bullets, figure, grid, one_line, quoted, section
from exports.documentation.wording import counted, verb

PARADIGMS = {
    Paradigm.DESCRIPTIVE: (
        "**Descriptive**: people were asked for their own view. Disagreement between them is "
        "data, not noise."
    ),
    Paradigm.PRESCRIPTIVE: (
        "**Prescriptive**: people were asked to apply the guideline below. Disagreement can mean "
        "that the guideline leaves room, that an item is ambiguous, or a slip; the data does not "
        "decide which."
    ),
}
STRATEGIES = {
    Strategy.BALANCED: "the item with the fewest judgments from the person's stratum came first",
    Strategy.DEPTH_FIRST: "items that others had begun came first",
    Strategy.RANDOM: "items came at random from those still open for the person's stratum",
    Strategy.ADAPTIVE: "every item reached its target first; then further judgments went where a "
    "stratum's answers still varied most",
}
STATUSES = (*AssignmentStatus.values, "never_served")


def how_people_were_asked(part: Part) -> str:
    campaign = part.campaign
    return section(
        f"How people were asked{part.of}",
        PARADIGMS[Paradigm(campaign.paradigm)],
        "### Criteria",
        grid(
            ["criterion", "what people read", "scale"],
            [
                (
                    f"`{one['key']}`",
                    one_line(one["label"]),
                    one_line(scale_words(one.get("scale")) or "–"),
                )
                for one in campaign.criteria
            ],
        ),
        "### Order and assignment",
        bullets(assignment_lines(part)),
        *guidelines(part),
    )


def assignment_lines(part: Part) -> list[str]:
    campaign, bounds = part.campaign, part.counts.propensities
    known = "It is not known here."
    if bounds:
        low, high = (f"{one:.3g}" for one in bounds)
        known = f"It is {low}" if low == high else f"It lies between {low} and {high}"
        known += " here; repeats have none."
    imported = part.counts.imported
    return [
        *(
            [
                f"{counted(imported, 'judgment')} {verb(imported, 'was')} given elsewhere and "
                "imported (`flags`, `strategy`): nothing below is true of them, and they count in "
                "no coverage."
            ]
            if imported
            else []
        ),
        f"Strategy `{campaign.strategy}`: {STRATEGIES[Strategy(campaign.strategy)]}.",
        "`propensity` is the probability with which the design wanted a judgment of this item "
        f"from this stratum, for weighting. {known}",
        "The order of responses was randomised and counterbalanced within each item and stratum, "
        "and is in `presented_order`; `shown_first` tells it for every pair.",
        "Annotators saw neither model names nor each other's judgments, and nobody was asked an "
        "item twice but for repeats.",
        f"A share of {campaign.repeat_rate:g} of the showings were silent repeats of an earlier "
        "item in reversed order (`is_repeat`)."
        if campaign.repeat_rate
        else "No item was asked again as a silent repeat.",
    ]


def guidelines(part: Part) -> list[str]:
    """Every version's text, with the judgments that were made under it."""
    return [
        f"### Guideline, version {one.version} ({one.created_at})\n\n"
        f"{counted(part.counts.guidelines[one.version], 'judgment')} made under it.\n\n"
        + (quoted(one.text) if one.text else "(empty)")
        for one in part.campaign.guidelines
    ]


def coverage(part: Part) -> str:
    return section(
        f"Whose judgments were wanted, and whose came{part.of}",
        "The design wants so many judgments of each item from each annotator stratum. Judgments "
        "count once for each item and person here; repeats and superseded judgments do not. "
        "People are those with a seat. "
        + (
            "These counts include everybody, also people whose stratum is not named in the tables."
            if part.tells_strata
            else "What each stratum reached is not told in this release: held against the rows, it "
            "would tell the stratum of people whose stratum is not named."
        ),
        grid(
            [
                *("stratum", "people", "target per item", "judgments wanted", "submitted"),
                *("under way", "open", "reached"),
            ],
            [
                (
                    one.key if one.key == ALL_STRATA else f"`{one.key}`",
                    number_text(one.people) if one.submitted is not None else "–",
                    *(one.target_per_item, f"{one.wanted:,}"),
                    *(or_dash(number) for number in (one.submitted, one.under_way, one.open)),
                    "–" if one.share is None else f"{one.share:.1%}",
                )
                for one in reached_by_stratum(part)
            ],
        ),
        definitions(part),
        figure(
            COVERAGE.name,
            "Bars of the judgments submitted, of those wanted, by stratum. The table above holds "
            "the same numbers.",
        )
        if part.facts.strata
        else "",
        cells(part),
        exposure(part),
    )


def or_dash(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def definitions(part: Part) -> str:
    """Who belongs to each stratum."""
    if not part.has_strata:
        return "There is one stratum, of everybody."
    lines = []
    for one in part.campaign.strata:
        answers = "; ".join(
            f"`{question}` is {' or '.join(f'`{key}`' for key in options)}"
            for question, options in one.where.items()
        )
        lines.append(f"`{one.key}`: {answers or 'everybody else'}")
    return "A person belongs to the first stratum that fits:\n\n" + bullets(lines)


def cells(part: Part) -> str:
    """How many items got what was wanted of them, by stratum."""
    found = part.counts.cells
    if not found:
        return ""
    return "\n\n".join(
        [
            "### Items by what each stratum has given them",
            grid(
                ["stratum", "target reached", "begun", "nothing yet"],
                [
                    (f"`{one}`", *(f"{found[one][state]:,}" for state in (REACHED, BEGUN, NOTHING)))
                    for one in part.in_order(found)
                    if one is not None
                ],
            ),
            "Numbers are items, counted from `coverage`.",
        ]
    )


def exposure(part: Part) -> str:
    """What was shown and what became of it."""
    found = part.counts.exposure
    if not found:
        return ""
    rows = [
        (
            f"`{stratum}`" if stratum else NOT_NAMED,
            *(f"{found[stratum][status]:,}" for status in STATUSES),
        )
        for stratum in part.in_order(found)
    ]
    return "\n\n".join(
        [
            "### What was shown, and what became of it",
            grid(["stratum", *(f"`{status}`" for status in STATUSES)], rows),
            "Numbers are showings, and for `never_served` places of the design that nobody fills; "
            f"{counted(part.counts.repeats_served, 'repeat')} besides. Counted from "
            "`assignments`, where each is a row.",
        ]
    )


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
