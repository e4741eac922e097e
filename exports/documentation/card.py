"""README.md: the dataset card, its sections written from the data."""

from annotation.enums import AssignmentStatus, Paradigm
from annotation.task_types import task_type_of
from exports.documentation.front_matter import front_matter
from exports.documentation.markdown import bullets, grid, one_line, quoted, section
from exports.documentation.reading import how_to_read
from exports.enums import Pseudonyms
from exports.models import Snapshot
from exports.selectors.facts import Facts
from exports.selectors.frame import Frame
from exports.tables.columns import iso_text
from exports.writers.written import WrittenFile

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
PSEUDONYM_WORDS = {
    Pseudonyms.PER_RELEASE: (
        "Annotators' names are made with a secret of this release alone: they join the tables of "
        "this snapshot, and tell nothing about other releases or campaigns."
    ),
    Pseudonyms.STABLE: (
        "Annotators' names are the same in every release that uses stable names: whoever holds "
        "several can follow a person through them. Handle with the care this asks for."
    ),
}


def dataset_card(snapshot: Snapshot, frame: Frame, facts: Facts, tables: list[WrittenFile]) -> str:
    """The whole card as Markdown under its YAML."""
    parts = [
        front_matter(frame.campaign, facts, tables),
        f"# {one_line(frame.campaign.title)}",
        what_it_is(snapshot, frame, facts),
        how_people_were_asked(frame, facts),
        who_judged(frame, facts),
        consent(facts),
        table_descriptions(frame, tables),
        known_gaps(frame, facts),
        how_to_read(snapshot.format),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def what_it_is(snapshot: Snapshot, frame: Frame, facts: Facts) -> str:
    label = task_type_of(frame.campaign.task_type).label
    return section(
        "What this is",
        f"{counted(facts.judgments, 'judgment')} of language-model outputs by "
        f"{counted(facts.people, 'person', 'people')} on {counted(facts.items, 'item')}, "
        f"collected with Variorum in the campaign `{frame.campaign.slug}`, as everything stood "
        f"at {iso_text(snapshot.as_of)}.",
        "**Nothing is aggregated.** No table holds a majority label, a score or a consensus: "
        "each row of `judgments` is what one person said at one time, and every row that was "
        "ever submitted is here.",
        bullets(
            [
                f"Snapshot {snapshot.pk}, schema version {snapshot.schema_version}, "
                f"Variorum {snapshot.software_version}",
                f"Task type: {label} (`{frame.campaign.task_type}`)",
                "Every file's size and SHA-256: `MANIFEST.json`",
                "Every column's type and meaning: `data_dictionary.csv`",
            ]
        ),
        PSEUDONYM_WORDS[Pseudonyms(snapshot.pseudonyms)],
    )


def how_people_were_asked(frame: Frame, facts: Facts) -> str:
    campaign = frame.campaign
    criteria = grid(
        ["criterion", "label"],
        [(f"`{one['key']}`", one_line(one["label"])) for one in campaign.criteria],
    )
    guidelines = [
        f"### Guideline, version {guideline.version} ({iso_text(guideline.created_at)})\n\n"
        + (quoted(guideline.text) if guideline.text else "(empty)")
        for guideline in facts.guidelines
    ]
    return section(
        "How people were asked",
        PARADIGMS[Paradigm(campaign.paradigm)],
        criteria,
        f"Items were assigned by the strategy `{campaign.strategy}`; the order of responses was "
        "randomised and counterbalanced within each item and stratum, and is in "
        "`presented_order`. Annotators saw neither model names nor each other's judgments. "
        f"A share of {campaign.repeat_rate:g} of the showings were silent repeats of an earlier "
        "item in reversed order (`is_repeat`).",
        *guidelines,
    )


def who_judged(frame: Frame, facts: Facts) -> str:
    strata = grid(
        [
            *("stratum", "people", "target per item", "judgments wanted", "submitted"),
            *("under way", "open", "reached"),
        ],
        [
            (
                f"`{one.key}`",
                *(one.people, one.target_per_item, one.wanted, one.submitted),
                *(one.leased, one.open, share(one.submitted, one.wanted)),
            )
            for one in facts.strata
        ],
    )
    questions = bullets(
        f"`{question.column}`: {one_line(question.label)} "
        f"({', '.join(f'`{key}`' for key in question.options)})"
        for question in frame.questions
    )
    return section(
        "Who judged",
        "Annotator strata, what the design wanted of each, and what was reached. Judgments count "
        "once for each item and person here; repeats and superseded judgments do not.",
        strata,
        "What people were asked about themselves; every question could be declined."
        if questions
        else "People were not asked about themselves.",
        questions,
    )


def consent(facts: Facts) -> str:
    parts = []
    for document in facts.consents:
        purposes = bullets(
            f"`{purpose['key']}` ({'required' if purpose['required'] else 'optional'}): "
            f"{one_line(purpose['label'])}"
            for purpose in document.purposes
        )
        parts.append(f"### Consent text, version {document.version}")
        parts.append(quoted(document.text) if document.text else "(empty)")
        parts.append(f"Purposes:\n\n{purposes}" if purposes else "")
    return section(
        "What people agreed to",
        "An answer about a person is in `annotators` only where the person's last word on this "
        "consent covers its purpose. Whatever you do with the data, the purposes bind you too.",
        *parts,
    )


def table_descriptions(frame: Frame, tables: list[WrittenFile]) -> str:
    described = {table.name: table.description for table in frame.tables}
    return section(
        "Tables",
        grid(
            ["table", "file", "rows", "what it holds"],
            [
                (f"`{file.table}`", f"`{file.name}`", file.rows, described[file.table])
                for file in tables
            ],
        ),
        "All tables join on `item_id`, `response_id`, `annotator_id`, `judgment_id` and "
        "`assignment_id`.",
    )


def known_gaps(frame: Frame, facts: Facts) -> str:
    statuses = facts.assignments_by_status
    still_open = sum(stratum.open for stratum in facts.strata)
    gaps = [
        f"{counted(facts.items_without_judgment, 'item')} without any judgment.",
        f"{counted(still_open, 'place')} of the design that nobody fills (`never_served`), "
        f"{statuses.get(AssignmentStatus.LEASED, 0)} being answered at the as-of moment.",
        f"{statuses.get(AssignmentStatus.SKIPPED, 0)} skipped, "
        f"{statuses.get(AssignmentStatus.RELEASED, 0)} given back, "
        f"{statuses.get(AssignmentStatus.EXPIRED, 0)} lapsed assignments.",
        f"{counted(facts.superseded, 'judgment')} that supersede an earlier one; both are "
        "included, `is_final` tells the last.",
        f"{counted(facts.repeats, 'judgment')} on repeats; {facts.after_lease} accepted after "
        "the time for the item had run out (`flags`).",
        "A null in `annotators` does not tell whether a person rather not said, was not asked, "
        "or did not agree to release the answer.",
        "`ratings` comes with rating tasks; this task type has none.",
    ]
    if any(stratum.key for stratum in facts.strata) and len(facts.strata) > 1:
        gaps.append(
            "`annotator_stratum` is null for people who did not agree to release the answers "
            "that strata are made of. Sums over `coverage` include them, and may let their "
            "stratum be inferred: do not try."
        )
    return section("Known gaps", bullets(gaps))


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
